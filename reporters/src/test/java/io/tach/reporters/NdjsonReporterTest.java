package io.tach.reporters;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tach.engine.event.RunEvent;
import io.tach.engine.event.RunEvent.CollectionFinished;
import io.tach.engine.model.Isolation;
import io.tach.engine.model.Outcome;
import io.tach.engine.model.PhaseReport;
import io.tach.engine.model.PhaseTimes;
import io.tach.engine.model.Property;
import io.tach.engine.model.RewindStatistics;
import io.tach.engine.model.Status;
import io.tach.engine.model.TestResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NdjsonReporterTest {
    private final Output output = new Output();
    private final NdjsonReporter json = new NdjsonReporter(output.stream());

    @Test
    void shouldWriteTheStartOfARun() {
        PhaseReport broken =
                Samples.report("bad.py::", "collect", "failed", "error", "E", "ERROR", "ImportError", "no module");
        json.on(Samples.session(0));
        json.on(new CollectionFinished(2, 3, List.of(broken), false, List.of("a.py::x", "a.py::y")));

        assertEquals(
                """
                {"event":"run_start","total":2,"deselected":3,"will_run":false,"workers":2,"rootdir":"/project",\
                "python":"3.11.7","pytest":"9.2.0"}
                {"event":"collect_error","node":"bad.py::","message":"no module","longrepr":"ImportError",\
                "sections":[{"name":"Captured stdout call","text":"printed\\n"}]}
                """,
                output.text());
    }

    @Test
    void shouldWriteAPlainTest() {
        json.on(Samples.started(0, "a.py::x", "gw0"));
        json.on(Samples.passed("a.py::x"));
        json.onTick(0);

        assertEquals(
                """
                {"event":"test_started","test":"a.py::x","worker":"gw0"}
                {"event":"test_finished","test":"a.py::x","status":"pass","outcome":"passed","duration_ms":6,\
                "worker":"gw0","phases":{"setup":1,"call":2,"teardown":3}}
                """,
                output.text());
    }

    @Test
    void shouldWriteAllThatIsKnownOfAFailure() {
        PhaseReport failure = Samples.failure("a.py::x");
        json.on(new RunEvent.TestFinished(new TestResult(
                0,
                "a.py::x",
                Status.CRASH,
                Outcome.FAILED,
                1_000_500,
                "signal 11",
                PhaseTimes.NONE,
                List.of(failure, Samples.error("a.py::x", "teardown")),
                List.of(new Property("k", "v")),
                "gw1",
                List.of("process 'sleep'"),
                new Isolation("fork", "thread 'poller'", "order-dependent"))));
        json.close();

        assertEquals(
                """
                {"event":"test_finished","test":"a.py::x","status":"crash","outcome":"failed","duration_ms":1.001,\
                "worker":"gw1","phases":{"setup":0,"call":0,"teardown":0},"message":"signal 11",\
                "longrepr":"def test():\\n>   assert 0\\n\\nno teardown",\
                "sections":[{"name":"Captured stdout call","text":"printed\\n"}],\
                "properties":[{"name":"k","value":"v"}],"leaked":["process 'sleep'"],\
                "isolation":"fork","toxic":"thread 'poller'","diagnosis":"order-dependent"}
                """,
                output.text());
    }

    @Test
    void shouldWriteWhatHappensBetween() {
        json.on(new RunEvent.WarningRecorded("old", "DeprecationWarning", "a.py", 3, "config", ""));
        json.on(new RunEvent.Noted("one worker only"));
        json.on(new RunEvent.WorkerReplaced("gw0", "crash"));
        json.close();

        assertEquals(
                """
                {"event":"warning","message":"old","category":"DeprecationWarning","filename":"a.py","lineno":3,\
                "when":"config"}
                {"event":"note","text":"one worker only"}
                {"event":"worker_replaced","worker":"gw0","reason":"crash"}
                """,
                output.text());
    }

    @Test
    void shouldWriteWhatIsolationCost() {
        Map<String, Integer> discards = Map.of("thread", 1, "child", 2);
        json.on(new RunEvent.IsolationMeasured(
                new RewindStatistics(1, 13, 2_000, 3, 4, 5_000, 6_000, 7_000, 8_000, 9_000, 10, discards, 11, 12)));
        json.close();

        assertEquals(
                """
                {"event":"isolation","checkpoints":1,"moves":13,"checkpoint_ms":0.002,"rewinds":3,"pages":4,"rewind_ms":0.009,\
                "scan_ms":0.005,"copy_ms":0.006,"ledger_ms":0.007,"layout_ms":0.008,"forks":10,\
                "discards":{"child":2,"thread":1},"verified_pages":11,"wrong_bytes":12}
                """,
                output.text());
    }

    @Test
    void shouldWriteTheEnd() {
        Map<String, Integer> counts = new LinkedHashMap<>();
        counts.put("passed", 4);
        counts.put("error", 1);
        counts.put("warnings", 2);
        counts.put("", 9);
        json.on(Samples.end(counts, "text", "stopping after 1 failures", "a.py::z"));

        assertEquals(
                """
                {"event":"run_finished","passed":4,"failed":0,"skipped":0,"errors":1,"xfailed":0,"xpassed":0,\
                "other":{"warnings":2},"not_run":1,"not_run_tests":["a.py::z"],"duration_ms":1234,"exit_code":1,\
                "stop_reason":"stopping after 1 failures"}
                """,
                output.text());
    }

    @Test
    void shouldWriteValidJsonForAnyText() {
        String nodeId = "a.py::x[\"\\ \n\t\r\0\u001b\ud800 \uD83D\uDE00 é\udc00]";
        json.on(Samples.passed(nodeId));
        json.close();

        String line = output.text();
        assertEquals(nodeId, GoldenRun.Json.parse(line).text("test"));
        assertEquals(1, line.lines().count());
    }
}
