package io.tach.actors.worker;

import io.tach.engine.verdict.Phase;
import java.util.OptionalInt;

/**
 * What a slot page says.
 *
 * @param phase what the worker is doing
 * @param testId the test it is at
 * @param unit the unit it is collecting
 * @param forked true while a test runs in a process of its own (strategy {@code fork})
 */
public record Activity(Phase phase, OptionalInt testId, OptionalInt unit, boolean forked) {
    /** Of a worker that was never seen. */
    public static final Activity NONE = new Activity(Phase.BOOT, OptionalInt.empty(), OptionalInt.empty(), false);

    /** True if it is collecting the same unit as at the other time. */
    boolean stillCollecting(Activity earlier) {
        return phase == Phase.COLLECT && earlier.phase == Phase.COLLECT && unit.equals(earlier.unit);
    }
}
