package io.tach.engine.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which units belong together because an {@code xdist_group} has tests in several of them. */
final class Ties {
    private final Map<Unit, Unit> leader = new HashMap<>();

    Ties(Collection<Unit> units) {
        Map<String, Unit> seen = new HashMap<>();
        for (Unit unit : units) {
            for (String group : unit.groups().values()) {
                Unit other = seen.putIfAbsent(group, unit);
                if (other != null && other != unit) {
                    tie(other, unit);
                }
            }
        }
    }

    private void tie(Unit a, Unit b) {
        Unit leaderOfA = leaderOf(a);
        Unit leaderOfB = leaderOf(b);
        leader.put(a, leaderOfA);
        leader.put(b, leaderOfA);
        leader.put(leaderOfB, leaderOfA);
        leader.put(leaderOfA, leaderOfA);
    }

    private Unit leaderOf(Unit unit) {
        Unit at = unit;
        Unit up = leader.getOrDefault(at, at);
        while (up != at) {
            at = up;
            up = leader.getOrDefault(at, at);
        }
        return at;
    }

    /** True if the unit shares a group with another one. */
    boolean isTied(Unit unit) {
        return leader.containsKey(unit);
    }

    /** The tests as bundles in session order, neighbours joined. */
    List<Bundle> bundles(List<Span> spans) {
        List<Span> sorted = new ArrayList<>(spans);
        sorted.sort(Comparator.comparingInt(Span::from));
        Map<Unit, List<Span>> byLeader = new LinkedHashMap<>();
        for (Span span : sorted) {
            append(byLeader.computeIfAbsent(leaderOf(span.unit()), u -> new ArrayList<>()), span);
        }
        return byLeader.values().stream().map(Bundle::new).toList();
    }

    private static void append(List<Span> spans, Span span) {
        Span last = spans.isEmpty() ? null : spans.get(spans.size() - 1);
        if (last != null && last.meets(span)) {
            spans.set(spans.size() - 1, new Span(last.unit(), last.from(), span.to()));
        } else {
            spans.add(span);
        }
    }
}
