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
 * @param ground what the verdict stands on
 */
public record ToxicityReport(boolean isToxic, Optional<String> reason, List<String> propagatedFrom, Ground ground) {
    /** Nothing speaks for toxicity. */
    public static final ToxicityReport CLEAN = new ToxicityReport(false, Optional.empty(), List.of(), Ground.SOURCES);

    /** What a verdict stands on. */
    public enum Ground {
        /** The sources say that it does it itself. */
        SOURCES,
        /** The sources say that it is there before it starts, by an import or by a fixture that several tests share. */
        SURROUNDINGS,
        /** Earlier runs have shown it. */
        RUNS,
        /** The user says so. */
        USER
    }

    public ToxicityReport {
        propagatedFrom = List.copyOf(propagatedFrom);
    }

    /** Toxic by itself. */
    static ToxicityReport toxic(Ground ground, String reason) {
        return new ToxicityReport(true, Optional.of(reason), List.of(), ground);
    }

    /** Not toxic, although it may look so. */
    static ToxicityReport clean(Ground ground, String reason) {
        return new ToxicityReport(false, Optional.of(reason), List.of(), ground);
    }

    /** True if it is toxic by what is there before it starts: a process of its own is no cure. */
    public boolean isEntangled() {
        return isToxic && ground == Ground.SURROUNDINGS;
    }

    /** True if the process that ran it must not run another test. */
    public boolean spoilsWorker() {
        return isToxic && !isEntangled();
    }
}
