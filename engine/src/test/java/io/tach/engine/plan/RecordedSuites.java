package io.tach.engine.plan;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Suites as runs have found them. */
final class RecordedSuites {
    private static final long NS_PER_US = 1_000;

    /** Not recorded; about what importing a test file takes. */
    private static final long COLLECT_NS = 8_000_000;

    private RecordedSuites() {}

    /**
     * Those that come along: a line a file, with its path, its setup in µs and {@code number*µs} for its tests. Both were
     * recorded on a busy machine; of sympy (core, polys, solvers) what had ended when the recording was stopped.
     */
    static List<ModelSuite> all() {
        return List.of(resource("networkx"), resource("sympy"));
    }

    private static ModelSuite resource(String name) {
        try (InputStream file = RecordedSuites.class.getResourceAsStream("/suites/" + name + ".tsv")) {
            List<ModelSuite.File> files = new ArrayList<>();
            for (String line : new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                String[] columns = line.split("\t", -1);
                List<Long> testNs = new ArrayList<>();
                for (String group : columns[2].split(" ", -1)) {
                    addTests(testNs, group.split("\\*", -1));
                }
                files.add(new ModelSuite.File(columns[0], testNs, COLLECT_NS, us(columns[1])));
            }
            return new ModelSuite(name, files);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void addTests(List<Long> testNs, String[] group) {
        int number = group.length == 1 ? 1 : Integer.parseInt(group[0]);
        testNs.addAll(Collections.nCopies(number, us(group[group.length - 1])));
    }

    /** The suite of a project's {@code .tach/history-1.tsv}. */
    static ModelSuite ofHistory(Path history) throws IOException {
        Map<String, List<Long>> testNs = new TreeMap<>();
        Map<String, Long> setupNs = new TreeMap<>();
        for (String line : Files.readAllLines(history)) {
            String[] columns = line.split("\t", -1);
            if (columns[0].equals("T")) {
                String file = columns[1].split("::", 2)[0];
                long ns = Math.max(1, us(columns[4]));
                testNs.computeIfAbsent(file, f -> new ArrayList<>())
                        .addAll(Collections.nCopies(Integer.parseInt(columns[3]), ns));
            } else if (columns[0].equals("F")) {
                setupNs.put(columns[1], us(columns[3]));
            }
        }
        List<ModelSuite.File> files = new ArrayList<>();
        testNs.forEach(
                (path, ns) -> files.add(new ModelSuite.File(path, ns, COLLECT_NS, setupNs.getOrDefault(path, 0L))));
        return new ModelSuite(
                history.toAbsolutePath().getParent().getParent().getFileName().toString(), files);
    }

    private static long us(String digits) {
        return Long.parseLong(digits) * NS_PER_US;
    }
}
