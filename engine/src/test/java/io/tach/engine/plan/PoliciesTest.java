package io.tach.engine.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoliciesTest {

    @ParameterizedTest(name = "{0} observed, {1} us each, others idle: {2} -> {3} ahead, {4}")
    @CsvSource({
        "0,      0, false,   2, nothing known",
        "0,    100, false,   4, little known",
        "0,    100, true,    2, unknown tests and idle workers",
        "10,   100, false,  24, little known",
        "10,   100, true,   24, little known",
        "500,  100, false, 256, work ahead",
        "500,  500, false, 100, work ahead",
        "500, 5000, false,  10, work ahead",
        "500, 49000, false,  3, work ahead",
        "0,  49000, false,   3, work ahead",
        "500, 50000, false,  2, long tests",
        "0,   50000, false,  2, long tests",
    })
    void workAheadShouldGrowWithWhatIsKnown(
            int observed, long perTestUs, boolean othersIdle, int tests, String reason) {
        assertEquals(new ChunkPolicy.Choice(tests, reason), ChunkPolicy.ahead(observed, perTestUs * 1000, othersIdle));
    }

    @ParameterizedTest(name = "known: {0} us, {1} unsent -> {2} ahead, {3}")
    @CsvSource({
        "  500, 1000, 100, work ahead",
        "  100, 9999, 256, work ahead",
        "  500,  100,  25, near the end",
        "  500,    2,   3, near the end",
        "49000, 1000,   3, work ahead",
        "50000, 1000,   2, long tests",
    })
    void knownTestsShouldBeSentForATimeAheadAndFewNearTheEnd(long testUs, int unsent, int tests, String reason) {
        assertEquals(new ChunkPolicy.Choice(tests, reason), ChunkPolicy.aheadOfKnown(testUs * 1000, unsent));
    }

    @ParameterizedTest(name = "{0} units left, {1} workers -> {2} at once")
    @CsvSource({
        "1,    1,  1",
        "1,    8,  1",
        "15,   8,  1",
        "32,   8,  2",
        "100,  8,  6",
        "100,  1, 16",
        "9999, 8, 16",
    })
    void unitsShouldBeGivenOutInEverSmallerShares(int left, int workers, int atOnce) {
        assertEquals(atOnce, CollectPhase.atOnce(left, workers));
    }

    @Test
    void filesThatFailedShouldGoFirstThenTheLongest() {
        // Given
        List<Unit> units = List.of(unit(0, 3), unit(1, 1), unit(2, 9), unit(3, 1), unit(4, 3));
        PlannedTests.number(units);
        Forecast forecast = new Forecast() {
            @Override
            public long testNs(String nodeId) {
                return 1000;
            }

            @Override
            public boolean failedLast(String nodeId) {
                return nodeId.equals("u3.py::test_0") || nodeId.equals("u4.py::test_2");
            }

            @Override
            public long setupNs(String path) {
                return -1;
            }
        };

        // When
        List<OrderPolicy.Choice> order = OrderPolicy.order(units, forecast, new Expectations(forecast, units));

        // Then
        assertEquals(
                List.of(4, 3, 2, 0, 1),
                order.stream().map(c -> c.unit().number()).toList());
        assertEquals("failed last time", order.get(1).reason());
    }

    private static Unit unit(int number, int tests) {
        Unit unit = new Unit(number, "");
        unit.collected(Suites.unit(number, tests, 0), 0);
        return unit;
    }

    @ParameterizedTest(name = "victim {0}, thief {1}, cost {2}, work {3}")
    @CsvSource({
        "100,  0,   0,  50, true,  50, ends sooner",
        "100,  0,   0, 100, false,  0, too little to gain",
        "100,  0,  40,  30, true,  30, ends sooner",
        "100,  0,  60,  50, false, -10, collecting it again costs more",
        "100, 80,   0,  10, true,  10, ends sooner",
        "100, 95,   0,   3, false,  2, too little to gain",
    })
    void workShouldMoveIfThatEndsTheRunSooner(
            long victim, long thief, long cost, long work, boolean move, long gain, String reason) {
        assertEquals(new StealPolicy.Choice(move, gain, reason), StealPolicy.decide(victim, thief, cost, work, 5));
    }

    @ParameterizedTest(name = "{0}: take {3} of those from {2}")
    @CsvSource({
        "aaaaaaaa, '', 0, 4, 4, no class boundary near",
        "aaaaabbb, '', 0, 4, 5, between classes",
        "aaabbbbb, '', 0, 4, 3, between classes",
        "abbbbbbb, '', 0, 4, 4, no class boundary near",
        "aaaaaaaa, '...xx...', 0, 4, 5, no class boundary near",
        "aaaaabbb, '....xx..', 0, 4, 4, no class boundary near",
        "aaaaaaaa, 'x......x', 1, 4, -1, one group",
        "aaaaaaaa, 'x......x', 0, 4, 0, no class boundary near",
        "aa,       '', 0, 1, 1, no class boundary near",
        "aa,       '', 0, 2, 0, no class boundary near",
    })
    void aFileShouldBeCutBetweenClassesAndNeverInAGroup(
            String classes, String groups, int from, int take, int cut, String reason) {
        // Given
        List<String> ids = new ArrayList<>();
        Map<Integer, String> grouped = new HashMap<>();
        for (int i = 0; i < classes.length(); i++) {
            ids.add("t.py::" + classes.charAt(i) + "::test[" + i + "::x]");
            if (i < groups.length() && groups.charAt(i) != '.') {
                grouped.put(i, String.valueOf(groups.charAt(i)));
            }
        }
        Unit unit = new Unit(0, "t.py");
        unit.collected(new Collected(0, ids, 0, Map.of(), grouped), 0);

        // When
        SplitPolicy.Choice choice = SplitPolicy.cut(new Span(unit, from, ids.size()), take, SplitPolicy.NEAR);

        // Then
        assertEquals(new SplitPolicy.Choice(cut, reason), choice);
    }

    @ParameterizedTest
    @CsvSource({
        "t.py::test_a, t.py",
        "t.py::TestA::test_a, t.py::TestA",
        "t.py::test_a[x::y], t.py",
        "dir[1]/t.py::TestA::test_a[::], dir[1]/t.py::TestA",
        "README.md, ''",
    })
    void theOwnerOfATestShouldNotDependOnItsParameters(String nodeId, String owner) {
        assertEquals(owner, SplitPolicy.owner(nodeId));
    }
}
