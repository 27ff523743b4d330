package io.tach.engine.plan;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where a unit may be cut in two: never inside a group, and between two classes if that is near. */
final class SplitPolicy {
    /** A boundary counts as near within this part of the tests, as a divisor. */
    static final int NEAR = 4;

    /** The same where it is known how long tests take, so that what is even by time should not be spoilt much. */
    static final int NEAR_BY_TIME = 16;

    private SplitPolicy() {}

    /** A test id to cut before, or -1; and why. */
    record Choice(int cut, String reason) {}

    /**
     * @param span the tests that are left
     * @param take how many of them should move, from the end; at least 1
     * @param near {@link #NEAR} or {@link #NEAR_BY_TIME}
     */
    static Choice cut(Span span, int take, int near) {
        int lowest = span.from();
        int wanted = Math.max(lowest, span.to() - take);
        boolean[] forbidden = insideGroups(span.unit());
        int reach = Math.max(1, span.tests() / near);
        int nearest = -1;
        for (int d = 0; d <= span.tests(); d++) {
            for (int cut : new int[] {wanted + d, wanted - d}) {
                if (cut < lowest || cut >= span.to() || forbidden(forbidden, span.unit(), cut)) {
                    continue;
                }
                if (d <= reach && isBoundary(span.unit(), cut)) {
                    return new Choice(cut, "between classes");
                }
                nearest = nearest < 0 ? cut : nearest;
            }
            if (d > reach && nearest >= 0) {
                break;
            }
        }
        return nearest < 0 ? new Choice(-1, "one group") : new Choice(nearest, "no class boundary near");
    }

    private static boolean forbidden(boolean[] inside, Unit unit, int cut) {
        return inside != null && inside[cut - unit.first()];
    }

    /** For each place whether a cut before it would part a group; null if the unit has no groups. */
    private static boolean[] insideGroups(Unit unit) {
        if (unit.groups().isEmpty()) {
            return null;
        }
        Map<String, int[]> reach = new HashMap<>();
        unit.groups()
                .forEach((place, group) -> reach.merge(group, new int[] {place, place}, (a, b) ->
                        new int[] {Math.min(a[0], b[0]), Math.max(a[1], b[1])}));
        boolean[] inside = new boolean[unit.nodeIds().size()];
        for (int[] r : reach.values()) {
            for (int i = r[0] + 1; i <= r[1]; i++) {
                inside[i] = true;
            }
        }
        return inside;
    }

    private static boolean isBoundary(Unit unit, int cut) {
        int place = cut - unit.first();
        List<String> ids = unit.nodeIds();
        return place > 0 && !owner(ids.get(place - 1)).equals(owner(ids.get(place)));
    }

    /** The node id without the test's own name; parameters may hold a {@code ::} of their own. */
    static String owner(String nodeId) {
        int names = Math.max(0, nodeId.indexOf("::"));
        int bracket = nodeId.indexOf('[', names);
        String plain = bracket < 0 ? nodeId : nodeId.substring(0, bracket);
        int last = plain.lastIndexOf("::");
        return last < 0 ? "" : plain.substring(0, last);
    }
}
