package io.tach.engine.model;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * One of pytest's reports that says more than "passed": a failure, a skip, an xfail, a subtest, a phase with output.
 *
 * @param nodeId the node id it is about
 * @param when {@code setup}, {@code call}, {@code teardown} or {@code collect}
 * @param outcome pytest's report outcome: {@code passed}, {@code failed} or {@code skipped}
 * @param category the heading it is counted under, such as {@code failed} or {@code xfailed}; may be empty
 * @param letter what the dots line shows; may be empty
 * @param word what the verbose line shows; may be empty
 * @param markup pytest's markup names for the word, such as {@code yellow}; empty for the usual colour
 * @param durationNs how long the phase took, in nanoseconds
 * @param longrepr the rendered traceback or reason, without colours; may be empty
 * @param message the crash message or skip reason in one line; may be empty
 * @param xfail the reason of an expected failure, where the report has one
 * @param sections captured output
 * @param location where the item stands; null if pytest did not say
 * @param data the report as pytest serialised it, read-only and opaque here; empty for a report that
 *     tach made itself
 */
public record PhaseReport(
        String nodeId,
        String when,
        String outcome,
        String category,
        String letter,
        String word,
        List<String> markup,
        long durationNs,
        String longrepr,
        String message,
        Optional<String> xfail,
        List<Section> sections,
        Location location,
        ByteBuffer data) {

    /**
     * Where an item stands, as pytest's {@code location}.
     *
     * @param path relative to the root directory
     * @param line zero-based line, or -1 if unknown
     * @param domain the item's dotted name
     */
    public record Location(String path, int line, String domain) {}

    /** True if this report counts as a failure. */
    public boolean failed() {
        return outcome.equals("failed");
    }
}
