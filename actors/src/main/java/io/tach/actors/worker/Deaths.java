package io.tach.actors.worker;

import io.tach.engine.verdict.Death;
import io.tach.nativeio.posix.WaitStatus;

/** What the kernel says of an end, in the engine's words. */
public final class Deaths {
    private Deaths() {}

    /** The end that a wait status means. */
    public static Death of(WaitStatus status) {
        return status.exited()
                ? Death.exited(status.exitCode())
                : Death.signaled(status.signalName(), status.coreDumped());
    }
}
