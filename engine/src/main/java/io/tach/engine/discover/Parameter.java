package io.tach.engine.discover;

/**
 * One parameter of a function.
 *
 * @param name without stars
 * @param kind how arguments reach it
 * @param hasDefault true if it may be left out (always false for the two starred kinds)
 */
public record Parameter(String name, Kind kind, boolean hasDefault) {
    /** As {@code inspect.Parameter} distinguishes them. */
    public enum Kind {
        POSITIONAL_ONLY,
        POSITIONAL_OR_KEYWORD,
        VAR_POSITIONAL,
        KEYWORD_ONLY,
        VAR_KEYWORD
    }
}
