package io.tach.engine.plan;

import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** A unit, what was collected of it and how fast its tests have been so far. */
final class Unit {
    private static final int NOBODY = -1;

    private final int number;
    private final String path;
    private boolean collected;
    private int owner = NOBODY;
    private List<String> collectedIds = List.of();
    private List<String> nodeIds = List.of();
    /** For each of the node ids its place in what was collected; null if that is the same. */
    private int[] collectedPlaces;

    private Map<Integer, Duration> timeouts = Map.of();
    private Map<Integer, String> groups = Map.of();
    private long collectNs;
    private int first;
    private int observed;
    private long observedNs;
    private int refusals;
    private int rank;
    private long leastFirstSetupNs = Long.MAX_VALUE;
    private long otherSetupsNs;
    private int otherSetups;

    Unit(int number, String path) {
        this.number = number;
        this.path = path;
    }

    int number() {
        return number;
    }

    String path() {
        return path;
    }

    boolean isCollected() {
        return collected;
    }

    /** Takes the items; {@code owner} is the worker that has them, or negative for the zygote. */
    void collected(Collected c, int owner) {
        collected = true;
        this.owner = owner;
        collectedIds = c.nodeIds();
        nodeIds = collectedIds;
        collectedPlaces = null;
        timeouts = c.timeouts();
        groups = c.groups();
        collectNs = c.durationNs();
    }

    /** Counts it as collected with nothing in it. */
    void crossOff() {
        collected(Collected.of(number, List.of(), 0), NOBODY);
    }

    void forget() {
        collected = false;
    }

    /** True if these are the items that were collected first. */
    boolean wasCollectedAs(List<String> others) {
        return collectedIds.equals(others);
    }

    /** Only the tests at these places are planned. */
    void keep(BitSet places) {
        collectedPlaces = places.stream().toArray();
        nodeIds = Arrays.stream(collectedPlaces).mapToObj(collectedIds::get).toList();
        timeouts = kept(timeouts);
        groups = kept(groups);
    }

    private <V> Map<Integer, V> kept(Map<Integer, V> byCollectedPlace) {
        Map<Integer, V> kept = new HashMap<>();
        for (int place = 0; place < collectedPlaces.length; place++) {
            V value = byCollectedPlace.get(collectedPlaces[place]);
            if (value != null) {
                kept.put(place, value);
            }
        }
        return kept;
    }

    private int collectedPlace(int place) {
        return collectedPlaces == null ? place : collectedPlaces[place];
    }

    int owner() {
        return owner;
    }

    List<String> nodeIds() {
        return nodeIds;
    }

    Map<Integer, String> groups() {
        return groups;
    }

    /** What it costs another worker to collect it as well. */
    long collectNs() {
        return collectNs;
    }

    /** The test id of its first item. */
    int first() {
        return first;
    }

    void first(int testId) {
        first = testId;
    }

    int end() {
        return first + nodeIds.size();
    }

    /** All its tests; there must be one. */
    Span all() {
        return new Span(this, first, end());
    }

    /** The file that its tests are in, as their node ids name it. */
    String file() {
        String nodeId = nodeIds.get(0);
        int end = nodeId.indexOf("::");
        return end < 0 ? nodeId : nodeId.substring(0, end);
    }

    /** Its place among all units in the order in which they should begin. */
    int rank() {
        return rank;
    }

    void rank(int place) {
        rank = place;
    }

    /** The test with its place as first collected. */
    PlannedTest test(int testId) {
        return test(testId, collectedPlace(testId - first));
    }

    PlannedTest test(int testId, int index) {
        int place = testId - first;
        return new PlannedTest(testId, number, index, nodeIds.get(place), Optional.ofNullable(timeouts.get(place)));
    }

    void observe(long durationNs) {
        observed++;
        observedNs += durationNs;
    }

    int observed() {
        return observed;
    }

    /** Mean duration of its tests so far; {@code otherwise} as long as none has ended. */
    long perTestNs(long otherwise) {
        return observed == 0 ? otherwise : observedNs / observed;
    }

    /**
     * Takes note of how long a test was set up.
     *
     * @param first whether it was the first of this unit on its worker, which pays for the file's fixtures
     */
    void observeSetup(long setupNs, boolean first) {
        if (first) {
            leastFirstSetupNs = Math.min(leastFirstSetupNs, setupNs);
        } else {
            otherSetups++;
            otherSetupsNs += setupNs;
        }
    }

    /** What the file's fixtures cost, as far as was seen in this run; all of the first test's setup as long as that. */
    long setupNs() {
        if (leastFirstSetupNs == Long.MAX_VALUE) {
            return 0;
        }
        return Math.max(0, leastFirstSetupNs - (otherSetups == 0 ? 0 : otherSetupsNs / otherSetups));
    }

    /** Counts a worker that could not collect what was collected first. */
    void refuse() {
        refusals++;
    }

    int refusals() {
        return refusals;
    }

    /**
     * Where the items of a second collection stand: for each of this unit's items its place there. Items with the same id
     * are matched in order.
     *
     * @return null if an item is missing
     */
    int[] placesIn(List<String> others) {
        Map<String, PlaceList> byId = new HashMap<>();
        for (int i = others.size() - 1; i >= 0; i--) {
            byId.put(others.get(i), new PlaceList(i, byId.get(others.get(i))));
        }
        int[] places = new int[collectedIds.size()];
        for (int i = 0; i < places.length; i++) {
            PlaceList head = byId.get(collectedIds.get(i));
            if (head == null) {
                return null;
            }
            places[i] = head.place;
            byId.put(collectedIds.get(i), head.rest);
        }
        return IntStream.range(0, nodeIds.size())
                .map(place -> places[collectedPlace(place)])
                .toArray();
    }

    private record PlaceList(int place, PlaceList rest) {}
}
