package io.tach.nativeio.wire;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * MSG_COLLECTED: what collecting one unit found. A zygote that collects the whole session sends a unit in several parts
 * if it is long.
 *
 * @param unit the unit
 * @param nodeIds node ids in pytest's order; a payload's index counts in them, across parts
 * @param durationNs how long it took, in nanoseconds
 * @param deselected how many items were deselected
 * @param timeouts seconds from {@code @pytest.mark.timeout}, by index
 * @param groups {@code xdist_group} names, by index
 * @param reports collect reports that did not pass
 * @param reorderedBy the plugin or conftest that changed the list of items, so that the session must be collected whole
 * @param part number of this frame among those of the unit, from 0
 * @param more whether another part follows
 */
public record Collected(
        int unit,
        List<String> nodeIds,
        long durationNs,
        int deselected,
        Map<Integer, Double> timeouts,
        Map<Integer, String> groups,
        List<FromWorker.Report> reports,
        Optional<String> reorderedBy,
        int part,
        boolean more)
        implements FromZygote, FromWorker {

    /** A unit in one part with nothing but node ids. */
    public static Collected of(int unit, List<String> nodeIds, long durationNs) {
        return new Collected(unit, nodeIds, durationNs, 0, Map.of(), Map.of(), List.of(), Optional.empty(), 0, false);
    }
}
