package io.tach.actors.run;

import io.tach.engine.plan.UnitInfo;
import io.tach.nativeio.wire.Collected;
import io.tach.nativeio.wire.FromZygote;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Which files the session has, and how much of them is collected. Joins the parts of long ones. One thread. */
final class Collection {
    private static final double NS_PER_SECOND = 1e9;

    /** Of more seconds than that nobody sees the end; clocks count nanoseconds, and shall not overflow. */
    private static final double MOST_SECONDS = Duration.ofDays(10_000).toSeconds();

    private final List<UnitInfo> units = new ArrayList<>();
    private final Map<Integer, List<Collected>> parts = new HashMap<>();
    private final Set<Integer> collected = new HashSet<>();
    private final Set<Integer> told = new HashSet<>();
    private boolean whole;
    private boolean listed;

    /**
     * Takes a part of the list of files.
     *
     * @return true if the list is complete with it
     */
    boolean add(FromZygote.Units m) {
        if (listed) {
            forget();
        }
        whole = m.mode().equals("global");
        m.units().forEach(u -> units.add(new UnitInfo(u.unit(), u.path())));
        listed = m.last();
        return listed;
    }

    /** The session is about to be collected whole: nothing that was told of it counts. */
    void startOver() {
        forget();
        told.clear();
    }

    /** Another zygote is about to collect the same again. */
    void forget() {
        units.clear();
        parts.clear();
        collected.clear();
        listed = false;
    }

    /** True if the zygote collects everything itself. */
    boolean isWhole() {
        return whole;
    }

    List<UnitInfo> units() {
        return List.copyOf(units);
    }

    /** The path of a unit, for messages. */
    String path(int unit) {
        return units.stream()
                .filter(u -> u.unit() == unit)
                .map(UnitInfo::path)
                .findFirst()
                .orElse("unit " + unit);
    }

    /** True if what is forked now has what it needs: the list of files, or all tests of a session collected whole. */
    boolean isReadyToFork() {
        return listed && (!whole || missing() == 0);
    }

    /** How many files are not collected yet. */
    int missing() {
        return units.size() - collected.size();
    }

    /** True for the first that is told of a part of a unit. */
    boolean isNews(Collected m) {
        return told.add(m.unit()) || m.part() > 0;
    }

    /**
     * Takes what was collected of a unit.
     *
     * @return the unit, if nothing of it is missing
     */
    Optional<io.tach.engine.plan.Collected> add(Collected m) {
        List<Collected> all = parts.computeIfAbsent(m.unit(), unit -> new ArrayList<>());
        all.add(m);
        if (m.more()) {
            return Optional.empty();
        }
        parts.remove(m.unit());
        collected.add(m.unit());
        return Optional.of(join(all));
    }

    private static io.tach.engine.plan.Collected join(List<Collected> parts) {
        return new io.tach.engine.plan.Collected(
                parts.get(0).unit(),
                parts.stream().flatMap(p -> p.nodeIds().stream()).toList(),
                parts.stream().mapToLong(Collected::durationNs).sum(),
                merge(parts, p -> durations(p.timeouts())),
                merge(parts, Collected::groups));
    }

    private static <V> Map<Integer, V> merge(List<Collected> parts, Function<Collected, Map<Integer, V>> field) {
        Map<Integer, V> all = new HashMap<>();
        parts.forEach(p -> all.putAll(field.apply(p)));
        return all;
    }

    private static Map<Integer, Duration> durations(Map<Integer, Double> seconds) {
        return seconds.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        e -> Duration.ofNanos((long) (Math.min(e.getValue(), MOST_SECONDS) * NS_PER_SECOND))));
    }
}
