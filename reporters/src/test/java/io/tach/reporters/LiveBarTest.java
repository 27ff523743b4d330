package io.tach.reporters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tach.engine.event.Reporter;
import io.tach.engine.event.RunEvent;
import io.tach.engine.event.SuiteInfo;
import io.tach.reporters.ReporterOptions.Format;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LiveBarTest {
    private static final long SECOND = 1_000_000_000L;

    private final Output output = new Output();
    private final Reporter live = output.live();

    @Test
    void shouldShowProgressAndRunningTests() {
        start("a.py::x", "b.py::x");
        tell(Samples.started(0, "a.py::x", "gw0"), Samples.started(1, "b.py::x", "gw1"));
        live.onTick(0);
        live.onTick(3 * SECOND);

        assertEquals(
                List.of("tach  0%  0/2  3s", "gw0 a.py::x 3s  gw1 b.py::x 3s"),
                Screen.show(output.text()).subList(2, 4));
    }

    @Test
    void shouldGiveWayToTextAndLeaveNothingBehind() {
        start("a.py::x", "b.py::x");
        tell(Samples.started(0, "a.py::x", "gw0"));
        live.onTick(0);
        tell(Samples.passed("a.py::x"));
        live.onTick(SECOND);
        tell(Samples.passed("b.py::x"), Samples.end());
        live.close();

        assertEquals(
                List.of(
                        "header",
                        "collected 2 items",
                        "",
                        "a.py .                                                                   [ 50%]",
                        "b.py .                                                                   [100%]",
                        "",
                        "=== 1 passed in 1.23s ===",
                        ""),
                Screen.show(output.text()));
    }

    @Test
    void shouldStandBelowALineThatIsNotFinished() {
        start("a.py::x", "a.py::y", "a.py::z");
        tell(Samples.passed("a.py::x"));
        live.onTick(0);
        tell(Samples.failed("a.py::y"));
        live.onTick(SECOND);

        assertEquals(
                List.of("header", "collected 3 items", "", "a.py .F", "tach  66%  2/3  1 failed  1s"),
                Screen.show(output.text()));
    }

    @Test
    void shouldFindBackToALineThatIsWiderThanTheTerminal() {
        SuiteInfo suite = new SuiteInfo("", "/project", "3", "9", 0, false, 80, "none", -1, 1, Optional.empty());
        String file = "deep/".repeat(20) + "a.py"; // with its letter 106 columns
        tell(
                new RunEvent.SessionStarted(suite),
                Samples.collected(file + "::x", file + "::y"),
                Samples.passed(file + "::x"));
        live.onTick(0);

        assertTrue(output.text().endsWith("\r\u001b[1A\u001b[26C"), output.text());
    }

    @Test
    void shouldNotDrawTheSameTwice() {
        start("a.py::x");
        live.onTick(0);
        String once = output.text();
        live.onTick(1);

        assertEquals(once, output.text());
    }

    @Test
    void shouldFitTheWidth() {
        start("a.py::x");
        for (int worker = 0; worker < 20; worker++) {
            tell(Samples.started(
                    worker, "tests/" + "deep/".repeat(30) + "test_日本.py::test_x[\u001b\n]", "gw" + worker));
        }
        live.onTick(0);

        List<String> lines = Screen.show(output.text());
        assertTrue(lines.stream().allMatch(line -> TextWidth.of(line) < 80), lines.toString());
        assertTrue(
                lines.get(3).startsWith("gw0 ..") && lines.get(3).contains("::test_x[\\x1b\\n] 0s"), lines.toString());
    }

    @Test
    void shouldOnlyBeDrawnWhereSomebodyWatches() {
        assertInstanceOf(LiveBar.class, console(true, false, "xterm"));
        assertFalse(console(false, false, "xterm") instanceof LiveBar);
        assertFalse(console(true, true, "xterm") instanceof LiveBar);
        assertFalse(console(true, false, "dumb") instanceof LiveBar);
    }

    private static Reporter console(boolean tty, boolean ci, String term) {
        ReporterOptions options = new ReporterOptions(
                Format.PYTEST, new Output().stream(), tty, ci, Path.of("/project"), Map.of("TERM", term));
        return Reporters.create(options).get(0);
    }

    private void start(String... nodeIds) {
        tell(Samples.session(0), Samples.collected(nodeIds));
    }

    private void tell(RunEvent... events) {
        List.of(events).forEach(live::on);
    }
}
