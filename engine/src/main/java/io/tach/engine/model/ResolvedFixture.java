package io.tach.engine.model;

/**
 * A fixture that a test will get.
 *
 * @param name under which it is asked for
 * @param scope its lifetime
 * @param sourcePath file of its definition; empty for pytest's own
 * @param isAsync whether it is an {@code async def}
 */
public record ResolvedFixture(String name, FixtureScope scope, String sourcePath, boolean isAsync) {}
