package io.tach.engine.plan;

/**
 * What the dispatcher may do.
 *
 * @param workers how many workers the run would like, at least 1
 * @param maySplit whether the tests of one file may run on several workers
 * @param maySort whether files may begin in another order than that of the session
 * @param forward whether a worker is given nothing that comes in the session before what it was sent: what its later tests
 *     leave behind would harm earlier ones
 * @param stealMarginNs least time that moving work to an idle worker has to save, in nanoseconds
 */
public record DispatchSettings(int workers, boolean maySplit, boolean maySort, boolean forward, long stealMarginNs) {

    /** Below this, what a move saves is lost in its messages and in fixtures that are set up twice. */
    private static final long DEFAULT_STEAL_MARGIN_NS = 20_000_000;

    public DispatchSettings {
        if (workers < 1) {
            throw new IllegalArgumentException("a run needs a worker: workers=" + workers);
        }
    }

    /** The usual settings for that many workers. */
    public static DispatchSettings of(int workers, boolean maySplit) {
        return new DispatchSettings(workers, maySplit, workers > 1, false, DEFAULT_STEAL_MARGIN_NS);
    }

    /** The same, but files begin in the order of the session, as far as several workers have one. */
    public DispatchSettings inSessionOrder() {
        return new DispatchSettings(workers, maySplit, false, forward, stealMarginNs);
    }

    /** The same, but every single worker keeps the order of the session, and if it has to wait for that. */
    public DispatchSettings onlyForward() {
        return new DispatchSettings(workers, maySplit, false, true, stealMarginNs);
    }

    /** One worker: everything in session order, nothing ever moves. */
    public static DispatchSettings serial() {
        return of(1, false);
    }
}
