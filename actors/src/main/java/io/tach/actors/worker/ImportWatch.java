package io.tach.actors.worker;

import java.time.Duration;

/** Notices an import that does not end, by looking at the slot page now and then. One thread. */
final class ImportWatch {
    private final Duration limit;
    private Activity seen = Activity.NONE;
    private long seenSinceNs;

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
        return !limit.isZero() && nowNs - seenSinceNs >= limit.toNanos();
    }
}
