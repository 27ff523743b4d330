package io.tach.engine.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * Fills workers' queues. What was sent cannot be taken back, so as few as keep a worker busy; and a worker that has
 * nothing left is drained only when nobody else has anything for it.
 */
final class Feeder {
    /** A test that is known to take longer is not sent ahead without a thought. */
    private static final long LONG_NS = 100_000_000;

    /** So few tests before the end of its work a worker looks for somebody who would be done sooner. */
    private static final int LAST_FEW = 4;

    private final Lanes lanes;
    private final Supply supply;
    private final Expectations expectations;

    Feeder(Lanes lanes, Supply supply, Expectations expectations) {
        this.lanes = lanes;
        this.supply = supply;
        this.expectations = expectations;
    }

    /** Fills everybody's queue up. */
    List<Order> feedAll() {
        List<Order> orders = new ArrayList<>();
        lanes.present().forEach(lane -> feed(lane, orders));
        feedWhoWasGivenWork(orders);
        return orders;
    }

    /** A test of the worker ended: fills its queue up if that runs low, and those of who could help it. */
    List<Order> topUp(Lane lane) {
        List<Order> orders = new ArrayList<>();
        if (lane.sent().size() <= lowWater(lane)) {
            feed(lane, orders);
        }
        if (lane.unsent() > 0) {
            lanes.all().stream().filter(Lane::isIdle).forEach(idle -> feed(idle, orders));
        }
        feedWhoWasGivenWork(orders);
        return orders;
    }

    /** Nothing that ends reminds a worker that had nothing of what others gave to it meanwhile. */
    private void feedWhoWasGivenWork(List<Order> orders) {
        lanes.all().stream()
                .filter(lane -> lane.sent().isEmpty() && lane.unsent() > 0)
                .filter(lane -> lane.collecting().isEmpty())
                .forEach(lane -> feed(lane, orders));
    }

    /** Fills the worker's queue up; finds it other work if its own runs out; drains it if there is none. */
    void feed(Lane lane, List<Order> orders) {
        if (lane.hasLeft()) {
            return;
        }
        boolean othersIdle = lanes.all().stream().anyMatch(other -> other != lane && other.isIdle());
        if (commitsToTheEnd(lane)) {
            supply.relieve(lane);
        }
        List<PlannedTest> sent = new ArrayList<>();
        Unit missing = send(lane, othersIdle, sent);
        if (!sent.isEmpty()) {
            orders.add(new Order.Run(lane.worker(), sent));
        }
        if (missing != null) {
            askFor(missing, lane, orders);
        } else if (lane.next() == null && lane.sent().size() == 1 && !lane.isDrained()) {
            lane.drain();
            orders.add(new Order.Drain(lane.worker()));
        }
    }

    /**
     * Sends as many tests as the worker should have.
     *
     * @param othersIdle whether others had nothing to do when it was asked
     * @return the unit that it has to collect before it can be sent more; null if it is not for want of one
     */
    private Unit send(Lane lane, boolean othersIdle, List<PlannedTest> sent) {
        while (lane.next() != null || findMoreIfShort(lane)) {
            Unit unit = lane.next().head().unit();
            if (lane.sent().size() >= ahead(lane, othersIdle)) {
                return null;
            }
            if (!lane.holds(unit)) {
                return unit;
            }
            sent.add(lane.planned(unit, lane.send()));
        }
        return null;
    }

    /** True if what comes next is long, and the last before the worker has to ask others for work. */
    private boolean commitsToTheEnd(Lane lane) {
        if (!supply.isPoolEmpty() || lane.next() == null || lane.unsent() > LAST_FEW) {
            return false;
        }
        Span next = lane.next().head();
        return expectations.knows(next.from()) && expectations.testNs(next.unit(), next.from()) >= LONG_NS;
    }

    private static void askFor(Unit unit, Lane lane, List<Order> orders) {
        if (!lane.collecting().contains(unit)) {
            lane.collecting().add(unit);
            orders.add(new Order.Collect(lane.worker(), List.of(unit.number())));
        }
    }

    private boolean findMoreIfShort(Lane lane) {
        return lane.sent().size() <= ChunkPolicy.LEAST && supply.findMore(lane);
    }

    private int ahead(Lane lane, boolean othersIdle) {
        Span next = lane.next().head();
        if (expectations.knows(next.from())) {
            return ChunkPolicy.aheadOfKnown(expectations.testNs(next.unit(), next.from()), lane.unsent())
                    .tests();
        }
        long perTestNs = expectations.hasObserved() ? Math.max(1, next.unit().perTestNs(expectations.meanNs())) : 0;
        return ChunkPolicy.ahead(next.unit().observed(), perTestNs, othersIdle).tests();
    }

    private int lowWater(Lane lane) {
        int ahead = lane.next() == null ? 0 : ahead(lane, false);
        return Math.max(ChunkPolicy.LEAST, ahead / 2);
    }
}
