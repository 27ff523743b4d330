package io.tach.actors.trace;

import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * Logs the transitions of state machines. Off unless the environment has {@code TACH_LOG}: the first use of the logging
 * system costs more than the start of all actors.
 */
public final class StateLog {
    private static final boolean ENABLED =
            !System.getenv().getOrDefault("TACH_LOG", "").isEmpty();

    private StateLog() {}

    /** Logs {@code <who> <old> -> <next> reason=<reason>} at debug. */
    public static void changed(ActorContext<?> ctx, String who, String old, String next, String reason) {
        if (ENABLED) {
            ctx.getLog().debug("{} {} -> {} reason={}", who, old, next, reason);
        }
    }
}
