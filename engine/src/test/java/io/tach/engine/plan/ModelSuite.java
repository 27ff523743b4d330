package io.tach.engine.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;

/**
 * A suite as far as its planning goes, recorded or made up.
 *
 * @param name for the table
 * @param files in session order
 */
record ModelSuite(String name, List<File> files) {

    /**
     * A file.
     *
     * @param path its name
     * @param testNs how long each test takes, without fixtures of the file
     * @param collectNs what it takes to collect it
     * @param setupNs what the first of its tests pays on each worker
     */
    record File(String path, List<Long> testNs, long collectNs, long setupNs) {
        long workNs() {
            return testNs.stream().mapToLong(ns -> ns).sum() + (testNs.isEmpty() ? 0 : setupNs);
        }
    }

    int tests() {
        return files.stream().mapToInt(f -> f.testNs().size()).sum();
    }

    long longestTestNs() {
        return files.stream()
                .flatMap(f -> f.testNs().stream())
                .mapToLong(ns -> ns)
                .max()
                .orElse(0);
    }

    long workNs() {
        return files.stream().mapToLong(File::workNs).sum();
    }

    /**
     * No schedule of the tests ends sooner than the longest of: all work shared evenly; the two shortest of the
     * {@code workers + 1} longest tests, which somebody has to run both; and any one file, on as many workers as suits
     * it best, each of which pays for its fixtures.
     */
    long lowerBoundNs(int workers) {
        List<Long> longest = files.stream()
                .flatMap(f -> f.testNs().stream())
                .sorted(Comparator.reverseOrder())
                .limit(workers + 1L)
                .toList();
        long pair = longest.size() > workers ? longest.get(workers - 1) + longest.get(workers) : 0;
        long bound = Math.max(pair, workNs() / workers);
        for (File file : files) {
            bound = Math.max(bound, lowerBoundNs(file, workers));
        }
        return bound;
    }

    private long lowerBoundNs(File file, int workers) {
        long best = Long.MAX_VALUE;
        long tests = file.workNs() - file.setupNs();
        for (int k = 1; k <= Math.min(workers, file.testNs().size()); k++) {
            long everybody = (workNs() + (k - 1) * file.setupNs()) / workers;
            long sharer = file.setupNs() + Math.max(Collections.max(file.testNs()), tests / k);
            best = Math.min(best, Math.max(everybody, sharer));
        }
        return best == Long.MAX_VALUE ? 0 : best;
    }

    static String nodeId(String path, int test) {
        return path + "::test_" + test;
    }

    // --- made up

    private static final long MS = 1_000_000;

    /** Suites that are hard to plan, each in its own way. The numbers never change. */
    static List<ModelSuite> madeUp() {
        return List.of(
                of("even", 200, i -> file(i, 20, 5 * MS, 0)),
                of("heavy-tailed", 300, i -> logNormal(i, 12, 20 * MS, 1.6)),
                of("one-giant-file", 101, i -> i == 50 ? file(i, 1000, 30 * MS, 0) : file(i, 10, 30 * MS, 0)),
                of("slowest-file-last", 80, i -> i == 79 ? file(i, 8, 5000 * MS, 0) : file(i, 20, 20 * MS, 0)),
                of("two-slow-in-a-small-file", 60, i -> i == 30 ? file(i, 2, 8000 * MS, 0) : file(i, 25, 10 * MS, 0)),
                of("slow-ones-scattered", 120, ModelSuite::scattered),
                of("module-fixtures", 60, i -> file(i, 20, 50 * MS, 1000 * MS)),
                of("one-dear-fixture", 40, i -> i == 7 ? file(i, 400, 20 * MS, 4000 * MS) : file(i, 20, 10 * MS, 0)),
                of("parametrised-dust", 20, i -> file(i, i == 3 ? 40_000 : 500, MS / 4, 0)));
    }

    /** All that are simulated. */
    static List<ModelSuite> all() {
        List<ModelSuite> all = new ArrayList<>(madeUp());
        all.addAll(RecordedSuites.all());
        return all;
    }

    private static ModelSuite of(String name, int files, IntFunction<File> file) {
        List<File> all = new ArrayList<>();
        for (int i = 0; i < files; i++) {
            all.add(file.apply(i));
        }
        return new ModelSuite(name, all);
    }

    private static File file(int number, int tests, long testNs, long setupNs) {
        return new File(path(number), Collections.nCopies(tests, testNs), 8 * MS, setupNs);
    }

    private static File logNormal(int number, int tests, long medianNs, double spread) {
        Random random = new Random(number);
        List<Long> ns = new ArrayList<>();
        for (int i = 0; i < tests; i++) {
            ns.add((long) (medianNs * Math.exp(spread * random.nextGaussian())));
        }
        return new File(path(number), ns, 8 * MS, 0);
    }

    private static File scattered(int number) {
        List<Long> ns = new ArrayList<>(Collections.nCopies(15, 15 * MS));
        if (number % 10 == 9) {
            ns.set(number % 15, (1000 + 150L * number / 10) * MS);
        }
        return new File(path(number), ns, 8 * MS, 0);
    }

    private static String path(int number) {
        return String.format("tests/test_%03d.py", number);
    }
}
