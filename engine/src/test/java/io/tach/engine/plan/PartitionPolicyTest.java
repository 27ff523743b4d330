package io.tach.engine.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PartitionPolicyTest {
    private static LongStream seeds() {
        return LongStream.range(0, 100);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyTestShouldBeInExactlyOnePart(long seed) {
        // Given
        List<Collected> suite = Suites.random(seed, true);
        int count = 1 + (int) (seed % 7);

        // When
        BitSet seen = new BitSet();
        int tests = 0;
        for (int number = 1; number <= count; number++) {
            BitSet part = PartitionPolicy.part(units(suite), forecast(seed), number, count, seed % 3 > 0);
            assertTrue(!seen.intersects(part), "in two parts");
            seen.or(part);
            tests += part.cardinality();
        }

        // Then
        assertEquals(suite.stream().mapToInt(c -> c.nodeIds().size()).sum(), tests);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aGroupShouldBeInOnePart(long seed) {
        // Given
        List<Collected> suite = Suites.random(seed, true);
        List<Unit> units = units(suite);

        // When
        Map<String, Integer> partOf = new HashMap<>();
        for (int number = 1; number <= 3; number++) {
            BitSet part = PartitionPolicy.part(units, forecast(seed), number, 3, true);
            for (Unit unit : units) {
                for (Map.Entry<Integer, String> group : unit.groups().entrySet()) {
                    if (part.get(unit.first() + group.getKey())) {
                        int first = partOf.getOrDefault(group.getValue(), number);
                        partOf.put(group.getValue(), number);
                        assertEquals(first, number, group.getValue());
                    }
                }
            }
        }
    }

    @Test
    void partsShouldTakeTheSameTimeWhereItIsKnown() {
        // Given
        ModelSuite suite = ModelSuite.madeUp().get(1);
        Forecast known = new ModelForecast(suite, 0);
        List<Unit> units = units(collected(suite));

        // Then
        for (int number = 1; number <= 4; number++) {
            BitSet part = PartitionPolicy.part(units, known, number, 4, true);
            long ns = part.stream()
                    .mapToLong(id -> known.testNs(nodeId(units, id)))
                    .sum();
            assertEquals(suite.workNs() / 4.0, (double) ns, suite.workNs() / 4.0 * 0.02);
        }
    }

    @Test
    void partsShouldHaveTheSameNumberOfTestsWhereNothingIsKnown() {
        // Given
        List<Unit> units = units(collected(ModelSuite.madeUp().get(2)));

        // Then
        for (int number = 1; number <= 4; number++) {
            assertEquals(
                    500,
                    PartitionPolicy.part(units, Forecast.NONE, number, 4, true).cardinality());
        }
    }

    @Test
    void aFileShouldStayWholeWhereItMust() {
        // Given
        List<Unit> units = units(List.of(Suites.unit(0, 90, 0), Suites.unit(1, 10, 0)));

        // When
        BitSet first = PartitionPolicy.part(units, Forecast.NONE, 1, 2, false);

        // Then
        assertEquals(90, first.cardinality());
    }

    @Test
    void whatIsLeftShouldBeFoundWhereItWasCollected() {
        // Given
        List<Collected> suite = List.of(Suites.unit(0, 90, 0), Suites.unit(1, 10, 0));
        List<String> run = new ArrayList<>();

        // When
        for (int number = 1; number <= 2; number++) {
            Dispatcher dispatcher = new Dispatcher(DispatchSettings.serial());
            suite.forEach(dispatcher::collectedByZygote);
            assertEquals(50, dispatcher.keepPart(number, 2, true), 2);
            dispatcher.beginRun();
            for (int id = 0; id < dispatcher.planned(); id++) {
                PlannedTest test = dispatcher.test(id);
                assertEquals(suite.get(test.unit()).nodeIds().get(test.index()), test.nodeId());
                run.add(test.nodeId());
            }
        }

        // Then
        assertEquals(100, run.stream().distinct().count());
    }

    private static List<Unit> units(List<Collected> suite) {
        return suite.stream()
                .map(c -> {
                    Unit unit = new Unit(c.unit(), "");
                    unit.collected(c, AssignPolicy.NO_HOME);
                    return unit;
                })
                .toList();
    }

    private static List<Collected> collected(ModelSuite suite) {
        List<Collected> units = new ArrayList<>();
        for (ModelSuite.File file : suite.files()) {
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < file.testNs().size(); i++) {
                ids.add(ModelSuite.nodeId(file.path(), i));
            }
            units.add(Collected.of(units.size(), ids, 0));
        }
        return units;
    }

    private static String nodeId(List<Unit> units, int testId) {
        return units.stream()
                .filter(u -> testId >= u.first() && testId < u.end())
                .map(u -> u.nodeIds().get(testId - u.first()))
                .findFirst()
                .orElseThrow();
    }

    private static Forecast forecast(long seed) {
        return seed % 2 == 0 ? Forecast.NONE : new Simulation.Rumour(seed);
    }
}
