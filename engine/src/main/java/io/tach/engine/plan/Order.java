package io.tach.engine.plan;

import java.util.List;

/** What the dispatcher wants done. Orders for one worker are carried out in the order they are given. */
public sealed interface Order {

    /** Send {@code CMD_COLLECT}: the worker shall collect these units, in this order. */
    record Collect(int worker, List<Integer> units) implements Order {}

    /** Send {@code CMD_RUN_TEST}: append these tests to the worker's queue. */
    record Run(int worker, List<PlannedTest> tests) implements Order {}

    /**
     * Send {@code CMD_DRAIN}: nothing follows what the worker has, as far as anybody knows. A {@link Run} may follow all
     * the same when another worker is lost; then another drain follows that.
     */
    record Drain(int worker) implements Order {}

    /** Send {@code CMD_EXIT}: the worker is not needed any more. Given at most once to a worker. */
    record Leave(int worker) implements Order {}

    /**
     * These tests cannot run anywhere: every worker that tried to collect their unit died or found other tests there. The
     * caller gives each of them its result; the dispatcher has crossed them off.
     */
    record Abandon(List<Integer> testIds, String reason) implements Order {}
}
