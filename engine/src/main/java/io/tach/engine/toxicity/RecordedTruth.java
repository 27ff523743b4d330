package io.tach.engine.toxicity;

import io.tach.engine.memory.RecordLines;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What runs have shown of the tests of a project. Only of those that were toxic once or that the sources suspect: of the
 * others there is nothing to remember. Immutable.
 *
 * @param byNodeId by node id, sorted
 */
public record RecordedTruth(Map<String, Truth> byNodeId) {
    /** Nothing is known. */
    public static final RecordedTruth NONE = new RecordedTruth(Map.of());

    private static final RecordLines LINES = new RecordLines("toxicity", 1);
    private static final int FIELDS = 7;

    /** A test that was renamed or deleted is never seen again; one that is only rarely selected is. */
    private static final long FORGET_AFTER_S = Duration.ofDays(90).toSeconds();

    public RecordedTruth {
        byNodeId = Collections.unmodifiableMap(new TreeMap<>(byNodeId));
    }

    /** Reads the text form; damaged lines are as if they had never been written. */
    public static RecordedTruth decode(String text) {
        Map<String, Truth> all = new TreeMap<>();
        for (List<String> fields : LINES.decode(text)) {
            truth(fields).ifPresent(truth -> all.put(truth.nodeId(), truth));
        }
        return new RecordedTruth(all);
    }

    private static Optional<Truth> truth(List<String> fields) {
        if (fields.size() != FIELDS) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Truth(
                    fields.get(0),
                    Long.parseLong(fields.get(1)),
                    Integer.parseUnsignedInt(fields.get(2)),
                    Integer.parseUnsignedInt(fields.get(3)),
                    Integer.parseUnsignedInt(fields.get(4)),
                    fields.get(5),
                    fields.get(6)));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** The text form. */
    public String encode() {
        return LINES.encode(
                byNodeId.values().stream().map(RecordedTruth::fields).toList());
    }

    private static List<String> fields(Truth t) {
        return List.of(
                t.nodeId(),
                String.valueOf(t.lastSeenS()),
                String.valueOf(t.clean()),
                String.valueOf(t.toxic()),
                String.valueOf(t.unwatched()),
                t.reason(),
                t.predicted());
    }

    /** What is known of a test. */
    public Optional<Truth> of(String nodeId) {
        return Optional.ofNullable(byNodeId.get(nodeId));
    }

    /** What is known by test function: of itself, and of its cases with parameters. */
    public Map<String, List<Truth>> byFunction() {
        return byNodeId.values().stream().collect(Collectors.groupingBy(truth -> NodeIds.function(truth.nodeId())));
    }

    /** What is known of some of the tests. */
    public RecordedTruth within(Predicate<String> nodeIds) {
        Map<String, Truth> some = new TreeMap<>(byNodeId);
        some.keySet().removeIf(nodeIds.negate());
        return new RecordedTruth(some);
    }

    /**
     * What is known after a run. Runs that end at the same time are merged one after the other, each onto what is then
     * written, so that neither loses anything.
     *
     * @param run the tests that ran, each once
     * @param nowS the time, in seconds since 1970
     */
    public RecordedTruth after(Collection<Observation> run, long nowS) {
        Map<String, Truth> all = new TreeMap<>(byNodeId);
        for (Observation seen : run) {
            Truth before = all.getOrDefault(seen.nodeId(), Truth.unknown(seen.nodeId()));
            all.put(seen.nodeId(), before.after(seen, nowS));
        }
        all.values().removeIf(truth -> !truth.isWorthKeeping() || truth.lastSeenS() < nowS - FORGET_AFTER_S);
        return new RecordedTruth(all);
    }
}
