package io.tach.engine.plan;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The items of one whole unit. Whoever reads the wire joins the parts of a unit first.
 *
 * @param unit the unit's number
 * @param nodeIds its items in session order; the same id may occur twice
 * @param durationNs how long collecting took, in nanoseconds
 * @param timeouts limits from {@code @pytest.mark.timeout}, by place in {@code nodeIds}
 * @param groups names from {@code xdist_group}, by place in {@code nodeIds}
 */
public record Collected(
        int unit, List<String> nodeIds, long durationNs, Map<Integer, Duration> timeouts, Map<Integer, String> groups) {

    public Collected {
        nodeIds = List.copyOf(nodeIds);
        timeouts = Map.copyOf(timeouts);
        groups = Map.copyOf(groups);
    }

    /** A unit without limits and groups. */
    public static Collected of(int unit, List<String> nodeIds, long durationNs) {
        return new Collected(unit, nodeIds, durationNs, Map.of(), Map.of());
    }
}
