package io.tach.engine.plan;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The collecting half of the {@link Dispatcher}: which units there are, and who collects which. */
final class CollectPhase {
    private static final int MOST_AT_ONCE = 16;

    private final int workers;
    private final Lanes lanes;
    private final NavigableMap<Integer, Unit> units = new TreeMap<>();
    private final NavigableSet<Integer> uncollected = new TreeSet<>();
    private Set<Unit> inherited = new HashSet<>();

    /** @param workers how many workers the run would like */
    CollectPhase(int workers, Lanes lanes) {
        this.workers = workers;
        this.lanes = lanes;
    }

    // --- the units

    /** All units in session order; a live view. */
    Collection<Unit> units() {
        return units.values();
    }

    List<String> nodeIds() {
        List<String> ids = new ArrayList<>();
        units.values().forEach(u -> ids.addAll(u.nodeIds()));
        return ids;
    }

    boolean isComplete() {
        return units.values().stream().allMatch(Unit::isCollected);
    }

    /** What a worker has that is forked now: what the present zygote has collected and will collect. */
    Set<Unit> inherited() {
        return inherited;
    }

    // --- facts

    void known(List<UnitInfo> infos) {
        for (UnitInfo info : infos) {
            if (units.putIfAbsent(info.unit(), new Unit(info.unit(), info.path())) == null) {
                uncollected.add(info.unit());
            }
        }
    }

    void collectedByZygote(Collected collected) {
        Unit unit = units.computeIfAbsent(collected.unit(), n -> new Unit(n, ""));
        uncollected.remove(unit.number());
        if (!unit.isCollected()) {
            unit.collected(collected, -1);
            inherited.add(unit);
        } else if (unit.wasCollectedAs(collected.nodeIds())) {
            inherited.add(unit);
        }
    }

    /**
     * A worker collected a unit.
     *
     * @return the unit if somebody else had collected it first; the worker holds it only if it found the same tests
     */
    Optional<Unit> collected(Lane lane, Collected collected) {
        Unit unit = units.get(collected.unit());
        if (unit != null && lane.holds(unit) && !lane.collecting().contains(unit)) {
            return Optional.empty(); // it says so again
        }
        if (unit == null || !lane.collecting().remove(unit)) {
            throw new IllegalArgumentException(
                    "unit was not asked for: worker=" + lane.worker() + " unit=" + collected.unit());
        }
        if (!unit.isCollected()) {
            unit.collected(collected, lane.worker());
            lane.hold(unit);
            return Optional.empty();
        }
        int[] places = unit.placesIn(collected.nodeIds());
        if (places != null) {
            lane.hold(unit, places);
        }
        return Optional.of(unit);
    }

    /** A unit that was crossed off has to be collected after all. */
    void collectAgain(int number) {
        units.get(number).forget();
        uncollected.add(number);
    }

    /** The worker is gone: the unit it was collecting is crossed off, the ones behind it go to others. */
    void lost(Lane lane) {
        Unit atWork = lane.collecting().pollFirst();
        if (atWork != null && !atWork.isCollected()) {
            atWork.crossOff();
        }
        lane.collecting().stream().filter(u -> !u.isCollected()).forEach(u -> uncollected.add(u.number()));
    }

    void zygoteReplaced() {
        inherited = new HashSet<>();
    }

    void forgetAll() {
        units.clear();
        uncollected.clear();
        zygoteReplaced();
    }

    /** Keeps a part of the tests; returns how many are left out. */
    int keepPart(Forecast forecast, int number, int count, boolean maySplit) {
        BitSet part = PartitionPolicy.part(units.values(), forecast, number, count, maySplit);
        int all = nodeIds().size();
        PartitionPolicy.places(units.values(), part).forEach(Unit::keep);
        return all - part.cardinality();
    }

    // --- orders

    /** Gives every worker without units to collect its next ones. */
    List<Order> giveUnits() {
        List<Order> orders = new ArrayList<>();
        for (Lane lane : lanes.present()) {
            if (uncollected.isEmpty()) {
                break;
            }
            if (lane.collecting().isEmpty()) {
                orders.add(new Order.Collect(lane.worker(), takeUnits(lane)));
            }
        }
        return orders;
    }

    private List<Integer> takeUnits(Lane lane) {
        int count = atOnce(uncollected.size(), workers);
        List<Integer> taken = new ArrayList<>();
        while (taken.size() < count) {
            int number = uncollected.pollFirst();
            taken.add(number);
            lane.collecting().add(units.get(number));
        }
        return taken;
    }

    /** How many units a worker is given at a time: fewer as fewer are left, so that all end together. */
    static int atOnce(int left, int workers) {
        return Math.max(1, Math.min(MOST_AT_ONCE, left / (2 * workers)));
    }
}
