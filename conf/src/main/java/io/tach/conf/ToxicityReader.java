package io.tach.conf;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads the option {@code toxicity}: a table of two lists in files, words such as {@code toxic=tests/net} elsewhere. */
final class ToxicityReader {
    private static final String EXPECTED =
            "expected a table with the lists toxic and clean (in a variable: words such as toxic=tests/net)";

    private ToxicityReader() {}

    /** As every {@link ValueReader}. */
    static ToxicitySettings read(Object raw) {
        List<String> toxic = new ArrayList<>();
        List<String> clean = new ArrayList<>();
        if (raw instanceof Map<?, ?> table) {
            table.forEach(
                    (key, value) -> list(String.valueOf(key), toxic, clean).addAll(texts(value)));
        } else if (raw instanceof String words) {
            for (String word : words.strip().split("\\s+", -1)) {
                int end = Math.max(0, word.indexOf('='));
                list(word.substring(0, end), toxic, clean).add(word.substring(end + 1));
            }
        } else {
            throw new IllegalArgumentException(EXPECTED);
        }
        return new ToxicitySettings(toxic, clean);
    }

    private static List<String> list(String key, List<String> toxic, List<String> clean) {
        return switch (key) {
            case "toxic" -> toxic;
            case "clean" -> clean;
            default -> throw new IllegalArgumentException(EXPECTED);
        };
    }

    private static List<String> texts(Object value) {
        if (value instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
            return list.stream().map(String.class::cast).toList();
        }
        throw new IllegalArgumentException(EXPECTED);
    }
}
