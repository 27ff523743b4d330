package io.tach.engine.toxicity;

import io.tach.engine.toxicity.ToxicityReport.Ground;
import java.util.Optional;

/**
 * What counts where the sources say one thing and runs have shown another: runs, if there were enough of them.
 *
 * <p>A test that is taken to be toxic gets a process of its own, where nobody watches it. So now and then it is on trial:
 * run as if it was not toxic. If it is, that costs one process, and is remembered.
 */
public final class CorrectionPolicy {
    /** So many clean runs refute a prediction; for each toxic run as many more are wanted. */
    static final int CLEAN_RUNS = 3;

    /** After so many unwatched runs what was toxic once is tried again; for each toxic run as many more pass. */
    static final int TRIAL_AFTER = 10;

    private CorrectionPolicy() {}

    /**
     * The verdict for the next run.
     *
     * @param predicted what the sources say
     * @param truth what runs have shown, if the test is on record
     */
    public static ToxicityReport judge(ToxicityReport predicted, Optional<Truth> truth) {
        boolean decided = predicted.ground() == Ground.USER;
        return decided ? predicted : truth.map(known -> judge(predicted, known)).orElse(predicted);
    }

    private static ToxicityReport judge(ToxicityReport predicted, Truth truth) {
        boolean sameSuspicion = truth.predicted().equals(suspicion(predicted));
        int clean = sameSuspicion ? truth.clean() : 0;
        boolean cleared = clean >= CLEAN_RUNS * (1 + truth.toxic());
        boolean onTrial = clean > 0 || (sameSuspicion && truth.unwatched() > TRIAL_AFTER * truth.toxic());
        if (truth.toxic() > 0 && !cleared) {
            return accused("seen: " + truth.reason(), onTrial);
        }
        if (predicted.spoilsWorker() && cleared) {
            return ToxicityReport.clean(Ground.RUNS, clean + " runs left nothing, although: " + truth.predicted());
        }
        return predicted.spoilsWorker() && onTrial ? accused("suspected: " + truth.predicted(), true) : predicted;
    }

    private static ToxicityReport accused(String why, boolean onTrial) {
        return onTrial ? ToxicityReport.clean(Ground.RUNS, "on trial, " + why) : ToxicityReport.toxic(Ground.RUNS, why);
    }

    /** What of a prediction goes on record: nothing if it does not accuse the test itself. */
    public static String suspicion(ToxicityReport predicted) {
        boolean suspected = predicted.spoilsWorker() && predicted.ground() == Ground.SOURCES;
        return suspected ? predicted.reason().orElse("") : "";
    }
}
