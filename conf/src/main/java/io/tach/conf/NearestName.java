package io.tach.conf;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the name somebody probably meant: one that goes on where theirs ends, else the nearest by edit distance. */
final class NearestName {
    private NearestName() {}

    /** The candidate closest to the word; the first of equals. */
    static String of(String word, Collection<String> candidates) {
        return candidates.stream()
                .min(Comparator.comparing((String c) -> !c.startsWith(word)).thenComparingInt(c -> distance(word, c)))
                .orElseThrow();
    }

    /** The closest candidate if it is at most this many edits away. */
    static Optional<String> within(int edits, String word, Collection<String> candidates) {
        return Optional.of(of(word, candidates)).filter(c -> distance(word, c) <= edits);
    }

    /** Levenshtein's distance, one row at a time. */
    static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
