package io.tach.actors.run;

import io.tach.conf.IsolationSettings;
import io.tach.conf.IsolationStrategy;
import io.tach.conf.TachSettings;
import io.tach.engine.plan.DispatchSettings;
import io.tach.nativeio.wire.FromZygote.Ready;
import io.tach.nativeio.wire.ToZygote;
import java.util.OptionalLong;
import java.util.Set;

/**
 * How many workers a run has and what they may do, from the settings and what the suite itself says.
 *
 * @param workers how many
 * @param maySplit whether the tests of one file may run on several
 * @param maySort whether files may begin in another order than that of the session
 * @param forward whether each worker has to keep that order
 * @param note why it is fewer than was asked for; empty if it is not
 */
record Plan(int workers, boolean maySplit, boolean maySort, boolean forward, String note) {
    /** xdist's modes that keep a file together. */
    private static final Set<String> FILE_MODES = Set.of("loadfile", "loadscope");

    /** Reasons to collect the session whole that have nothing to do with its order. */
    private static final Set<String> UNORDERED = Set.of("an argument names a test", "--lf");

    /**
     * pytest-django puts tests that empty the databases behind those that find there what migrations have put in. Each worker
     * has databases of its own, so each has to keep that order.
     */
    private static final String ORDERED_FOR_DATABASES = "pytest-django orders the session";

    static Plan of(TachSettings settings, Ready suite) {
        int wanted = Math.max(1, settings.workers().orElseGet(() -> ofSuite(suite.numProcesses())));
        if (!suite.serial().isEmpty()) {
            return new Plan(1, false, false, false, wanted == 1 ? "" : "one worker only: " + suite.serial());
        }
        boolean maySort = wanted > 1 && !isOrdered(suite);
        boolean forward = suite.modeReason().equals(ORDERED_FOR_DATABASES);
        return new Plan(wanted, wanted > 1 && filesMaySplit(suite), maySort, forward, "");
    }

    /** Whether the suite leaves it open on how many workers, or in which part of it, tests of one file are. */
    static boolean filesMaySplit(Ready suite) {
        return !FILE_MODES.contains(suite.dist());
    }

    /** True if somebody cares for the order of the session: it was collected whole for the sake of that. */
    private static boolean isOrdered(Ready suite) {
        return suite.mode().equals("global") && !UNORDERED.contains(suite.modeReason());
    }

    /** {@code -n} in addopts: a number, {@code auto} or {@code logical}. */
    private static int ofSuite(String numProcesses) {
        boolean number = !numProcesses.isEmpty() && numProcesses.chars().allMatch(Character::isDigit);
        return number ? Integer.parseInt(numProcesses) : Runtime.getRuntime().availableProcessors();
    }

    DispatchSettings dispatch() {
        DispatchSettings settings = DispatchSettings.of(workers, maySplit);
        if (forward) {
            return settings.onlyForward();
        }
        return maySort ? settings : settings.inSessionOrder();
    }

    /** How workers isolate tests, in the wire's words. */
    static ToZygote.Isolation isolation(IsolationSettings s) {
        boolean isolated = s.strategy() != IsolationStrategy.NONE;
        OptionalLong seed = s.seed().isEmpty() && isolated ? OptionalLong.of(Entropy.seed()) : s.seed();
        return new ToZygote.Isolation(s.strategy().word(), s.strict(), s.verify(), seed);
    }

    /**
     * The line that names the seed, so that a run can be repeated.
     *
     * @param asked what the user asked for
     * @param used what workers are told
     * @return empty if nobody wants to know
     */
    static String seedNote(IsolationSettings asked, ToZygote.Isolation used, int verbosity) {
        if (asked.seed().isPresent()) {
            return asked.strategy() == IsolationStrategy.NONE
                    ? "the seed is without effect: tests are not isolated"
                    : "seed " + asked.seed().getAsLong();
        }
        boolean told = verbosity > 0 && used.seed().isPresent();
        return told ? "seed " + used.seed().getAsLong() + " (--seed repeats it)" : "";
    }
}
