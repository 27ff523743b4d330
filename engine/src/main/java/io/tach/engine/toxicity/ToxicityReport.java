package io.tach.engine.toxicity;

import java.util.List;
import java.util.Optional;

/**
 * Whether something is toxic: whether it leaves behind, or needs around it, what a rewind of memory does not undo.
 *
 * @param isToxic the verdict
 * @param reason why, or what speaks against it although it looks toxic; empty if there is nothing to say
 * @param propagatedFrom what brings it in: the modules and functions on the way to the evidence, nearest first; empty if
 *     it is the thing itself
 * @param isEntangled true if it is there before the test starts, by an import or by a fixture that several tests share:
 *     then a worker that leaves after the test is no cure
 */
public record ToxicityReport(
        boolean isToxic, Optional<String> reason, List<String> propagatedFrom, boolean isEntangled) {
    /** Nothing speaks for toxicity. */
    public static final ToxicityReport CLEAN = new ToxicityReport(false, Optional.empty(), List.of(), false);

    public ToxicityReport {
        propagatedFrom = List.copyOf(propagatedFrom);
    }

    /** Toxic by itself. */
    public static ToxicityReport toxic(String reason) {
        return new ToxicityReport(true, Optional.of(reason), List.of(), false);
    }

    /** Not toxic, although it may look so. */
    public static ToxicityReport clean(String reason) {
        return new ToxicityReport(false, Optional.of(reason), List.of(), false);
    }

    /** True if a worker that ran it must not run another test. */
    public boolean spoilsWorker() {
        return isToxic && !isEntangled;
    }
}
