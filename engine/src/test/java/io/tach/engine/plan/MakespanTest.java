package io.tach.engine.plan;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What planning is for: runs that end little after the best that can be. {@link Makespan} prints the numbers. */
class MakespanTest {
    private static final double PER_CENT = 5;

    private static Stream<Arguments> runs() {
        return ModelSuite.all().stream()
                .flatMap(suite -> Stream.of(2, 4, 8).map(workers -> Arguments.of(suite.name(), workers, suite)));
    }

    @ParameterizedTest(name = "{0} -n {1}")
    @MethodSource("runs")
    void aRunOfWhichDurationsAreKnownShouldEndNearTheBound(String name, int workers, ModelSuite suite) {
        for (double noise : List.of(0.0, 0.3)) {
            double over = Makespan.over(suite, workers, new ModelForecast(suite, noise));
            assertTrue(over <= PER_CENT, () -> "noise " + noise + ": " + over + " % over the bound");
        }
    }

    @ParameterizedTest(name = "{0} -n {1}")
    @MethodSource("runs")
    void nothingShouldEndBeforeTheBound(String name, int workers, ModelSuite suite) {
        assertTrue(Makespan.over(suite, workers, Forecast.NONE) >= 0);
    }
}
