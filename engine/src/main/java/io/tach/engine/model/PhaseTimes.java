package io.tach.engine.model;

/** How long the three phases of a test took, in nanoseconds; 0 for one that did not run. */
public record PhaseTimes(long setupNs, long callNs, long teardownNs) {
    public static final PhaseTimes NONE = new PhaseTimes(0, 0, 0);
}
