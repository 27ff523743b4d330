package io.tach.reporters;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tach.engine.model.Isolation;
import io.tach.engine.model.Outcome;
import io.tach.engine.model.RewindStatistics;
import io.tach.engine.model.Status;
import io.tach.engine.model.TestResult;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IsolationNotesTest {
    private static final RewindStatistics SUMS = new RewindStatistics(
            2,
            0,
            3_000_000,
            1000,
            950_000,
            50_000_000,
            9_000_000,
            30_000_000,
            1_200_000,
            91_000_000,
            1,
            Map.of(),
            0,
            0);

    private static TestResult passed(String nodeId, Isolation isolation) {
        return Samples.result(0, nodeId, Status.PASS, Outcome.PASSED).isolated(isolation);
    }

    @Test
    void shouldNameWhatATestLeftWhenVerbose() {
        TestResult toxic = passed("a.py::x", new Isolation("snapshot", "thread 'poller'", ""));

        assertEquals("worker replaced: a.py::x left thread 'poller'", new IsolationNotes(1, false).finished(toxic));
        assertEquals("", new IsolationNotes(0, false).finished(toxic));
        assertEquals("", new IsolationNotes(1, false).finished(passed("a.py::y", Isolation.UNSAID)));
    }

    @Test
    void shouldNotSpeakOfAWorkerWhereTheTestHadItsOwnProcess() {
        TestResult toxic = passed("a.py::x", new Isolation("fork", "thread 'poller'", ""));

        assertEquals("process of its own: a.py::x left thread 'poller'", new IsolationNotes(1, false).finished(toxic));
    }

    @Test
    void shouldNameTestsThatPassOnlyThePlainWay() {
        IsolationNotes notes = new IsolationNotes(0, false);
        notes.finished(passed("a.py::x", new Isolation("none", "", "order-dependent")));
        notes.finished(Samples.result(1, "a.py::y", Status.FAIL, Outcome.FAILED, Samples.failure("a.py::y"))
                .isolated(new Isolation("none", "", "order-dependent")));

        assertEquals(
                List.of(
                        "order-dependent: a.py::x fails isolated and passes the plain way",
                        "order-dependent: a.py::y fails isolated and passes the plain way, which strict isolation makes"
                                + " a failure"),
                notes.lines());
    }

    @Test
    void shouldNotNameHundredsToSomebodyWhoDidNotAsk() {
        IsolationNotes quiet = new IsolationNotes(0, false);
        IsolationNotes verbose = new IsolationNotes(1, false);
        for (int i = 0; i < 25; i++) {
            TestResult result = passed("a.py::x" + i, new Isolation("none", "", "order-dependent"));
            quiet.finished(result);
            verbose.finished(result);
        }

        assertEquals(21, quiet.lines().size());
        assertEquals(
                "... and 5 more tests like that; -v names them all",
                quiet.lines().get(20));
        assertEquals(25, verbose.lines().size());
    }

    @Test
    void shouldTellWhatItCostToThoseWhoAsk() {
        assertEquals(List.of(), lines(0, false, SUMS));
        assertEquals(List.of(), lines(1, false, SUMS));
        List<String> costs = List.of(
                "isolation: 1,000 rewinds, 1 fork, 2 checkpoints, 1.500ms each",
                "a rewind: 950 pages, 91.00us each: scan 50.00us, copy 9.000us, ledger 30.00us, layout 1.200us");
        assertEquals(costs, lines(2, false, SUMS));
        assertEquals(costs, lines(0, true, SUMS));
        assertEquals(List.of(), lines(2, true, RewindStatistics.NONE));
        RewindStatistics moved = new RewindStatistics(1, 2, 3_000_000, 0, 0, 0, 0, 0, 0, 0, 0, Map.of(), 0, 0);
        assertEquals(
                List.of("isolation: 0 rewinds, 0 forks, 1 checkpoint and 2 moves, 1.000ms each"),
                lines(2, false, moved));
    }

    @Test
    void shouldCountWhatWasThrownAwayByReason() {
        RewindStatistics sums =
                new RewindStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, Map.of("thread", 2, "child process", 1), 0, 0);

        assertEquals(
                List.of(
                        "isolation: 0 rewinds, 3 forks, 0 checkpoints",
                        "processes thrown away: 3 (child process: 1, thread: 2)"),
                lines(2, false, sums));
    }

    @Test
    void shouldTellEverybodyWhatWasVerified() {
        RewindStatistics sums = new RewindStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Map.of(), 95_000, 1);

        assertEquals(List.of("rewinds verified: 95,000 pages compared, 1 wrong byte"), lines(-1, false, sums));
    }

    private static List<String> lines(int verbosity, boolean durations, RewindStatistics sums) {
        IsolationNotes notes = new IsolationNotes(verbosity, durations);
        notes.measured(sums);
        return notes.lines();
    }
}
