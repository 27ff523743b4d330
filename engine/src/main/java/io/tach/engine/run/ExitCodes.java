package io.tach.engine.run;

import java.util.OptionalInt;

/** tach's exit codes, and pytest's. */
public final class ExitCodes {
    public static final int PASSED = 0;
    public static final int FAILED = 1;
    public static final int USAGE = 2;
    public static final int COLLECTION = 3;
    public static final int RUNTIME = 4;
    public static final int NO_TESTS = 5;
    public static final int INTERRUPTED = 130;

    /** pytest's own code of a session that was interrupted, by the user or by a plugin. */
    public static final int PYTEST_INTERRUPTED = 2;

    private ExitCodes() {}

    /**
     * How a run ended.
     *
     * @param planned tests that were to be run
     * @param reported tests that have a result
     * @param failures failed reports, errors included
     * @param harnessErrors results that say tach itself failed
     * @param collectionErrors files that could not be collected
     * @param internalError pytest's or tach's own code broke, or no zygote can be had
     * @param usageError the arguments or the configuration are wrong
     * @param interrupted somebody pressed Ctrl-C, a test raised KeyboardInterrupt or called {@code pytest.exit} without a
     *     code
     * @param stoppedEarly the run was ended on purpose (maxfail, {@code shouldfail}), so tests without a result are fine
     * @param calledOff the same, by {@code shouldstop}: pytest calls that interrupted
     * @param requested the code given to {@code pytest.exit}
     */
    public record Ending(
            int planned,
            int reported,
            int failures,
            int harnessErrors,
            int collectionErrors,
            boolean internalError,
            boolean usageError,
            boolean interrupted,
            boolean stoppedEarly,
            boolean calledOff,
            OptionalInt requested) {}

    /** The exit code of a run: 4 before 130, a requested code, 3, 2, 1, 5 and 0. */
    public static int decide(Ending e) {
        boolean onPurpose = e.stoppedEarly() || e.calledOff();
        boolean brokeOff = onPurpose || e.interrupted() || e.requested().isPresent() || e.usageError();
        boolean lost = e.reported() != e.planned() && !brokeOff && e.collectionErrors() == 0;
        if (e.internalError() || e.harnessErrors() > 0 || lost || e.reported() > e.planned()) {
            return RUNTIME;
        }
        if (e.interrupted()) {
            return INTERRUPTED;
        }
        if (e.requested().isPresent()) {
            return e.requested().getAsInt();
        }
        if (e.collectionErrors() > 0) {
            return COLLECTION;
        }
        if (e.usageError()) {
            return USAGE;
        }
        if (e.failures() > 0 || e.stoppedEarly()) {
            return FAILED;
        }
        if (e.calledOff()) {
            return INTERRUPTED;
        }
        return e.planned() == 0 ? NO_TESTS : PASSED;
    }

    /**
     * What pytest would exit with where tach exits with {@code code}: what plugins see in {@code pytest_sessionfinish}.
     *
     * @param goesOn whether the session goes on after a collection error ({@code --continue-on-collection-errors}) or was
     *     ended by {@code --maxfail} because of one: then pytest counts it as a failure
     */
    public static int toPytest(int code, boolean goesOn) {
        return code == COLLECTION && goesOn ? FAILED : toPytest(code);
    }

    private static int toPytest(int code) {
        return switch (code) {
            case USAGE -> 4;
            case COLLECTION, INTERRUPTED -> PYTEST_INTERRUPTED;
            case RUNTIME -> 3;
            default -> code;
        };
    }

    /** tach's code for an exit status of pytest. */
    public static int ofPytest(int status) {
        return switch (status) {
            case PYTEST_INTERRUPTED -> INTERRUPTED;
            case 3 -> RUNTIME;
            case 4 -> USAGE;
            default -> status;
        };
    }

    /**
     * The final code, given what pytest's session said at its very end: a plugin may have made the run red there (a
     * coverage limit), or green (no tests is fine), but what tach found broken stays broken.
     *
     * @param decided tach's own code
     * @param expected what {@link #toPytest} made of it
     * @param pytestStatus the exit status after {@code pytest_sessionfinish}
     */
    public static int afterSessionFinish(int decided, int expected, int pytestStatus) {
        boolean plugins = pytestStatus != expected;
        return plugins && decided != RUNTIME ? ofPytest(pytestStatus) : decided;
    }
}
