package io.tach.actors.run;

import java.util.OptionalInt;

/**
 * Why a run ends before every test has run, in the words of {@code MSG_STOPPING}.
 *
 * @param kind {@code exit}, {@code interrupt}, {@code stop}, {@code fail} or {@code internal}
 * @param reason for the user
 * @param returnCode the exit code that was asked for
 */
record Stop(String kind, String reason, OptionalInt returnCode) {
    static Stop of(String kind, String reason) {
        return new Stop(kind, reason, OptionalInt.empty());
    }

    /** True if what runs is not worth waiting for. */
    boolean isUrgent() {
        return kind.equals("exit") || kind.equals("interrupt") || kind.equals("internal");
    }

    boolean isInternal() {
        return kind.equals("internal");
    }

    boolean isInterrupt() {
        return kind.equals("interrupt") || (kind.equals("exit") && returnCode.isEmpty());
    }
}
