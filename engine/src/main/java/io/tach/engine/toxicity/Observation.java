package io.tach.engine.toxicity;

/**
 * One test's run, as the ledger saw it.
 *
 * @param nodeId pytest's node id
 * @param reason what it left behind; empty for nothing
 * @param predicted why the sources say that it is toxic; empty if they do not
 */
public record Observation(String nodeId, String reason, String predicted) {
    /** True if something was left behind. */
    public boolean isToxic() {
        return !reason.isEmpty();
    }
}
