package io.tach.engine.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tach.engine.plan.Simulation.Accidents;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DispatcherSimulationTest {
    private static LongStream seeds() {
        return LongStream.range(0, 200);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldRunEveryTestExactlyOnceWithoutAccidents(long seed) {
        check(seed, false, Accidents.NONE);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldEndEveryTestExactlyOnceWhenWorkersDieAndHandBack(long seed) {
        check(seed, true, new Accidents(30, 20, 0, 0, 0));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldEndEveryTestExactlyOnceWhenUnitsAreCollectedDifferently(long seed) {
        check(seed, true, new Accidents(30, 10, 0, 300, 300));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldAccountForEveryTestWhenStopped(long seed) {
        check(seed, true, new Accidents(10, 5, 10, 50, 50));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldNeverPartAGroup(long seed) {
        // Given
        List<Collected> suite = Suites.random(seed, true);
        Simulation simulation = new Simulation(seed, settings(seed), suite, Accidents.NONE);

        // When
        Dispatcher dispatcher = simulation.run();

        // Then
        Map<String, Integer> groupOn = new HashMap<>();
        for (int id = 0; id < dispatcher.planned(); id++) {
            PlannedTest test = dispatcher.test(id);
            String group = suite.get(test.unit()).groups().get(test.index());
            int worker = simulation.ranOn.get(id);
            if (group != null) {
                assertEquals(groupOn.computeIfAbsent(group, g -> worker), worker, group);
            }
        }
    }

    private static void check(long seed, boolean groups, Accidents accidents) {
        // Given
        List<Collected> suite = Suites.random(seed, groups);
        Simulation simulation = new Simulation(seed, settings(seed), suite, accidents);

        // When
        Dispatcher dispatcher = simulation.run();

        // Then
        List<Integer> owed = dispatcher.owed();
        for (int id = 0; id < dispatcher.planned(); id++) {
            assertEquals(owed.contains(id) ? 0 : 1, simulation.endings.getOrDefault(id, 0), "test " + id);
        }
        assertTrue(accidents.stop() > 0 || owed.isEmpty());
    }

    private static DispatchSettings settings(long seed) {
        Random random = new Random(~seed);
        return DispatchSettings.of(1 + random.nextInt(5), random.nextInt(4) > 0);
    }
}
