package io.tach.engine.toxicity;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;

/**
 * How good a prediction is, measured against recorded truth. A test is toxic in truth if it was when it was last watched.
 *
 * @param hits toxic, as predicted
 * @param misses toxic, and not predicted
 * @param falseAlarms predicted, and clean
 * @param unseen how many are predicted, and no run of them was watched
 */
public record Accuracy(List<Truth> hits, List<Truth> misses, List<Truth> falseAlarms, int unseen) {

    /**
     * Measures.
     *
     * @param truth what is on record
     * @param prediction the verdict of the sources on a node id; empty for a test that is no longer there
     * @param predicted the tests (without parameters) that the sources suspect
     */
    public static Accuracy of(
            RecordedTruth truth, Function<String, Optional<ToxicityReport>> prediction, Collection<String> predicted) {
        Tally tally = new Tally();
        truth.byNodeId().values().forEach(known -> prediction
                .apply(known.nodeId())
                .ifPresent(report -> tally.count(known, report.spoilsWorker())));
        long unseen =
                predicted.stream().filter(id -> !tally.functions.contains(id)).count();
        return new Accuracy(
                List.copyOf(tally.hits), List.copyOf(tally.misses), List.copyOf(tally.falseAlarms), (int) unseen);
    }

    /** The share of what was predicted that is true; empty if nothing was predicted. */
    public OptionalDouble precision() {
        return share(hits.size(), hits.size() + falseAlarms.size());
    }

    /** The share of what is true that was predicted; empty if nothing is. */
    public OptionalDouble recall() {
        return share(hits.size(), hits.size() + misses.size());
    }

    private static OptionalDouble share(int part, int whole) {
        return whole == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) part / whole);
    }

    private static final class Tally {
        private final List<Truth> hits = new ArrayList<>();
        private final List<Truth> misses = new ArrayList<>();
        private final List<Truth> falseAlarms = new ArrayList<>();
        private final Set<String> functions = new HashSet<>();

        void count(Truth known, boolean predicted) {
            if (!known.isKnown()) {
                return;
            }
            functions.add(NodeIds.function(known.nodeId()));
            if (known.isToxic()) {
                (predicted ? hits : misses).add(known);
            } else if (predicted) {
                falseAlarms.add(known);
            }
        }
    }
}
