package io.tach.engine.toxicity;

/**
 * One test's run.
 *
 * @param nodeId pytest's node id
 * @param watched true if the ledger compared what was before the test with what was after it; false if the test had a
 *     process of its own, of which nobody wanted to know anything afterwards
 * @param reason what it left behind; empty for nothing, or if nobody looked
 * @param predicted why the sources say that it is toxic; empty if they do not
 */
public record Observation(String nodeId, boolean watched, String reason, String predicted) {
    /** True if something was left behind. */
    public boolean isToxic() {
        return !reason.isEmpty();
    }
}
