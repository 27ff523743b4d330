package io.tach.engine.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tach.engine.model.Outcome;
import io.tach.engine.model.PhaseTimes;
import io.tach.engine.model.Status;
import io.tach.engine.model.TestResult;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HistoryTest {
    private static final long MS = 1_000_000;
    private static final long NOW_S = 1_800_000_000;

    @ParameterizedTest(name = "{0} -> {1} ms")
    @CsvSource({
        "a/test_a.py::test_one, 8",
        "a/test_a.py::TestA::test_two, 4",
        "a/test_a.py::TestA::test_two[new], 4",
        "a/test_a.py::test_slow[x], 500",
        "a/test_a.py::test_slow[y], 2",
        "moved/test_a.py::test_one, 8",
        "moved/test_a.py::test_slow[y], 2",
        "a/test_a.py::test_unheard_of, 103",
        "b/test_b.py::test_one, -1",
        "README.md, -1",
    })
    void aTestShouldBeFoundWhereverItIs(String nodeId, long ms) {
        // Given
        History history = History.EMPTY.after(run(
                NOW_S,
                passed("a/test_a.py::test_one", 8 * MS),
                passed("a/test_a.py::TestA::test_two[1]", 3 * MS),
                passed("a/test_a.py::TestA::test_two[2]", 5 * MS),
                passed("a/test_a.py::test_slow[x]", 500 * MS),
                passed("a/test_a.py::test_slow[y]", 2 * MS)));

        // Then
        assertEquals(ms < 0 ? -1 : ms, history.testNs(nodeId) < 0 ? -1 : history.testNs(nodeId) / MS);
    }

    @Test
    void aNameThatTwoFilesHaveShouldNotBeGuessed() {
        // Given
        History history = History.EMPTY.after(
                run(NOW_S, passed("a/test_a.py::test_one", 8 * MS), passed("b/test_a.py::test_one", 80 * MS)));

        // Then
        assertEquals(-1, history.testNs("c/test_a.py::test_one"));
    }

    @Test
    void theLastRunShouldCountHalf() {
        // When
        History history = History.EMPTY
                .after(run(NOW_S, passed("t.py::a", 100 * MS)))
                .after(run(NOW_S + 1, passed("t.py::a", 20 * MS)));

        // Then
        assertEquals(60 * MS, history.testNs("t.py::a"));
    }

    @Test
    void aTestThatDiedShouldKeepItsTimeAndCountAsFailed() {
        // When
        History history = History.EMPTY
                .after(run(NOW_S, passed("t.py::a", 100 * MS)))
                .after(run(NOW_S + 1, result("t.py::a", Status.CRASH, 3 * MS, 0, "gw0")));

        // Then
        assertEquals(100 * MS, history.testNs("t.py::a"));
        assertTrue(history.failedLast("t.py::a"));
    }

    @Test
    void onlyTheLastOutcomeShouldCount() {
        // When
        History history = History.EMPTY
                .after(run(NOW_S, result("t.py::a", Status.FAIL, MS, 0, "gw0")))
                .after(run(NOW_S + 1, passed("t.py::a", MS)));

        // Then
        assertFalse(history.failedLast("t.py::a"));
    }

    @Test
    void theSetupOfAFileShouldBeWhatItsFirstTestPaysMore() {
        // When
        History history = History.EMPTY.after(run(
                NOW_S,
                result("t.py::a", Status.PASS, 0, 900 * MS, "gw0"),
                result("t.py::b", Status.PASS, 0, 10 * MS, "gw0"),
                result("t.py::c", Status.PASS, 0, 700 * MS, "gw1"),
                result("t.py::d", Status.PASS, 0, 30 * MS, "gw1"),
                result("u.py::alone", Status.PASS, 0, 900 * MS, "gw1")));

        // Then
        assertEquals(680 * MS, history.setupNs("t.py"));
        assertEquals(-1, history.setupNs("u.py"));
    }

    @Test
    void whatNobodyRunsAnyMoreShouldBeForgotten() {
        // When
        History history = History.EMPTY
                .after(run(NOW_S, passed("t.py::old", MS)))
                .after(run(NOW_S + History.FORGOTTEN_AFTER_S + 1, passed("t.py::young", MS)));

        // Then
        assertEquals(List.of("t.py::young"), List.copyOf(history.tests().keySet()));
    }

    @Test
    void aFunctionThatShrinksShouldBeSmallInAFewRuns() {
        // Given
        TestEntry entry = new TestEntry(NOW_S, 100, 10, 0);

        // When
        TestEntry once = entry.then(new TestEntry(NOW_S + 1, 1, 10, 0));

        // Then
        assertEquals(50, once.tests());
    }

    @Test
    void aSlowParameterShouldStayKnownWhenItIsFast() {
        // Given
        History history = History.EMPTY.after(run(NOW_S, passed("t.py::a[1]", 30 * MS), passed("t.py::a[2]", MS)));

        // When
        Map<String, TestEntry> next = run(NOW_S + 1, passed("t.py::a[1]", 10 * MS), passed("t.py::a[2]", MS))
                .testsBeside(history);

        // Then
        assertEquals(10_000, next.get("t.py::a[1]").meanUs());
        assertEquals(1, next.get("t.py::a").tests());
    }

    static RunRecord run(long seenS, TestResult... results) {
        RunRecord run = new RunRecord(seenS);
        List.of(results).forEach(run::add);
        return run;
    }

    static TestResult passed(String nodeId, long durationNs) {
        return result(nodeId, Status.PASS, durationNs, 0, "gw0");
    }

    static TestResult result(String nodeId, Status status, long durationNs, long setupNs, String worker) {
        return new TestResult(
                0,
                nodeId,
                status,
                status == Status.PASS ? Outcome.PASSED : Outcome.FAILED,
                durationNs,
                "",
                new PhaseTimes(setupNs, durationNs, 0),
                List.of(),
                List.of(),
                worker,
                List.of());
    }
}
