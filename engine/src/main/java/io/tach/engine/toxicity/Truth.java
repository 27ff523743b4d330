package io.tach.engine.toxicity;

/**
 * What runs have shown of one test.
 *
 * @param nodeId pytest's node id
 * @param lastSeenS when it last ran, in seconds since 1970
 * @param clean watched runs that left nothing since the last toxic one, or since the sources predict something else
 * @param toxic all toxic runs
 * @param unwatched runs in a process of its own since the last watched one
 * @param reason what the last toxic run left; empty if there was none
 * @param predicted why the sources say that it is toxic, as of its last run; empty if they do not
 */
public record Truth(
        String nodeId, long lastSeenS, int clean, int toxic, int unwatched, String reason, String predicted) {

    /** The truth before the first run. */
    static Truth unknown(String nodeId) {
        return new Truth(nodeId, 0, 0, 0, 0, "", "");
    }

    /** What is known after another run. */
    Truth after(Observation seen, long nowS) {
        if (seen.isToxic()) {
            return new Truth(nodeId, nowS, 0, toxic + 1, 0, seen.reason(), seen.predicted());
        }
        int before = seen.predicted().equals(predicted) ? clean : 0;
        return seen.watched()
                ? new Truth(nodeId, nowS, before + 1, toxic, 0, reason, seen.predicted())
                : new Truth(nodeId, nowS, before, toxic, unwatched + 1, reason, seen.predicted());
    }

    /** True if it was toxic when it was last watched. */
    public boolean isToxic() {
        return toxic > 0 && clean == 0;
    }

    /** True if somebody has watched a run of it, as it is now. */
    public boolean isKnown() {
        return toxic + clean > 0;
    }

    /** True if it says more than that a test nobody suspected did nothing. */
    boolean isWorthKeeping() {
        return toxic > 0 || !predicted.isEmpty();
    }
}
