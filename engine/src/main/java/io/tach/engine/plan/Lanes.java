package io.tach.engine.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The workers that are there, in the order in which they came. */
final class Lanes {
    private final Map<Integer, Lane> byWorker = new LinkedHashMap<>();

    void add(Lane lane) {
        if (byWorker.putIfAbsent(lane.worker(), lane) != null) {
            throw new IllegalArgumentException("worker is there already: worker=" + lane.worker());
        }
    }

    /** Takes a worker out that is gone; null if it is not there. */
    Lane remove(int worker) {
        return byWorker.remove(worker);
    }

    /** The worker, which must be there. */
    Lane get(int worker) {
        Lane lane = byWorker.get(worker);
        if (lane == null) {
            throw new IllegalArgumentException("no such worker: worker=" + worker);
        }
        return lane;
    }

    /** True if the test was sent to that worker and has not ended. */
    boolean has(int worker, int testId) {
        Lane lane = byWorker.get(worker);
        return lane != null && lane.sent().contains(testId);
    }

    /** The worker, which must have the test. */
    Lane owner(int worker, int testId) {
        Lane lane = get(worker);
        if (!lane.sent().contains(testId)) {
            throw new IllegalArgumentException(
                    "the worker does not have this test: worker=" + worker + " testId=" + testId);
        }
        return lane;
    }

    /** Everybody, also who was told to leave. A live view. */
    Collection<Lane> all() {
        return Collections.unmodifiableCollection(byWorker.values());
    }

    /** Who may be given work. */
    List<Lane> present() {
        List<Lane> present = new ArrayList<>();
        for (Lane lane : byWorker.values()) {
            if (!lane.hasLeft()) {
                present.add(lane);
            }
        }
        return present;
    }

    /** Tells everybody to leave who was not told yet. */
    List<Order> letAllLeave() {
        List<Order> orders = new ArrayList<>();
        present().forEach(lane -> letLeave(lane, orders));
        return orders;
    }

    /** Tells a worker to leave, once. */
    static void letLeave(Lane lane, List<Order> orders) {
        if (!lane.hasLeft()) {
            lane.leave();
            orders.add(new Order.Leave(lane.worker()));
        }
    }
}
