package io.tach.engine.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A worker as the wire describes it: starts a test only when it knows the next one or was drained. */
final class SimulatedWorker {
    final int number;
    final Deque<Order> inbox = new ArrayDeque<>();
    final Deque<PlannedTest> queue = new ArrayDeque<>();
    final Map<Integer, List<String>> held = new HashMap<>();
    PlannedTest running;
    private boolean drained;
    boolean left;

    SimulatedWorker(int number, Map<Integer, List<String>> inherited) {
        this.number = number;
        held.putAll(inherited);
    }

    @Override
    public String toString() {
        return "worker " + number + " running=" + running + " queue=" + queue + " drained=" + drained + " inbox="
                + inbox;
    }

    boolean canStart() {
        return running == null && (queue.size() > 1 || (drained && queue.size() == 1));
    }

    boolean canStep() {
        return !left && (running != null || canStart() || !inbox.isEmpty());
    }

    PlannedTest start() {
        running = queue.removeFirst();
        return running;
    }

    PlannedTest finish() {
        PlannedTest test = running;
        running = null;
        return test;
    }

    /** Takes a run, drain or leave in; collecting is up to the caller. */
    void take(Order order, boolean stopped) {
        if (order instanceof Order.Run run) {
            assertFalse(run.tests().isEmpty());
            run.tests().forEach(this::append);
            drained = false;
        } else if (order instanceof Order.Drain) {
            assertEquals(1, queue.size() + (running == null ? 0 : 1), "drained with more than the last test");
            drained = true;
        } else if (order instanceof Order.Leave) {
            assertTrue(stopped || queue.isEmpty(), "left with tests in the queue");
            left = true;
        }
    }

    private void append(PlannedTest test) {
        List<String> items = held.get(test.unit());
        assertTrue(items != null, () -> "unit not held: " + test);
        assertEquals(test.nodeId(), items.get(test.index()));
        queue.add(test);
    }
}
