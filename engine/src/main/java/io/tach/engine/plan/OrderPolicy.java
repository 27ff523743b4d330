package io.tach.engine.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which files go first: those that failed last time, since their news is waited for; then the longest, so that short ones
 * are left to even out the end. Inside a file the order is always pytest's.
 */
final class OrderPolicy {
    private OrderPolicy() {}

    /** A file's place in the order and why it has it. */
    record Choice(Unit unit, String reason) {}

    /**
     * All units in the order in which they should begin.
     *
     * @param units in session order
     */
    static List<Choice> order(Collection<Unit> units, Forecast forecast, Expectations expectations) {
        Map<Unit, Long> workNs = new HashMap<>();
        List<Choice> choices = new ArrayList<>();
        for (Unit unit : units) {
            boolean failed = unit.nodeIds().stream().anyMatch(forecast::failedLast);
            workNs.put(unit, unit.nodeIds().isEmpty() ? 0 : expectations.workNs(unit.all()));
            choices.add(new Choice(unit, failed ? "failed last time" : "longest first"));
        }
        Comparator<Choice> failedFirst = Comparator.comparing(c -> c.reason().equals("longest first"));
        choices.sort(failedFirst.thenComparing(c -> workNs.get(c.unit()), Comparator.reverseOrder()));
        return choices;
    }
}
