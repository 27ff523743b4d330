package io.tach.nativeio.wire;

import java.util.List;

/**
 * One test for a worker's queue.
 *
 * @param testId the number the supervisor gave the test
 * @param unit the unit it was collected in
 * @param index its place in that unit's {@link Collected#nodeIds()}
 * @param filePath the test file; empty if the worker knows it
 * @param testName the node id; empty if the worker knows it
 * @param isAsync whether the function is a coroutine
 * @param fixtures the fixtures it asks for
 * @param logFd the worker's descriptor to log to, or -1 for its own log
 * @param debugSocketPath where a debugger is reached; empty for none
 * @param isToxic whether the worker must leave after it
 */
public record TestPayload(
        int testId,
        int unit,
        int index,
        String filePath,
        String testName,
        boolean isAsync,
        List<FixtureInfo> fixtures,
        int logFd,
        String debugSocketPath,
        boolean isToxic) {

    /** The log descriptor that means "the worker's own log". */
    public static final int OWN_LOG = -1;

    /** A payload whose other fields hold their defaults. */
    public static TestPayload of(int testId, int unit, int index) {
        return new TestPayload(testId, unit, index, "", "", false, List.of(), OWN_LOG, "", false);
    }

    /** The same test, known to leave a process that is of no use to others. */
    public TestPayload toxic() {
        return new TestPayload(
                testId, unit, index, filePath, testName, isAsync, fixtures, logFd, debugSocketPath, true);
    }
}
