package io.tach.engine.model;

import java.util.Locale;

/** How a test ended in pytest's words. A crash or a timeout is a failure there. */
public enum Outcome {
    PASSED,
    FAILED,
    SKIPPED,
    XFAILED,
    XPASSED,
    ERROR;

    /** The word pytest prints, such as {@code xfailed}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The outcome of pytest's word.
     *
     * @throws IllegalArgumentException for a word that is none
     */
    public static Outcome ofWord(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
