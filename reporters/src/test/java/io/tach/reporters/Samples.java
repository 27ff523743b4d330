package io.tach.reporters;

import io.tach.engine.event.RunEvent.CollectionFinished;
import io.tach.engine.event.RunEvent.RunFinished;
import io.tach.engine.event.RunEvent.SessionStarted;
import io.tach.engine.event.RunEvent.TestFinished;
import io.tach.engine.event.RunEvent.TestStarted;
import io.tach.engine.event.SuiteInfo;
import io.tach.engine.event.SuiteInfo.JunitRequest;
import io.tach.engine.model.Outcome;
import io.tach.engine.model.PhaseReport;
import io.tach.engine.model.PhaseTimes;
import io.tach.engine.model.Property;
import io.tach.engine.model.Section;
import io.tach.engine.model.Status;
import io.tach.engine.model.TestResult;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Events made by hand; a test changes what it is about. */
final class Samples {
    private Samples() {}

    static SessionStarted session(int verbosity) {
        return session(verbosity, Optional.empty());
    }

    static SessionStarted session(int verbosity, Optional<JunitRequest> junit) {
        return new SessionStarted(new SuiteInfo(
                "header\n", "/project", "3.11.7", "9.2.0", verbosity, false, 80, "progress", -1, 2, junit));
    }

    static JunitRequest junit(String path, String family) {
        return new JunitRequest(path, family, "suite", "no", "", true, "total");
    }

    static CollectionFinished collected(String... nodeIds) {
        return new CollectionFinished(nodeIds.length, 0, List.of(), nodeIds.length > 0, List.of(nodeIds));
    }

    static TestStarted started(int testId, String nodeId, String worker) {
        return new TestStarted(testId, nodeId, worker);
    }

    static TestFinished passed(String nodeId) {
        return finished(nodeId, Status.PASS, Outcome.PASSED);
    }

    static TestFinished failed(String nodeId) {
        return finished(nodeId, Status.FAIL, Outcome.FAILED, failure(nodeId));
    }

    static TestFinished finished(String nodeId, Status status, Outcome outcome, PhaseReport... reports) {
        return new TestFinished(result(0, nodeId, status, outcome, reports));
    }

    static TestResult result(int testId, String nodeId, Status status, Outcome outcome, PhaseReport... reports) {
        return new TestResult(
                testId,
                nodeId,
                status,
                outcome,
                6_000_000,
                reports.length == 0 ? "" : reports[0].message(),
                new PhaseTimes(1_000_000, 2_000_000, 3_000_000),
                List.of(reports),
                List.<Property>of(),
                "gw0",
                List.of());
    }

    static PhaseReport failure(String nodeId) {
        return report(nodeId, "call", "failed", "failed", "F", "FAILED", "def test():\n>   assert 0", "assert 0");
    }

    static PhaseReport error(String nodeId, String when) {
        return report(nodeId, when, "failed", "error", "E", "ERROR", "no " + when, "RuntimeError: no " + when);
    }

    static PhaseReport skip(String nodeId, String reason) {
        String longrepr = "('/project/test_a.py', 7, 'Skipped: why')";
        return report(nodeId, "setup", "skipped", "skipped", "s", "SKIPPED", longrepr, "Skipped: " + reason);
    }

    static PhaseReport report(
            String nodeId,
            String when,
            String outcome,
            String category,
            String letter,
            String word,
            String longrepr,
            String message) {
        return new PhaseReport(
                nodeId,
                when,
                outcome,
                category,
                letter,
                word,
                List.of(),
                1_000_000,
                longrepr,
                message,
                Optional.empty(),
                List.of(new Section("Captured stdout call", "printed\n")),
                new PhaseReport.Location(NodeIds.path(nodeId), 6, nodeId.substring(nodeId.lastIndexOf("::") + 2)),
                ByteBuffer.allocate(0));
    }

    static RunFinished end(Map<String, Integer> counts, String summary, String stopReason, String... notRun) {
        return new RunFinished(1, counts, List.of(notRun), Duration.ofMillis(1234), summary, stopReason);
    }

    static RunFinished end() {
        return end(Map.of("passed", 1), "\n=== 1 passed in 1.23s ===\n", "");
    }
}
