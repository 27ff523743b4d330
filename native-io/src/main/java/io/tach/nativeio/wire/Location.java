package io.tach.nativeio.wire;

/**
 * Where an item stands, as pytest's {@code location}.
 *
 * @param path relative to the root directory
 * @param line zero-based line, or -1 if unknown
 * @param domain the item's dotted name
 */
public record Location(String path, int line, String domain) {}
