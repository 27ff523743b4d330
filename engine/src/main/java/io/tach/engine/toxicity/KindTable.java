package io.tach.engine.toxicity;

import java.util.HashMap;
import java.util.Map;

/** Reads a table: on each line a kind of evidence, then the names that are evidence of it. */
final class KindTable {
    private KindTable() {}

    static Map<String, EvidenceKind> read(String table) {
        Map<String, EvidenceKind> kinds = new HashMap<>();
        table.lines().map(line -> line.split("\\s+", -1)).forEach(words -> {
            for (int i = 1; i < words.length; i++) {
                kinds.put(words[i], EvidenceKind.ofWord(words[0]));
            }
        });
        return Map.copyOf(kinds);
    }
}
