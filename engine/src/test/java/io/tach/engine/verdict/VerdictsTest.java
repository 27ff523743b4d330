package io.tach.engine.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tach.engine.Reports;
import io.tach.engine.model.Isolation;
import io.tach.engine.model.Outcome;
import io.tach.engine.model.PhaseReport;
import io.tach.engine.model.PhaseTimes;
import io.tach.engine.model.Status;
import io.tach.engine.model.TestResult;
import io.tach.engine.run.RunAccount;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerdictsTest {

    @Test
    void shouldTakeTheWorkersWord() {
        // When
        TestResult result = Verdicts.finished(
                "t.py::test_a", "gw1", said(Status.SKIP, Outcome.XFAILED), List.of(Reports.xfailed()));

        // Then
        assertEquals(Status.SKIP, result.status());
        assertEquals(Outcome.XFAILED, result.outcome());
        assertEquals("gw1", result.worker());
    }

    @Test
    void shouldNotBelieveAPassWithAFailedReport() {
        // Given
        PhaseReport failedCall = Reports.of("call", "failed", "failed");
        PhaseReport failedTeardown = Reports.of("teardown", "failed", "error");

        // When
        TestResult call = Verdicts.finished("a", "gw0", said(Status.PASS, Outcome.PASSED), List.of(failedCall));
        TestResult teardown = Verdicts.finished("a", "gw0", said(Status.PASS, Outcome.PASSED), List.of(failedTeardown));

        // Then
        assertEquals(List.of(Status.FAIL, Status.ERROR), List.of(call.status(), teardown.status()));
        assertEquals(List.of(Outcome.FAILED, Outcome.ERROR), List.of(call.outcome(), teardown.outcome()));
    }

    @Test
    void aFailureWithoutAReportShouldBeCounted() {
        // Given
        RunAccount account = new RunAccount(5, 0);

        // When
        TestResult result = Verdicts.finished("a", "gw0", said(Status.ERROR, Outcome.ERROR), List.of());
        account.record(result);

        // Then
        assertEquals(1, account.failures());
        assertEquals(Map.of("error", 1), account.counts());
        assertEquals("setup", result.reports().get(0).when());
    }

    @Test
    void aHarnessErrorShouldBeAnErrorOfTheTest() {
        // When
        TestResult result = Verdicts.harnessError(4, "t.py::test_a", "", "no worker");

        // Then
        assertEquals(Status.HARNESS_ERROR, result.status());
        assertEquals(Outcome.ERROR, result.outcome());
        assertEquals("tach: no worker", result.reports().get(0).longrepr());
    }

    private static WorkerResult said(Status status, Outcome outcome) {
        return new WorkerResult(4, status, outcome, 1, "", PhaseTimes.NONE, List.of(), List.of(), Isolation.UNSAID);
    }
}
