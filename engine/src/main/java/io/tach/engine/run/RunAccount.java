package io.tach.engine.run;

import io.tach.engine.model.PhaseReport;
import io.tach.engine.model.TestResult;
import java.util.List;
import java.util.Map;

/** What the run owes and what it has got: one result for every planned test. One thread. */
@SuppressWarnings("DoNotCallSuggester")
public final class RunAccount {

    /**
     * @param planned how many tests are planned; their ids are 0 to {@code planned - 1}
     * @param maxfail stop after that many failures; 0 for never
     */
    public RunAccount(int planned, int maxfail) {}

    /** Counts a collect report that did not pass. */
    public void collectReport(PhaseReport report) {
        throw new UnsupportedOperationException();
    }

    /**
     * Counts a result.
     *
     * @return false if the test is unknown or has its result already: then nothing was counted
     */
    public boolean record(TestResult result) {
        throw new UnsupportedOperationException();
    }

    /** True if the test has its result. */
    public boolean has(int testId) {
        throw new UnsupportedOperationException();
    }

    public int planned() {
        throw new UnsupportedOperationException();
    }

    public int reported() {
        throw new UnsupportedOperationException();
    }

    /** Failed reports as pytest counts them for {@code --maxfail}: phases and subtests each, expected failures not. */
    public int failures() {
        throw new UnsupportedOperationException();
    }

    /** Results that say tach itself failed. */
    public int harnessErrors() {
        throw new UnsupportedOperationException();
    }

    /** True once {@code --maxfail} wants the run to end. */
    public boolean maxfailReached() {
        throw new UnsupportedOperationException();
    }

    /** How many reports stand under each of pytest's categories, the plain passes included. */
    public Map<String, Integer> counts() {
        throw new UnsupportedOperationException();
    }

    /** Passes that have no report of their own: what the zygote has to add to the reports it gets. */
    public int plainPasses() {
        throw new UnsupportedOperationException();
    }

    /** Tests without a result, ascending. */
    public List<Integer> missing() {
        throw new UnsupportedOperationException();
    }
}
