package io.tach.engine.plan;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Prints how far runs are from the best schedule there can be, on simulated suites:
 *
 * <pre>
 *   Makespan [history file]...
 * </pre>
 *
 * Every row is played by the dispatcher that real runs have.
 */
final class Makespan {
    private static final int[] WORKERS = {2, 4, 8};
    private static final double NOISE = 0.3;

    private Makespan() {}

    public static void main(String[] args) throws IOException {
        List<ModelSuite> suites = new ArrayList<>();
        for (String history : args) {
            suites.add(RecordedSuites.ofHistory(Path.of(history)));
        }
        print(suites.isEmpty() ? ModelSuite.all() : suites, System.out);
    }

    private static void print(List<ModelSuite> suites, PrintStream out) {
        out.printf(
                "%-26s %7s %8s %3s %9s | %9s %9s %9s  over the bound%n",
                "suite", "tests", "work s", "-n", "bound s", "known", "known ill", "unknown");
        for (ModelSuite suite : suites) {
            for (int workers : WORKERS) {
                long bound = suite.lowerBoundNs(workers);
                out.printf(
                        "%-26s %7d %8.1f %3d %9.2f | %8.1f%% %8.1f%% %8.1f%%%n",
                        suite.name(),
                        suite.tests(),
                        suite.workNs() / 1e9,
                        workers,
                        bound / 1e9,
                        over(suite, workers, new ModelForecast(suite, 0)),
                        over(suite, workers, new ModelForecast(suite, NOISE)),
                        over(suite, workers, Forecast.NONE));
            }
        }
    }

    /** By how many per cent the makespan is over the bound; the zygote has collected a third of the files. */
    static double over(ModelSuite suite, int workers, Forecast forecast) {
        long bound = suite.lowerBoundNs(workers);
        int prefix = suite.files().size() / 3;
        long makespan = TimedSimulation.makespanNs(suite, DispatchSettings.of(workers, true), forecast, prefix);
        return 100.0 * (makespan - bound) / bound;
    }
}
