package io.tach.nativeio.wire;

/**
 * A fixture a test asks for.
 *
 * @param name its name
 * @param scope pytest's scope, such as {@code module}
 */
public record FixtureInfo(String name, String scope) {}
