package io.tach.engine.verdict;

import io.tach.engine.model.PhaseReport;
import io.tach.engine.model.TestResult;
import java.util.List;

/** The results of tests that did not die. */
@SuppressWarnings("DoNotCallSuggester")
public final class Verdicts {
    private Verdicts() {}

    /**
     * The result of a test that ended in order. A worker that says "passed" of a test with a failed report is not
     * believed.
     */
    public static TestResult finished(String nodeId, String worker, WorkerResult result, List<PhaseReport> reports) {
        throw new UnsupportedOperationException();
    }

    /** The result of a test that no worker could run, for a reason that is tach's and not the test's. */
    public static TestResult harnessError(int testId, String nodeId, String worker, String reason) {
        throw new UnsupportedOperationException();
    }
}
