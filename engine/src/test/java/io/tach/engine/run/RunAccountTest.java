package io.tach.engine.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tach.engine.Reports;
import io.tach.engine.model.Outcome;
import io.tach.engine.model.PhaseReport;
import io.tach.engine.model.PhaseTimes;
import io.tach.engine.model.Status;
import io.tach.engine.model.TestResult;
import io.tach.engine.verdict.Verdicts;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RunAccountTest {

    private static Stream<Arguments> endings() {
        PhaseReport failed = Reports.of("call", "failed", "failed");
        PhaseReport teardownError = Reports.of("teardown", "failed", "error");
        return Stream.of(
                Arguments.of("plain pass", List.of(), Map.of("passed", 1), 0),
                Arguments.of("failure", List.of(failed), Map.of("failed", 1), 1),
                Arguments.of("setup error", List.of(Reports.of("setup", "failed", "error")), Map.of("error", 1), 1),
                Arguments.of("skip", List.of(Reports.of("setup", "skipped", "skipped")), Map.of("skipped", 1), 0),
                Arguments.of("xfail", List.of(Reports.xfailed()), Map.of("xfailed", 1), 0),
                Arguments.of("passed, teardown broke", List.of(teardownError), Map.of("passed", 1, "error", 1), 1),
                Arguments.of("both broke", List.of(failed, teardownError), Map.of("failed", 1, "error", 1), 2),
                Arguments.of(
                        "pass with output", List.of(Reports.of("call", "passed", "passed")), Map.of("passed", 1), 0),
                Arguments.of("setup with output", List.of(Reports.of("setup", "passed", "")), Map.of("passed", 1), 0),
                Arguments.of(
                        "subtests",
                        List.of(Reports.of("call", "passed", "subtests passed", "SUBPASSED(i=1)")),
                        Map.of("subtests passed", 1, "passed", 1),
                        0),
                Arguments.of("quiet subtests", List.of(Reports.of("call", "passed", "", "")), Map.of("passed", 1), 0),
                Arguments.of(
                        "failed subtest",
                        List.of(Reports.of("call", "failed", "failed", "SUBFAILED(i=1)"), failed),
                        Map.of("failed", 2),
                        2),
                Arguments.of(
                        "rerun",
                        List.of(Reports.of("call", "rerun", "rerun", "RERUN")),
                        Map.of("rerun", 1, "passed", 1),
                        0),
                Arguments.of(
                        "rerun after its setup",
                        List.of(Reports.of("setup", "rerun", "rerun", "RERUN")),
                        Map.of("rerun", 1, "passed", 1),
                        0));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("endings")
    void shouldCountAsPytestDoes(String name, List<PhaseReport> reports, Map<String, Integer> counts, int failures) {
        // Given
        RunAccount account = new RunAccount(1, 0);

        // When
        account.record(result(0, reports));

        // Then
        assertEquals(counts, account.counts(), name);
        assertEquals(failures, account.failures(), name);
    }

    @Test
    void shouldRefuseASecondResultAndAnUnknownTest() {
        // Given
        RunAccount account = new RunAccount(1, 0);
        account.record(result(0, List.of()));

        // When
        boolean second = account.record(result(0, List.of()));
        boolean unknown = account.record(result(1, List.of()));

        // Then
        assertFalse(second || unknown);
        assertEquals(1, account.reported());
        assertEquals(Map.of("passed", 1), account.counts());
    }

    @Test
    void shouldNameWhatIsMissing() {
        // Given
        RunAccount account = new RunAccount(3, 0);

        // When
        account.record(result(1, List.of()));

        // Then
        assertEquals(List.of(0, 2), account.missing());
    }

    @Test
    void shouldStopAtMaxfailWithCollectionErrorsIncluded() {
        // Given
        RunAccount account = new RunAccount(3, 2);
        account.collectReport(Reports.of("collect", "failed", "error"));
        boolean before = account.maxfailReached();

        // When
        account.record(result(0, List.of(Reports.of("call", "failed", "failed"))));

        // Then
        assertFalse(before);
        assertTrue(account.maxfailReached());
    }

    @Test
    void shouldCountWhatTheHarnessCouldNotRun() {
        // Given
        RunAccount account = new RunAccount(1, 0);

        // When
        account.record(Verdicts.harnessError(0, "t.py::test_a", "", "no worker could collect it"));

        // Then
        assertEquals(1, account.harnessErrors());
        assertEquals(Map.of("error", 1), account.counts());
    }

    private static TestResult result(int id, List<PhaseReport> reports) {
        return new TestResult(
                id,
                "t.py::test_a",
                Status.PASS,
                Outcome.PASSED,
                1,
                "",
                PhaseTimes.NONE,
                reports,
                List.of(),
                "gw0",
                List.of());
    }
}
