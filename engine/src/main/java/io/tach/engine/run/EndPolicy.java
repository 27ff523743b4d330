package io.tach.engine.run;

import java.time.Duration;

/**
 * When the end of a process is settled. Two facts make it: that the process ended, and that its channel did, so that its
 * last words count. They come in any order, and one may stay away: a descendant can hold the channel open, and a process
 * can hang up and live on.
 */
public final class EndPolicy {
    /** The longest one fact waits for the other. */
    public static final Duration GRACE = Duration.ofSeconds(1);

    private EndPolicy() {}

    /** What to do with what is known. */
    public enum Choice {
        /** Nothing more is to be known. */
        SETTLED,
        /** The other fact may come within {@link #GRACE}. */
        WAIT,
        /** It hung up and lives on: it has to be killed, and its end awaited. */
        KILL
    }

    /**
     * A fact came.
     *
     * @param exited whether the process ended
     * @param silent whether it hung up, or never had a channel
     */
    public static Choice onFact(boolean exited, boolean silent) {
        return exited && silent ? Choice.SETTLED : Choice.WAIT;
    }

    /**
     * The other fact did not come within {@link #GRACE}.
     *
     * @param exited whether the process ended
     */
    public static Choice onGrace(boolean exited) {
        return exited ? Choice.SETTLED : Choice.KILL;
    }
}
