package io.tach.engine.toxicity;

import java.util.Optional;

/** What counts where the sources say one thing and runs have shown another: runs, if there were enough of them. */
public final class CorrectionPolicy {
    /** So many clean runs refute a prediction; for each toxic run as many more are wanted. */
    static final int CLEAN_RUNS = 3;

    private CorrectionPolicy() {}

    /**
     * The verdict for the next run.
     *
     * @param predicted what the sources say
     * @param truth what runs have shown, if the test is on record
     */
    public static ToxicityReport judge(ToxicityReport predicted, Optional<Truth> truth) {
        return truth.map(known -> judge(predicted, known)).orElse(predicted);
    }

    private static ToxicityReport judge(ToxicityReport predicted, Truth truth) {
        boolean cleared = truth.clean() >= CLEAN_RUNS * (1 + truth.toxic());
        if (truth.toxic() > 0 && !cleared) {
            return ToxicityReport.toxic("seen: " + truth.reason());
        }
        boolean sameSuspicion = truth.predicted().equals(predicted.reason().orElse(""));
        if (predicted.isToxic() && cleared && sameSuspicion) {
            String runs = truth.clean() + " runs left nothing";
            return ToxicityReport.clean(runs + ", although: " + truth.predicted());
        }
        return predicted;
    }
}
