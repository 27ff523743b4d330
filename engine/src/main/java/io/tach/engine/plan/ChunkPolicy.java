package io.tach.engine.plan;

/**
 * How many tests a worker should have ahead. What was sent cannot be taken back, so few of a unit nothing is known of;
 * more as its tests prove short.
 */
final class ChunkPolicy {
    /** Work ahead of a worker: long against a message, short against a run. */
    static final long AHEAD_NS = 50_000_000;

    /** Of a unit of which no test has ended: each but the first may have to wait behind a slow one. */
    static final int UNKNOWN = 4;

    static final int MOST = 256;

    /** The running test, the one after it, and one more, so that the worker need not wait to know what comes next. */
    static final int SHORT_MIN = 3;

    /** Where a message between two tests does not matter, or a test that waits for another does. */
    static final int LEAST = 2;

    /** No more than this part, as a divisor, of what a worker still has is sent ahead. */
    private static final int UNSENT_PART = 4;

    private ChunkPolicy() {}

    /** A number of tests, and why. */
    record Choice(int tests, String reason) {}

    /**
     * As {@link #ahead} where earlier runs tell how long a test takes.
     *
     * @param testNs the next test; at least 1
     * @param unsent how many tests the worker has that were not sent: the fewer, the more they should stay movable
     */
    static Choice aheadOfKnown(long testNs, int unsent) {
        if (testNs >= AHEAD_NS) {
            return new Choice(LEAST, "long tests");
        }
        long wanted = Math.max(SHORT_MIN, AHEAD_NS / testNs);
        int movable = Math.max(SHORT_MIN, unsent / UNSENT_PART);
        if (wanted > movable) {
            return new Choice(Math.min(MOST, movable), "near the end");
        }
        return new Choice((int) Math.min(MOST, wanted), "work ahead");
    }

    /**
     * @param observed how many tests of the unit have ended
     * @param perTestNs what one takes, as far as known; 0 if no test at all has ended
     * @param othersIdle whether another worker could run what is not sent
     */
    static Choice ahead(int observed, long perTestNs, boolean othersIdle) {
        if (perTestNs == 0) {
            return new Choice(LEAST, "nothing known");
        }
        if (perTestNs >= AHEAD_NS) {
            return new Choice(LEAST, "long tests");
        }
        if (observed == 0 && othersIdle) {
            return new Choice(LEAST, "unknown tests and idle workers");
        }
        long wanted = Math.max(SHORT_MIN, AHEAD_NS / perTestNs);
        int trusted = UNKNOWN + 2 * observed;
        if (wanted > trusted) {
            return new Choice(Math.min(MOST, trusted), "little known");
        }
        return new Choice((int) Math.min(MOST, wanted), "work ahead");
    }
}
