package io.tach.reporters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tach.engine.event.Reporter;
import io.tach.engine.event.RunEvent;
import io.tach.engine.event.RunEvent.TestFinished;
import io.tach.engine.model.Isolation;
import io.tach.engine.model.Outcome;
import io.tach.engine.model.PhaseReport;
import io.tach.engine.model.RewindStatistics;
import io.tach.engine.model.Status;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TerminalReporterTest {
    private final Output output = new Output();
    private final Reporter terminal = output.terminal();

    @Test
    void shouldHoldBackLinesOfFilesThatRunAtTheSameTime() {
        tell(Samples.session(0), Samples.collected("a.py::x", "a.py::y", "b.py::x", "b.py::y"));

        tell(Samples.passed("a.py::x"), Samples.passed("b.py::x"));
        assertEquals("", progress());

        tell(Samples.passed("b.py::y"));
        assertEquals("\nb.py ..                                                                  [ 50%]\n", progress());
    }

    @Test
    void shouldShowLettersOfTheLastFileAsTheyCome() {
        tell(Samples.session(0), Samples.collected("a.py::x", "b.py::x", "b.py::y"));

        tell(Samples.passed("b.py::x"), Samples.passed("a.py::x"), Samples.passed("b.py::y"));

        assertEquals(
                """

                a.py .                                                                   [ 33%]
                b.py ..                                                                  [100%]
                """,
                progress());
    }

    @Test
    void shouldShowFilesThatWereStoppedInTheMiddle() {
        tell(Samples.session(0), Samples.collected("a.py::x", "a.py::y", "b.py::x", "b.py::y"));

        tell(Samples.passed("a.py::x"), Samples.failed("b.py::x"));
        tell(Samples.end(Map.of(), "\n=== FAILURES ===\n", "stopping after 1 failures", "a.py::y", "b.py::y"));

        assertEquals(
                """

                a.py .                                                                   [ 25%]
                b.py F

                === FAILURES ===
                """,
                progress());
    }

    @Test
    void shouldBeginTheLineAnewAfterANote() {
        tell(Samples.session(0), Samples.collected("a.py::x", "a.py::y"));

        tell(Samples.passed("a.py::x"), new RunEvent.Noted("no cgroup"), Samples.passed("a.py::y"));

        assertEquals(
                """

                a.py .
                tach: no cgroup
                a.py .                                                                   [100%]
                """,
                progress());
    }

    @Test
    void shouldShowWhatPluginsSayOfTheCollection() {
        List<String> nodeIds = List.of("a.py::x");

        tell(
                Samples.session(0),
                new RunEvent.CollectionFinished(1, 0, List.of(), true, nodeIds, List.of("first", "second")));

        assertTrue(output.text().endsWith("collected 1 item\nfirst\nsecond\n"), output.text());
    }

    @Test
    void shouldShowReplacedWorkersOnlyWhenVerbose() {
        RunEvent.WorkerReplaced replaced = new RunEvent.WorkerReplaced("gw1", "signal 9");

        tell(Samples.session(0), Samples.collected(), replaced, Samples.end());
        assertTrue(!output.text().contains("gw1"), output.text());

        Output verbose = new Output();
        List.of(Samples.session(1), Samples.collected(), replaced).forEach(verbose.terminal()::on);
        assertTrue(verbose.text().contains("tach: replaced worker gw1: signal 9\n"), verbose.text());
    }

    @Test
    void shouldSayWhatIsolationFoundOut() {
        TestFinished found = new TestFinished(Samples.result(0, "a.py::x", Status.PASS, Outcome.PASSED)
                .isolated(new Isolation("snapshot", "thread 'poller'", "order-dependent")));

        tell(Samples.session(2), Samples.collected("a.py::x"), found);
        tell(new RunEvent.IsolationMeasured(new RewindStatistics(1, 0, 2, 3, 4, 5, 6, 7, 8, 9, 0, Map.of(), 0, 0)));
        tell(Samples.end());

        assertTrue(
                output.text()
                        .endsWith(
                                """
                a.py::x PASSED                                                           [100%]
                tach: worker replaced: a.py::x left thread 'poller'
                tach: order-dependent: a.py::x fails isolated and passes the plain way
                tach: isolation: 3 rewinds, 0 forks, 1 checkpoint, 0.002us each
                tach: a rewind: 1 page, 0.003us each: scan 0.001us, copy 0.002us, ledger 0.002us, layout 0.002us

                === 1 passed in 1.23s ===
                """),
                output.text());
    }

    @Test
    void shouldShowPathsRelativeToWhereTachWasStarted() {
        Reporter elsewhere = output.console(false, Path.of("/project/tests/unit"));

        List.of(Samples.session(1), Samples.collected("tests/a.py::x"), Samples.passed("tests/a.py::x"), Samples.end())
                .forEach(elsewhere::on);

        assertTrue(output.text().contains("\n../a.py::x PASSED "), output.text());
    }

    @Test
    void shouldNotObeyTextOfTests() {
        String nodeId = "a.py::x[\u001b]0;evil\u0007\n##vso[x]]";
        tell(Samples.session(1), Samples.collected(nodeId), Samples.failed(nodeId));

        tell(Samples.end(Map.of(), "\nFAILED \u001b[1mx\u001b[0m\u001b[2J\n::error::x\n", ""));

        assertTrue(output.text().contains("a.py::x[\\x1b]0;evil\\x07\\n#\\#vso[x]] FAILED"), output.text());
        assertTrue(output.text().contains("FAILED \u001b[1mx\u001b[0m\\x1b[2J\n:\\:error::x\n"), output.text());
    }

    @Test
    void shouldShortenEndlessNames() {
        String nodeId = "a.py::x[" + "y".repeat(200_000) + "]";

        tell(Samples.session(1), Samples.collected(nodeId), Samples.passed(nodeId));

        assertTrue(output.text().length() < 1200 && output.text().contains("yyy...yyy"), output.text());
    }

    @Test
    void shouldShowOutcomeThatHasNoReport() {
        tell(Samples.session(0), Samples.collected("a.py::x"));

        tell(Samples.finished("a.py::x", Status.CRASH, Outcome.ERROR));

        assertTrue(progress().startsWith("\na.py E "), progress());
    }

    @Test
    void shouldShowThePassBeforeADeathInTeardown() {
        tell(Samples.session(0), Samples.collected("a.py::x"));

        tell(Samples.finished("a.py::x", Status.CRASH, Outcome.ERROR, Samples.error("a.py::x", "teardown")));

        assertTrue(progress().startsWith("\na.py .E "), progress());
    }

    @Test
    void shouldShowThePassAfterARerun() {
        PhaseReport rerun = Samples.report("a.py::x", "call", "rerun", "rerun", "R", "RERUN", "", "");
        tell(Samples.session(0), Samples.collected("a.py::x"));

        tell(Samples.finished("a.py::x", Status.PASS, Outcome.PASSED, rerun));

        assertTrue(progress().startsWith("\na.py R. "), progress());
    }

    @Test
    void shouldPrintFailuresItselfWhenThereIsNoSummary() {
        tell(Samples.session(0), Samples.collected("a.py::x", "a.py::y", "a.py::z"));
        tell(Samples.failed("a.py::x"));
        tell(Samples.finished("a.py::y", Status.ERROR, Outcome.ERROR, Samples.error("a.py::y", "setup")));

        tell(Samples.end(Map.of("failed", 1, "error", 1, "rerun", 2), "", "zygote lost", "a.py::z"));

        assertEquals(
                """

                a.py FE

                ==================================== ERRORS ====================================
                _____________________________ ERROR at setup of y ______________________________
                no setup
                ----------------------------- Captured stdout call -----------------------------
                printed
                =================================== FAILURES ===================================
                ______________________________________ x _______________________________________
                def test():
                >   assert 0
                ----------------------------- Captured stdout call -----------------------------
                printed
                =========================== short test summary info ============================
                FAILED a.py::x - assert 0
                ERROR a.py::y - RuntimeError: no setup
                !!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!! zygote lost !!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!
                tach: 1 test was not run
                ===================== 1 failed, 1 error, 2 rerun in 1.23s ======================
                """,
                progress());
    }

    @Test
    void shouldPrintWhyARunCouldNotBoot() {
        tell(Samples.end(Map.of(), "ERROR: usage: pytest\n", "usage"));
        assertEquals("ERROR: usage: pytest\n", output.text());

        Output silent = new Output();
        silent.terminal().on(Samples.end(Map.of(), "", "no interpreter"));
        assertEquals("tach: no interpreter\n", silent.text());
    }

    private void tell(RunEvent... events) {
        List.of(events).forEach(terminal::on);
        terminal.onTick(0);
    }

    /** What stands behind pytest's line about the collection. */
    private String progress() {
        return output.text().replaceFirst("(?s)header\ncollected [0-9]+ items?\n", "");
    }
}
