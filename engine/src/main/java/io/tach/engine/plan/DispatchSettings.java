package io.tach.engine.plan;

/**
 * What the dispatcher may do.
 *
 * @param workers how many workers the run would like, at least 1
 * @param maySplit whether the tests of one file may run on several workers
 * @param stealMarginNs least time that moving work to an idle worker has to save, in nanoseconds
 */
public record DispatchSettings(int workers, boolean maySplit, long stealMarginNs) {

    /** Below this, what a move saves is lost in its messages and in fixtures that are set up twice. */
    private static final long DEFAULT_STEAL_MARGIN_NS = 20_000_000;

    public DispatchSettings {
        if (workers < 1) {
            throw new IllegalArgumentException("a run needs a worker: workers=" + workers);
        }
    }

    /** The usual settings for that many workers. */
    public static DispatchSettings of(int workers, boolean maySplit) {
        return new DispatchSettings(workers, maySplit, DEFAULT_STEAL_MARGIN_NS);
    }

    /** One worker: everything in session order, nothing ever moves. */
    public static DispatchSettings serial() {
        return of(1, false);
    }
}
