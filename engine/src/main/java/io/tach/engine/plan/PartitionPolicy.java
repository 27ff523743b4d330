package io.tach.engine.plan;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Cuts a session into parts for several machines. Every machine collects the whole session and cuts it by itself, so the
 * parts may depend on nothing but the tests, their order and the forecast: not on the number of workers, not on a clock.
 */
final class PartitionPolicy {
    /** A file is parted if it is longer than this part, as a divisor, of what one machine gets. */
    private static final int GRAIN = 4;

    private PartitionPolicy() {}

    /**
     * One part of the session: by time if anything is known of times, else by number.
     *
     * @param units all units, collected, in session order
     * @param number which part, from 1
     * @param maySplit whether tests of one file may be in several parts
     * @return the test ids in it, as {@link PlannedTests#number} gives them
     */
    static BitSet part(Collection<Unit> units, Forecast forecast, int number, int count, boolean maySplit) {
        PlannedTests.number(units);
        Ties ties = new Ties(units);
        List<Span> all = new ArrayList<>();
        units.stream().filter(u -> !u.nodeIds().isEmpty()).forEach(u -> all.add(u.all()));
        Dealer dealer = new Dealer(maySplit, GRAIN, ties, new Expectations(forecast, units));
        List<List<Bundle>> parts = dealer.deal(ties.bundles(all), count, unit -> AssignPolicy.NO_HOME);
        BitSet part = new BitSet();
        for (Bundle bundle : parts.get(number - 1)) {
            bundle.spans().forEach(span -> part.set(span.from(), span.to()));
        }
        return part;
    }

    /** The same by unit: the places of its tests that stay. */
    static Map<Unit, BitSet> places(Collection<Unit> units, BitSet part) {
        Map<Unit, BitSet> places = new HashMap<>();
        for (Unit unit : units) {
            places.put(unit, part.get(unit.first(), unit.end()));
        }
        return places;
    }
}
