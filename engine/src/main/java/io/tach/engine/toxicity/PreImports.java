package io.tach.engine.toxicity;

import io.tach.engine.memory.RecordLines;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What the files of tests import before they do anything else, and a zygote may import before its first fork, so that not
 * every worker does it again. Whether it is worth while, and harmless when it really happens, is decided where it happens.
 *
 * @param byFile by path of a test file: absolute dotted names in the order of their import, up to the first that must not
 *     be imported before a fork; what is to be imported behind that would come out of order
 * @param left what must not, with the reason
 */
public record PreImports(Map<String, List<String>> byFile, Map<String, String> left) {
    private static final RecordLines LINES = new RecordLines("preimports", 1);

    /** The record of the fingerprint: a path that no file can have. */
    private static final String FINGERPRINT = "";

    public PreImports {
        byFile = Map.copyOf(byFile);
        left = Map.copyOf(left);
    }

    /** Nothing at all is planned where a test file changes what the imports of others mean. */
    static PreImports plan(Iterable<String> testFiles, PreludeReader reader) {
        Map<String, List<String>> byFile = new TreeMap<>();
        testFiles.forEach(reader::lookForUnrest);
        for (String path : reader.left().isEmpty() ? testFiles : List.<String>of()) {
            List<String> names = reader.names(path);
            if (!names.isEmpty()) {
                byFile.put(path, names);
            }
        }
        return new PreImports(byFile, reader.left());
    }

    /**
     * The text form, for the zygote of the next run: path, stamp and names of each file, apart by tabs.
     *
     * @param fingerprint of the sources it was made from
     * @param stamps says of a file by what it is known again
     */
    public String encode(String fingerprint, Function<String, String> stamps) {
        List<List<String>> records = new ArrayList<>();
        records.add(List.of(FINGERPRINT, fingerprint));
        byFile.forEach((path, names) -> {
            List<String> record = new ArrayList<>(List.of(path, stamps.apply(path)));
            record.addAll(names);
            records.add(record);
        });
        return LINES.encode(records);
    }

    /** The fingerprint in a text form; empty if it is something else. */
    public static Optional<String> fingerprint(String text) {
        return LINES.decode(text).stream()
                .filter(fields -> fields.size() == 2 && fields.get(0).equals(FINGERPRINT))
                .map(fields -> fields.get(1))
                .findFirst();
    }
}
