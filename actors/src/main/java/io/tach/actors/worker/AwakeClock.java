package io.tach.actors.worker;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A clock that stands still while this process does: stopped by Ctrl-Z or a debugger, tests are not to be blamed for the
 * time that went by. It has no other way to notice than that nobody asked it for longer than somebody always does. One
 * thread.
 */
final class AwakeClock {
    /** Less is a busy machine. */
    private static final int MISSED_BEATS = 3;

    private final LongSupplier nanoTime;
    private final long beatNs;
    private long lastNs;
    private long stoodStillNs;

    /**
     * A clock that starts now.
     *
     * @param nanoTime a clock that never goes back
     * @param beat how often it is asked at least, while anything is measured
     */
    AwakeClock(LongSupplier nanoTime, Duration beat) {
        this.nanoTime = nanoTime;
        this.beatNs = beat.toNanos();
        this.lastNs = nanoTime.getAsLong();
    }

    /** The time in nanoseconds, since nobody knows when. */
    long nowNs() {
        long nowNs = nanoTime.getAsLong();
        long unseenNs = nowNs - lastNs;
        if (unseenNs > MISSED_BEATS * beatNs) {
            stoodStillNs += unseenNs - beatNs;
        }
        lastNs = nowNs;
        return nowNs - stoodStillNs;
    }
}
