package io.tach.actors.worker;

import io.tach.engine.verdict.Phase;
import java.util.OptionalInt;

/**
 * What a slot page says.
 *
 * @param phase what the worker is doing
 * @param testId the test it is at
 * @param unit the unit it is collecting
 * @param child the process that the test has for itself (strategy {@code fork}); 0 if it has none
 */
public record Activity(Phase phase, OptionalInt testId, OptionalInt unit, int child) {
    /** Of a worker that was never seen. */
    public static final Activity NONE = new Activity(Phase.BOOT, OptionalInt.empty(), OptionalInt.empty(), 0);

    /** True while the test runs in a process of its own. */
    boolean forked() {
        return child != 0;
    }

    /** True if that is what was left behind: then it was no leak of the test's. */
    boolean isOwnProcess(String leaked) {
        return forked() && leaked.endsWith("(" + child + ")");
    }

    /** True if it is collecting the same unit as at the other time. */
    boolean stillCollecting(Activity earlier) {
        return phase == Phase.COLLECT && earlier.phase == Phase.COLLECT && unit.equals(earlier.unit);
    }
}
