package io.tach.engine.model;

import java.util.List;
import java.util.OptionalLong;

/**
 * A test with all that is known of it before it runs.
 *
 * @param filePath of its file, relative to the project's root
 * @param testName its node id
 * @param isAsync whether it is an {@code async def}
 * @param fixtures it will get, in the order in which they are set up
 * @param isToxic whether its worker is expected to be thrown away after it
 * @param timeoutSecs its own limit, in seconds
 */
public record RunnableTest(
        String filePath,
        String testName,
        boolean isAsync,
        List<ResolvedFixture> fixtures,
        boolean isToxic,
        OptionalLong timeoutSecs) {
    public RunnableTest {
        fixtures = List.copyOf(fixtures);
    }
}
