package io.tach.engine.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;

/**
 * The running half of the {@link Dispatcher}: what a fact does to what is owed and to what is expected. Who has which
 * tests is up to {@link Supply}, how many of them are sent to {@link Feeder}.
 */
final class RunPhase {
    private final PlannedTests tests;
    private final Expectations expectations;
    private final Supply supply;
    private final Feeder feeder;
    private long nowNs;

    /**
     * @param units all collected units in session order; they get their test ids here
     * @param forecast what is expected of the tests
     */
    RunPhase(DispatchSettings settings, Collection<Unit> units, Lanes lanes, Forecast forecast) {
        this.tests = new PlannedTests(units);
        this.expectations = new Expectations(forecast, units);
        boolean sorted = settings.maySort() && expectations.knowsAny();
        if (sorted) {
            rank(units, forecast);
        }
        this.supply = new Supply(settings, lanes, units, expectations, sorted, this::loadNs);
        this.feeder = new Feeder(lanes, supply, expectations);
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
        return feeder.feedAll();
    }

    /** Somebody may be given more now. */
    List<Order> feedAll() {
        return feeder.feedAll();
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
        return feeder.topUp(lane);
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
            orders.addAll(feeder.feedAll());
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
            orders.addAll(feeder.feedAll());
        }
        feeder.feed(lane, orders);
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
}
