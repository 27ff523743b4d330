package io.tach.engine.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tach.engine.Reports;
import io.tach.engine.model.Outcome;
import io.tach.engine.model.PhaseReport;
import io.tach.engine.model.Section;
import io.tach.engine.model.Status;
import io.tach.engine.model.TestResult;
import io.tach.engine.verdict.DeathFacts.Cause;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CrashVerdictTest {
    private static final Death SEGV = Death.signaled("SIGSEGV", true);
    private static final Death KILL = Death.signaled("SIGKILL", false);

    private static Stream<Arguments> messages() {
        return Stream.of(
                Arguments.of(Phase.CALL, Cause.DIED, "", SEGV, "worker died in call: SIGSEGV (core dumped)"),
                Arguments.of(Phase.CALL, Cause.DIED, "", KILL, "worker died in call: SIGKILL"),
                Arguments.of(Phase.CALL, Cause.OUT_OF_MEMORY, "", KILL, "worker died in call: SIGKILL (out of memory)"),
                Arguments.of(Phase.SETUP, Cause.DIED, "", Death.exited(0), "worker exited with code 0 in setup"),
                Arguments.of(Phase.CALL, Cause.DIED, "", Death.exited(70), "worker lost its control channel in call"),
                Arguments.of(Phase.TEARDOWN, Cause.DIED, "", Death.unknown(), "worker vanished in teardown"),
                Arguments.of(Phase.CALL, Cause.DEADLINE, "", KILL, "timed out after 1.5 s in call"),
                Arguments.of(
                        Phase.CALL,
                        Cause.STOPPED,
                        "SIGSTOP",
                        KILL,
                        "stopped (SIGSTOP) and timed out after 1.5 s in call"),
                Arguments.of(Phase.CALL, Cause.STOPPED, "", KILL, "stopped and timed out after 1.5 s in call"),
                Arguments.of(Phase.CALL, Cause.CHANNEL_CLOSED, "", KILL, "worker lost its control channel in call"),
                Arguments.of(
                        Phase.CALL, Cause.PROTOCOL, "length=0", KILL, "worker broke the protocol in call: length=0"),
                Arguments.of(Phase.CALL, Cause.ZYGOTE_DIED, "", KILL, "worker went down with the zygote in call"));
    }

    @ParameterizedTest(name = "{4}")
    @MethodSource("messages")
    void shouldSayHowItEnded(Phase phase, Cause cause, String detail, Death death, String expected) {
        // When
        TestResult result = CrashVerdict.of(facts(phase, cause, detail, death, List.of(), Output.NONE));

        // Then
        assertEquals(expected, result.message());
        assertEquals(expected, result.reports().get(0).longrepr());
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "SETUP, DIED, CRASH, ERROR, setup, error, E, CRASHED",
        "CALL, DIED, CRASH, FAILED, call, failed, F, CRASHED",
        "TEARDOWN, DIED, CRASH, ERROR, teardown, error, E, CRASHED",
        "CALL, DEADLINE, TIMEOUT, FAILED, call, failed, F, TIMEOUT",
        "TEARDOWN, STOPPED, TIMEOUT, ERROR, teardown, error, E, TIMEOUT",
        "CALL, PROTOCOL, CRASH, FAILED, call, failed, F, CRASHED",
        "IDLE, DIED, CRASH, ERROR, setup, error, E, CRASHED",
        "BOOT, DIED, CRASH, ERROR, setup, error, E, CRASHED",
        "FINISH, DIED, CRASH, ERROR, teardown, error, E, CRASHED",
    })
    void aDeathInTheCallShouldBeAFailureAndAnyOtherAnError(
            Phase phase,
            Cause cause,
            Status status,
            Outcome outcome,
            String when,
            String category,
            String letter,
            String word) {
        // When
        TestResult result = CrashVerdict.of(facts(phase, cause, "", KILL, List.of(), Output.NONE));

        // Then
        PhaseReport report = result.reports().get(0);
        assertEquals(status, result.status());
        assertEquals(outcome, result.outcome());
        assertEquals(
                List.of(when, "failed", category, letter, word, "[red]"),
                List.of(
                        report.when(),
                        report.outcome(),
                        report.category(),
                        report.letter(),
                        report.word(),
                        report.markup().toString()));
    }

    @Test
    void aDeathInTeardownShouldKeepTheFailureOfTheCall() {
        // Given
        PhaseReport failed = Reports.of("call", "failed", "failed");

        // When
        TestResult result = CrashVerdict.of(facts(Phase.TEARDOWN, Cause.DIED, "", SEGV, List.of(failed), Output.NONE));

        // Then
        assertEquals(Outcome.FAILED, result.outcome());
        assertEquals(
                List.of("call", "teardown"),
                result.reports().stream().map(PhaseReport::when).toList());
        assertEquals(failed.location(), result.reports().get(1).location());
    }

    @Test
    void outputShouldBeKeptBesideTheStacks() {
        // Given
        Output output = new Output("out", "err", "noise\nFatal Python error: Aborted\n  File x", "Thread 1");

        // When
        PhaseReport report = CrashVerdict.of(facts(Phase.CALL, Cause.DEADLINE, "", KILL, List.of(), output))
                .reports()
                .get(0);

        // Then
        assertEquals(
                "timed out after 1.5 s in call\n\nFatal Python error: Aborted\n  File x\n\nWhat it was doing:\nThread 1",
                report.longrepr());
        assertEquals(
                List.of(
                        new Section("Captured stdout call", "out"),
                        new Section("Captured stderr call", "err"),
                        new Section("Captured past pytest (stdout and stderr) call", "noise\n")),
                report.sections());
    }

    @Test
    void longOutputShouldKeepItsBeginningAndItsEnd() {
        // Given
        Output output = new Output("begin" + "x".repeat(1_000_000) + "end", "", "", "");

        // When
        PhaseReport report = CrashVerdict.of(facts(Phase.CALL, Cause.DIED, "", KILL, List.of(), output))
                .reports()
                .get(0);

        // Then
        String text = report.sections().get(0).text();
        assertTrue(text.startsWith("begin") && text.endsWith("end"));
        assertTrue(text.contains("[... 934472 characters cut ...]"), () -> text.substring(16_000, 16_500));
        assertTrue(text.length() < BoundedText.MOST + 50);
    }

    @Test
    void aCutShouldNotTearACharacter() {
        // Given
        String text = "\uD83D\uDE00".repeat(BoundedText.MOST) + "x";

        // When
        String bounded = BoundedText.of(text);

        // Then
        assertFalse(bounded.codePoints().anyMatch(c -> c >= 0xD800 && c <= 0xDFFF));
    }

    @Test
    void aDeathInCollectionShouldNameTheFile() {
        // When
        PhaseReport report = CrashVerdict.inCollection(
                "tests/test_a.py", Cause.DIED, "", Death.exited(0), Duration.ZERO, Output.NONE);

        // Then
        assertEquals("worker exited with code 0 while collecting tests/test_a.py", report.longrepr());
        assertEquals(
                List.of("collect", "error", "tests/test_a.py"),
                List.of(report.when(), report.category(), report.nodeId()));
    }

    @ParameterizedTest
    @CsvSource({
        "t.py::test_a, t.py, test_a",
        "d/t.py::TestA::test_b[x::y], d/t.py, TestA.test_b[x::y]",
        "README.md, README.md, README.md",
    })
    void theLocationShouldComeFromTheNodeIdIfNothingElseIsKnown(String nodeId, String path, String domain) {
        assertEquals(new PhaseReport.Location(path, -1, domain), DeathReport.locationOf(nodeId));
    }

    private static DeathFacts facts(
            Phase phase, Cause cause, String detail, Death death, List<PhaseReport> reports, Output output) {
        return new DeathFacts(
                3,
                "t.py::test_a",
                "gw0",
                phase,
                cause,
                detail,
                death,
                Duration.ofMillis(1500),
                2_000_000,
                reports,
                List.of(),
                output,
                List.of());
    }
}
