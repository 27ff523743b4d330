package io.tach.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The words of a command line that are tach's own, from {@code tach_harness/flags.tsv}: the one table, which the launcher
 * and the zygote read too.
 *
 * @param values how many values (0 or 1) each flag takes, in the order of the table
 */
record FlagTable(Map<String, Integer> values) {

    static FlagTable load(Path harness) throws IOException {
        Map<String, Integer> values = new LinkedHashMap<>();
        for (String line : Files.readAllLines(harness.resolve("tach_harness").resolve("flags.tsv"))) {
            if (line.startsWith("-")) {
                String[] columns = line.split("\t", -1);
                values.put(columns[0], Integer.valueOf(columns[1]));
            }
        }
        return new FlagTable(values);
    }

    /**
     * A flag of tach's on a command line.
     *
     * @param value its value, empty for a flag that takes none, null if it is missing
     */
    record Given(String flag, String value) {}

    /**
     * A command line in two parts.
     *
     * @param own tach's flags
     * @param pytest all other words, untouched and in order
     */
    record Split(List<Given> own, List<String> pytest) {}

    /** Splits a command line. What follows {@code --} is pytest's. */
    Split split(List<String> words) {
        Split split = new Split(new ArrayList<>(), new ArrayList<>());
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            Integer count = values.get(word);
            Optional<Given> joined = joined(word);
            if (word.equals("--")) {
                split.pytest().addAll(words.subList(i, words.size()));
                break;
            } else if (count != null && count == 0) {
                split.own().add(new Given(word, ""));
            } else if (count != null) {
                i++;
                split.own().add(new Given(word, i < words.size() ? words.get(i) : null));
            } else if (joined.isPresent()) {
                split.own().add(joined.get());
            } else {
                split.pytest().add(word);
            }
        }
        return split;
    }

    /** The flag of a word such as {@code --timeout=3}, {@code -n4} or {@code -n=4}. */
    private Optional<Given> joined(String word) {
        int end = word.startsWith("--") ? word.indexOf('=') : Math.min(2, word.length() - 1);
        if (end < 2 || values.getOrDefault(word.substring(0, end), 0) == 0) {
            return Optional.empty();
        }
        String value = word.substring(end);
        return Optional.of(new Given(word.substring(0, end), value.startsWith("=") ? value.substring(1) : value));
    }
}
