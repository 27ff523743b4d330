package io.tach.engine.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;

/** The running half of the {@link Dispatcher}: who has which tests, and who gets which next. */
final class RunPhase {
    /** A test that is known to take longer is not sent ahead without a thought. */
    private static final long LONG_NS = 100_000_000;

    /** So few tests before the end of its work a worker looks for somebody who would be done sooner. */
    private static final int LAST_FEW = 4;

    private final PlannedTests tests;
    private final Lanes lanes;
    private final Expectations expectations;
    private final Supply supply;
    private long nowNs;

    /**
     * @param units all collected units in session order; they get their test ids here
     * @param forecast what is expected of the tests
     */
    RunPhase(DispatchSettings settings, Collection<Unit> units, Lanes lanes, Forecast forecast) {
        this.tests = new PlannedTests(units);
        this.lanes = lanes;
        this.expectations = new Expectations(forecast, units);
        boolean sorted = settings.maySort() && expectations.knowsAny();
        if (sorted) {
            rank(units, forecast);
        }
        this.supply = new Supply(settings, lanes, units, expectations, sorted, this::loadNs);
    }

    private void rank(Collection<Unit> units, Forecast forecast) {
        int rank = 0;
        for (OrderPolicy.Choice choice : OrderPolicy.order(units, forecast, expectations)) {
            choice.unit().rank(rank++);
        }
    }

    /** How long a worker will be busy, roughly. */
    private long loadNs(Lane lane) {
        return lane.loadNs(expectations, tests::unitOf, nowNs);
    }

    /** The tests of the run; only this class says that they end. */
    PlannedTests tests() {
        return tests;
    }

    // --- facts

    List<Order> begin() {
        supply.shareOut();
        return feedAll();
    }

    void started(Lane lane, int testId, long atNs) {
        nowNs = atNs;
        lane.started(testId, atNs);
    }

    List<Order> finished(Lane lane, int testId, long durationNs, long setupNs, long atNs) {
        Unit unit = tests.unitOf(testId);
        nowNs = atNs;
        lane.ended(testId, atNs);
        tests.end(testId);
        boolean first = lane.ran(unit);
        expectations.ended(unit, testId, durationNs, first);
        unit.observeSetup(setupNs, first);
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

    /** Takes back what the worker has not started; all it would have got goes with it. */
    void giveBack(Lane lane, List<Integer> testIds) {
        testIds.forEach(id -> lane.ended(id, nowNs));
        List<Span> spans = lane.removeUnsent();
        testIds.forEach(id -> spans.add(tests.span(id)));
        supply.takeBack(spans);
    }

    /**
     * @param running the test it was running
     * @param again whether that test goes back into the pool instead of being crossed off
     * @param feed whether others shall get the rest now
     */
    List<Order> lost(Lane lane, OptionalInt running, boolean again, boolean feed) {
        if (running.isPresent() && !again) {
            lane.ended(running.getAsInt(), nowNs);
            tests.end(running.getAsInt());
        }
        giveBack(lane, List.copyOf(lane.sent()));
        if (!lane.collecting().isEmpty()) {
            lane.collecting().getFirst().refuse();
        }
        List<Order> orders = new ArrayList<>();
        if (feed) {
            abandonHopeless(orders);
            orders.addAll(feedAll());
        }
        return orders;
    }

    /** A worker answered for a unit somebody else had collected first; whether it holds it now says how that went. */
    List<Order> collectedAgain(Lane lane, Unit unit) {
        List<Order> orders = new ArrayList<>();
        if (!lane.holds(unit)) {
            unit.refuse();
            lane.refuse(unit);
            supply.passOnRefused(lane);
            abandonHopeless(orders);
            orders.addAll(feedAll());
        }
        feed(lane, orders);
        return orders;
    }

    /** Crosses off what no worker can run, so that the run ends. */
    private void abandonHopeless(List<Order> orders) {
        List<Integer> testIds = new ArrayList<>();
        StringBuilder paths = new StringBuilder();
        for (Bundle bundle : supply.takeHopeless()) {
            for (Span span : bundle.spans()) {
                paths.append(' ').append(span.unit().path());
                for (int id = span.from(); id < span.to(); id++) {
                    tests.end(id);
                    testIds.add(id);
                }
            }
        }
        if (!testIds.isEmpty()) {
            orders.add(new Order.Abandon(testIds, "could not be collected a second time:" + paths));
        }
    }

    // --- feeding

    List<Order> feedAll() {
        List<Order> orders = new ArrayList<>();
        lanes.present().forEach(lane -> feed(lane, orders));
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
    private void feed(Lane lane, List<Order> orders) {
        if (lane.hasLeft()) {
            return;
        }
        List<PlannedTest> sent = new ArrayList<>();
        boolean othersIdle = lanes.all().stream().anyMatch(other -> other != lane && other.isIdle());
        Unit missing = null;
        if (commitsToTheEnd(lane)) {
            supply.relieve(lane);
        }
        while (missing == null && (lane.next() != null || findMoreIfShort(lane))) {
            Unit unit = lane.next().head().unit();
            if (lane.sent().size() >= ahead(lane, othersIdle)) {
                break;
            }
            if (lane.holds(unit)) {
                sent.add(lane.planned(unit, lane.send()));
            } else {
                missing = unit;
            }
        }
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
