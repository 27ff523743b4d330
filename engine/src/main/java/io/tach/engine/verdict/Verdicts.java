package io.tach.engine.verdict;

import io.tach.engine.model.Outcome;
import io.tach.engine.model.PhaseReport;
import io.tach.engine.model.PhaseTimes;
import io.tach.engine.model.Status;
import io.tach.engine.model.TestResult;
import java.util.ArrayList;
import java.util.List;

/** The results of tests that did not die. */
public final class Verdicts {
    private Verdicts() {}

    /**
     * The result of a test that ended in order. A worker that says "passed" of a test with a failed report is not
     * believed; one that says "failed" without such a report is, and a report is made, as only reports are counted.
     */
    public static TestResult finished(String nodeId, String worker, WorkerResult result, List<PhaseReport> reports) {
        boolean believed = result.status().isFailure() || reports.stream().noneMatch(PhaseReport::failed);
        boolean inCall = reports.stream().anyMatch(r -> r.failed() && r.when().equals("call"));
        Status status = believed ? result.status() : inCall ? Status.FAIL : Status.ERROR;
        Outcome outcome = believed ? result.outcome() : inCall ? Outcome.FAILED : Outcome.ERROR;
        return new TestResult(
                result.testId(),
                nodeId,
                status,
                outcome,
                result.durationNs(),
                result.message(),
                result.times(),
                withFailure(nodeId, result, reports),
                result.properties(),
                worker,
                result.leaked(),
                result.isolation());
    }

    private static List<PhaseReport> withFailure(String nodeId, WorkerResult result, List<PhaseReport> reports) {
        if (!result.status().isFailure() || reports.stream().anyMatch(PhaseReport::failed)) {
            return List.copyOf(reports);
        }
        String when = result.outcome() == Outcome.FAILED ? "call" : "setup";
        String word = result.outcome() == Outcome.FAILED ? "FAILED" : "ERROR";
        String message = "tach: a failure without a report: " + result.message();
        List<PhaseReport> all = new ArrayList<>(reports);
        all.add(DeathReport.of(nodeId, when, word, 0, message, Output.NONE, DeathReport.locationOf(nodeId)));
        return List.copyOf(all);
    }

    /** The result of a test that no worker could run, for a reason that is tach's and not the test's. */
    public static TestResult harnessError(int testId, String nodeId, String worker, String reason) {
        PhaseReport report = DeathReport.of(
                nodeId, "setup", "NOT RUN", 0, "tach: " + reason, Output.NONE, DeathReport.locationOf(nodeId));
        return new TestResult(
                testId,
                nodeId,
                Status.HARNESS_ERROR,
                Outcome.ERROR,
                0,
                report.message(),
                PhaseTimes.NONE,
                List.of(report),
                List.of(),
                worker,
                List.of());
    }
}
