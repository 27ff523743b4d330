package io.tach.engine.verdict;

import io.tach.engine.model.TestResult;

/** The result of a test whose process ended before the test did. */
@SuppressWarnings("DoNotCallSuggester")
public final class CrashVerdict {
    private CrashVerdict() {}

    /** The exit code by which a worker says that its channel was closed under it. */
    public static final int CHANNEL_CLOSED_EXIT = 70;

    /** The result: what was reported so far, and a report that names the death in the phase it came in. */
    public static TestResult of(DeathFacts facts) {
        throw new UnsupportedOperationException();
    }

    /** The first line of that report, such as {@code worker gw0 died in call: SIGSEGV (core dumped)}. */
    public static String message(DeathFacts facts) {
        throw new UnsupportedOperationException();
    }
}
