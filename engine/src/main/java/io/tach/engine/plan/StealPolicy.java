package io.tach.engine.plan;

/** Whether it pays to move work from a busy worker to an idle one. All times are estimates in nanoseconds. */
final class StealPolicy {
    /** A drained worker has torn its wide fixtures down and would set them up again. */
    static final long DRAINED_MARGIN_NS = 250_000_000;

    /**
     * The part of its own load, as a divisor, that a worker must save to give work away while the other is still busy:
     * what is expected is never quite right.
     */
    static final long GIFT_PART = 20;

    private StealPolicy() {}

    /** Whether to move, what it saves, and why. */
    record Choice(boolean move, long gainNs, String reason) {}

    /** How much work to move so that both end together; negative if there is nothing to gain. */
    static long idealNs(long victimNs, long thiefNs, long costNs) {
        return (victimNs - thiefNs - costNs) / 2;
    }

    /**
     * @param victimNs what the busy worker has before it
     * @param thiefNs what the idle one has
     * @param costNs what the idle one has to collect first
     * @param workNs the work that would move
     * @param marginNs the least gain
     */
    static Choice decide(long victimNs, long thiefNs, long costNs, long workNs, long marginNs) {
        long endAfter = Math.max(victimNs - workNs, thiefNs + costNs + workNs);
        long gain = victimNs - endAfter;
        if (gain > marginNs) {
            return new Choice(true, gain, "ends sooner");
        }
        return new Choice(false, gain, costNs > workNs ? "collecting it again costs more" : "too little to gain");
    }
}
