package io.tach.engine.verdict;

/**
 * How a process ended.
 *
 * @param kind by which of the three ways
 * @param exitCode 0 to 255, if it exited
 * @param signal such as {@code SIGSEGV}, if it was killed; else empty
 * @param coreDumped whether a core was written
 */
public record Death(Kind kind, int exitCode, String signal, boolean coreDumped) {

    /** The ways to end. */
    public enum Kind {
        EXITED,
        SIGNALED,
        /** Nobody could wait for it: its parent died too. */
        UNKNOWN
    }

    public static Death exited(int exitCode) {
        return new Death(Kind.EXITED, exitCode, "", false);
    }

    public static Death signaled(String signal, boolean coreDumped) {
        return new Death(Kind.SIGNALED, 0, signal, coreDumped);
    }

    public static Death unknown() {
        return new Death(Kind.UNKNOWN, 0, "", false);
    }

    /** Such as {@code exit code 3} or {@code SIGSEGV}. */
    public String inWords() {
        return switch (kind) {
            case EXITED -> "exit code " + exitCode;
            case SIGNALED -> signal;
            case UNKNOWN -> "unknown cause";
        };
    }
}
