package io.tach.engine.discover;

/**
 * A place where a file is not the Python that was expected.
 *
 * @param line counted from 1
 * @param column counted from 1, in bytes
 * @param message what is wrong, lower case, without the place
 */
public record OutlineError(int line, int column, String message) {}
