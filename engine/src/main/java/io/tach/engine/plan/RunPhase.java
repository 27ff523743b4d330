package io.tach.engine.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;

/** The running half of the {@link Dispatcher}: who has which tests, and who gets which next. */
final class RunPhase {
    /** A test that is known to take longer is not sent ahead without a thought. */
    private static final long LONG_NS = 100_000_000;

    /** Pieces of files that are dealt out are small enough to fill the gaps that others leave. */
    private static final int GRAIN = 8;

    /** So few tests before the end of its work a worker looks for somebody who would be done sooner. */
    private static final int LAST_FEW = 4;

    /** After so many workers could not collect a unit again it is not tried any more. */
    private static final int MOST_REFUSALS = 2;

    private final DispatchSettings settings;
    private final PlannedTests tests;
    private final Lanes lanes;
    private final Pool pool = new Pool();
    private final Expectations expectations;
    private final boolean sorted;
    private final Ties ties;
    private final Thief thief;
    private long nowNs;

    /**
     * @param units all collected units in session order; they get their test ids here
     * @param forecast what is expected of the tests
     */
    RunPhase(DispatchSettings settings, Collection<Unit> units, Lanes lanes, Forecast forecast) {
        this.settings = settings;
        this.tests = new PlannedTests(units);
        this.lanes = lanes;
        this.expectations = new Expectations(forecast, units);
        this.sorted = settings.maySort() && expectations.knowsAny();
        this.ties = new Ties(units);
        this.thief = new Thief(settings, ties, expectations, this::loadNs);
        rank(units, forecast);
        List<Span> all = units.stream()
                .filter(u -> !u.nodeIds().isEmpty())
                .map(u -> new Span(u, u.first(), u.end()))
                .toList();
        ties.bundles(all).forEach(sorted ? pool::add : this::giveToOwner);
    }

    /** Without a reason for another order it is that of the session. */
    private void rank(Collection<Unit> units, Forecast forecast) {
        if (sorted) {
            int rank = 0;
            for (OrderPolicy.Choice choice : OrderPolicy.order(units, forecast, expectations)) {
                choice.unit().rank(rank++);
            }
        }
    }

    /** A bundle goes to the worker that collected most of it; one of the zygote or of a lost worker into the pool. */
    private void giveToOwner(Bundle bundle) {
        Lane owner = laneOf(bundle.biggest().unit());
        if (owner == null) {
            pool.add(bundle);
        } else {
            owner.add(bundle);
        }
    }

    private Lane laneOf(Unit unit) {
        if (unit.owner() < 0) {
            return null;
        }
        return lanes.all().stream()
                .filter(lane -> lane.worker() == unit.owner() && !lane.hasLeft() && lane.holds(unit))
                .findFirst()
                .orElse(null);
    }

    /** The tests of the run; only this class says that they end. */
    PlannedTests tests() {
        return tests;
    }

    // --- facts

    /** Everybody gets a share before anybody gets much: the pool is shared out, then the idle take from the busy. */
    List<Order> begin() {
        List<Lane> byLoad = lanes.present();
        if (sorted) {
            dealOut(byLoad);
            thief.evenOut(byLoad);
        } else {
            byLoad.sort(Comparator.comparingInt(Lane::tests));
            byLoad.forEach(this::claim);
            byLoad.stream().filter(lane -> lane.tests() == 0).forEach(this::findMore);
        }
        return feedAll();
    }

    private void dealOut(List<Lane> present) {
        if (present.isEmpty()) {
            return;
        }
        List<List<Bundle>> shares = new Dealer(settings.maySplit(), GRAIN, ties, expectations)
                .deal(pool.takeIf(bundle -> true), present.size(), unit -> present.indexOf(laneOf(unit)));
        for (int i = 0; i < present.size(); i++) {
            shares.get(i).forEach(present.get(i)::add);
        }
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
        ties.bundles(spans).forEach(pool::add);
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
            ties.bundles(lane.removeUnsent()).forEach(b -> giveElsewhereIfRefused(b, lane));
            abandonHopeless(orders);
            orders.addAll(feedAll());
        }
        feed(lane, orders);
        return orders;
    }

    private void giveElsewhereIfRefused(Bundle bundle, Lane lane) {
        if (lane.accepts(bundle)) {
            lane.add(bundle);
            return;
        }
        lanes.present().stream()
                .filter(other -> other != lane && bundle.costNs(other, expectations) == 0 && other.accepts(bundle))
                .min(Comparator.comparingInt(Lane::tests))
                .ifPresentOrElse(owner -> owner.add(bundle), () -> pool.add(bundle));
    }

    /** Crosses off what no worker can run, so that the run ends. */
    private void abandonHopeless(List<Order> orders) {
        List<Integer> testIds = new ArrayList<>();
        StringBuilder paths = new StringBuilder();
        for (Bundle bundle : pool.takeIf(this::isHopeless)) {
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

    private boolean isHopeless(Bundle bundle) {
        List<Lane> present = lanes.present();
        for (Span span : bundle.spans()) {
            Unit unit = span.unit();
            if (unit.refusals() >= MOST_REFUSALS && present.stream().noneMatch(lane -> lane.holds(unit))) {
                return true;
            }
        }
        return !present.isEmpty() && present.stream().noneMatch(lane -> lane.accepts(bundle));
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
            thief.give(lane, lanes.present());
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
        if (!pool.isEmpty() || lane.next() == null || lane.unsent() > LAST_FEW) {
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
        return lane.sent().size() <= ChunkPolicy.LEAST && findMore(lane);
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

    private boolean findMore(Lane lane) {
        return claim(lane) || thief.steal(lane, lanes.present());
    }

    /**
     * Takes bundles out of the pool: where it is known how long they take, one, since the next one is for whoever is done
     * first; else until the worker has its share of everything that was not sent.
     */
    private boolean claim(Lane lane) {
        if (pool.isEmpty()) {
            return false;
        }
        if (sorted) {
            Bundle first = pool.takeFor(lane);
            if (first != null) {
                lane.add(first);
            }
            return first != null;
        }
        List<Lane> present = lanes.present();
        int all = pool.tests() + present.stream().mapToInt(Lane::tests).sum();
        int share = (all + present.size() - 1) / present.size();
        boolean claimed = false;
        while (!claimed || lane.tests() < share) {
            Bundle bundle = pool.takeFor(lane);
            if (bundle == null) {
                break;
            }
            lane.add(bundle);
            claimed = true;
        }
        return claimed;
    }

    /** How long a worker will be busy, roughly. */
    private long loadNs(Lane lane) {
        return lane.loadNs(expectations, tests::unitOf, nowNs);
    }
}
