package io.tach.actors.worker;

import java.time.Duration;

/** Notices an import that does not end, by looking at the slot page now and then. One thread. */
final class ImportWatch {
    private final Duration limit;
    private Activity seen = Activity.NONE;
    private long seenSinceNs;
    private Duration overrun = Duration.ZERO;

    /**
     * A watch that has not looked yet.
     *
     * @param limit for one file; zero for none
     */
    ImportWatch(Duration limit) {
        this.limit = limit;
    }

    /** Looks; true if the same file has been imported since too long ago. */
    boolean isTooLong(Activity now, long nowNs) {
        if (!now.stillCollecting(seen)) {
            seen = now;
            seenSinceNs = nowNs;
            return false;
        }
        boolean tooLong = !limit.isZero() && nowNs - seenSinceNs >= limit.toNanos();
        overrun = tooLong ? limit : overrun;
        return tooLong;
    }

    /** The limit that an import was found to be past; zero if none was. */
    Duration overrun() {
        return overrun;
    }
}
