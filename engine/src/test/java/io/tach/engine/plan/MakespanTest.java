package io.tach.engine.plan;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What planning is for: runs that end little after the best that can be. {@link Makespan} prints the numbers. */
class MakespanTest {
    private static final double PER_CENT = 5;
    private static final double NOISE = 0.3;

    private static Stream<Arguments> runs() {
        return ModelSuite.all().stream()
                .flatMap(suite -> Stream.of(2, 4, 8).map(workers -> Arguments.of(suite.name(), workers, suite)));
    }

    @ParameterizedTest(name = "{0} -n {1}")
    @MethodSource("runs")
    void aRunOfWhichDurationsAreKnownShouldEndNearTheBound(String name, int workers, ModelSuite suite) {
        double over = Makespan.over(suite, workers, new ModelForecast(suite, 0));
        assertTrue(over <= PER_CENT, () -> over + " % over the bound");
    }

    /** When the longest test turns out longer than was thought it may be too late to do anything about it. */
    @ParameterizedTest(name = "{0} -n {1}")
    @MethodSource("runs")
    void aRunOfWhichDurationsAreKnownBadlyShouldEndNotMuchLater(String name, int workers, ModelSuite suite) {
        double over = Makespan.over(suite, workers, new ModelForecast(suite, NOISE));
        double longest = (double) suite.longestTestNs() / suite.lowerBoundNs(workers);
        assertTrue(over <= PER_CENT + 100 * NOISE * longest, () -> over + " % over the bound");
    }

    @ParameterizedTest(name = "{0} -n {1}")
    @MethodSource("runs")
    void nothingShouldEndBeforeTheBound(String name, int workers, ModelSuite suite) {
        assertTrue(Makespan.over(suite, workers, Forecast.NONE) >= 0);
    }
}
