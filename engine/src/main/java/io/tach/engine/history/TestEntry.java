package io.tach.engine.history;

/**
 * What is remembered of a test function, or of one of its parametrised tests if that is slow enough to be told apart.
 *
 * @param seenS when it was last run, in seconds since 1970
 * @param tests how many tests it stands for, at least 1
 * @param meanUs what one of them takes, in microseconds; negative if none of them ever ended by itself
 * @param failed how many of them failed when they were last run
 */
record TestEntry(long seenS, int tests, long meanUs, int failed) {

    /** This entry after it was run again: half of what is expected comes from the last run. */
    TestEntry then(TestEntry later) {
        long mean = meanUs < 0 || later.meanUs < 0 ? Math.max(meanUs, later.meanUs) : (meanUs + later.meanUs + 1) / 2;
        // A run of a few chosen tests should not make the function small; one that shrank will be in a few runs.
        return new TestEntry(later.seenS, Math.max(later.tests, tests / 2), mean, later.failed);
    }

    /** The one of two stores' entries that knows more. */
    TestEntry or(TestEntry other) {
        return other.seenS > seenS ? other : this;
    }
}
