package io.tach.nativeio.wire;

import java.util.List;

/** What the supervisor tells a worker. */
public sealed interface ToWorker {

    /** CMD_EXIT: leave after the session's teardown. */
    record Exit() implements ToWorker {}

    /** CMD_RUN_TEST: append tests to the queue. */
    record RunTest(List<TestPayload> tests) implements ToWorker {}

    /** CMD_COLLECT: collect these units, one {@link Collected} each. */
    record Collect(List<Integer> units) implements ToWorker {}

    /**
     * CMD_SIGNAL_TEST: signal the test's own process (strategy fork); nothing if it has been reaped.
     *
     * @param testId the test
     * @param signal the signal's number
     */
    record SignalTest(int testId, int signal) implements ToWorker {}

    /** CMD_DRAIN: nothing follows the queue, so the last test is torn down with no next item. */
    record Drain() implements ToWorker {}
}
