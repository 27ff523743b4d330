package io.tach.actors.run;

import io.tach.engine.run.ExitCodes;
import io.tach.nativeio.wire.FromWorker;
import java.util.OptionalInt;

/**
 * Why a run ends before every test has run, in the words of {@code MSG_STOPPING}.
 *
 * @param kind {@code exit}, {@code interrupt}, {@code stop}, {@code fail} or {@code internal}
 * @param reason for the user
 * @param returnCode the exit code that was asked for
 */
record Stop(String kind, String reason, OptionalInt returnCode) {
    /** What a worker said. pytest's "interrupted" is what {@code pytest.exit} means without a code. */
    static Stop of(FromWorker.Stopping m) {
        boolean asked =
                m.kind().equals("exit") && m.returnCode() >= 0 && m.returnCode() != ExitCodes.PYTEST_INTERRUPTED;
        return new Stop(m.kind(), m.reason(), asked ? OptionalInt.of(m.returnCode()) : OptionalInt.empty());
    }

    static Stop of(String kind, String reason) {
        return new Stop(kind, reason, OptionalInt.empty());
    }

    /** {@code --maxfail} is reached, in pytest's words. */
    static Stop maxfail(int failures) {
        return of("fail", "stopping after " + failures + " failures");
    }

    /** True if this is the user's interrupt, and that is a worker's word of where it was hit by it. */
    boolean lacksPlaceOf(FromWorker.Stopping m) {
        return kind.equals("interrupt") && reason.isEmpty() && m.kind().equals("interrupt");
    }

    /** True if what runs is not worth waiting for. */
    boolean isUrgent() {
        return kind.equals("exit") || kind.equals("interrupt") || kind.equals("internal");
    }

    /** True if a plugin set {@code session.shouldstop}: pytest calls that interrupted, tach only where nothing failed. */
    boolean isSessionsWish() {
        return kind.equals("stop");
    }

    boolean isMaxfail() {
        return kind.equals("fail");
    }

    boolean isInternal() {
        return kind.equals("internal");
    }

    boolean isInterrupt() {
        return kind.equals("interrupt") || (kind.equals("exit") && returnCode.isEmpty());
    }
}
