package io.tach.nativeio.log;

import io.tach.nativeio.wire.WireDescriptor;

/**
 * What a worker was doing at one moment.
 *
 * @param testId the test, or {@link WireDescriptor#SLOT_NONE}
 * @param phase a {@code PHASE_} number
 * @param childPid the test's own process (strategy fork), or 0
 * @param unit the unit, or {@link WireDescriptor#SLOT_NONE}
 * @param startedNs when the test or the collecting began, on CLOCK_MONOTONIC as {@link System#nanoTime} on Linux; 0 if never
 */
public record SlotView(int testId, int phase, int childPid, int unit, long startedNs) {

    /** Whether a test was under way. */
    public boolean hasTest() {
        return testId != WireDescriptor.SLOT_NONE;
    }
}
