package io.tach.engine.model;

import java.util.Arrays;
import java.util.Locale;

/** How long a fixture lives, from the shortest to the longest. */
public enum FixtureScope {
    FUNCTION,
    CLASS,
    MODULE,
    PACKAGE,
    SESSION;

    /** The word in pytest, such as {@code module}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The scope of pytest's word, {@code null} if it is none. */
    public static FixtureScope ofWord(String word) {
        return Arrays.stream(values())
                .filter(scope -> scope.word().equals(word))
                .findFirst()
                .orElse(null);
    }
}
