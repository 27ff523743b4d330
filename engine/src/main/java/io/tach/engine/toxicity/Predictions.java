package io.tach.engine.toxicity;

import io.tach.engine.memory.RecordLines;
import io.tach.engine.toxicity.ToxicityReport.Ground;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the sources and the user say of the tests of a project; has a text form, so that a run need not read all sources
 * again that have not changed. Of tests that are not in it they say nothing. Immutable.
 *
 * @param byFunction by node id without parameters
 * @param fingerprint of the sources it was made from; empty if they were not all there
 */
public record Predictions(Map<String, ToxicityReport> byFunction, String fingerprint) {
    /** Nothing is said of any test. */
    public static final Predictions NONE = new Predictions(Map.of(), "");

    private static final RecordLines LINES = new RecordLines("predictions", 1);

    /** The record of the fingerprint: an id that no test can have. */
    private static final String FINGERPRINT = "";

    private static final int FIELDS = 4;

    public Predictions {
        byFunction = Map.copyOf(byFunction);
    }

    /**
     * Asks a graph.
     *
     * @param fingerprint of the sources the graph was made from
     */
    public static Predictions of(ToxicityGraph graph, String fingerprint) {
        Map<String, ToxicityReport> all = new HashMap<>();
        for (String nodeId : graph.tests()) {
            graph.test(nodeId)
                    .filter(report -> report.isToxic() || report.ground() == Ground.USER)
                    .ifPresent(report -> all.put(nodeId, report));
        }
        return new Predictions(all, fingerprint);
    }

    /** What is said of a test; parameters do not matter. */
    public ToxicityReport of(String nodeId) {
        return byFunction.getOrDefault(NodeIds.function(nodeId), ToxicityReport.CLEAN);
    }

    /** The text form. What brings a verdict in is not part of it. */
    public String encode() {
        List<List<String>> records = new ArrayList<>();
        records.add(List.of(FINGERPRINT, fingerprint, "", ""));
        byFunction.forEach((id, report) -> records.add(List.of(
                id,
                String.valueOf(report.isToxic()),
                report.ground().name(),
                report.reason().orElse(""))));
        return LINES.encode(records);
    }

    /** Reads the text form; nothing is said in a text that is something else. */
    public static Predictions decode(String text) {
        Map<String, ToxicityReport> all = new HashMap<>();
        String fingerprint = "";
        for (List<String> fields : LINES.decode(text)) {
            if (fields.size() == FIELDS && fields.get(0).equals(FINGERPRINT)) {
                fingerprint = fields.get(1);
            } else if (fields.size() == FIELDS) {
                report(fields).ifPresent(report -> all.put(fields.get(0), report));
            }
        }
        return new Predictions(all, fingerprint);
    }

    private static Optional<ToxicityReport> report(List<String> fields) {
        return Arrays.stream(Ground.values())
                .filter(ground -> ground.name().equals(fields.get(2)))
                .findFirst()
                .map(ground -> new ToxicityReport(
                        Boolean.parseBoolean(fields.get(1)),
                        Optional.of(fields.get(3)).filter(reason -> !reason.isEmpty()),
                        List.of(),
                        ground));
    }
}
