package io.tach.actors.run;

import java.util.function.Function;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.BehaviorInterceptor;
import org.apache.pekko.actor.typed.TypedActorContext;

/**
 * Turns an exception in a handler into an orderly end: processes would be left behind if the actor just stopped. Does
 * what has to be done after every message.
 */
final class CrashGuard<C> extends BehaviorInterceptor<C, C> {
    private final Function<RuntimeException, Behavior<C>> onCrash;
    private final Runnable afterEach;

    CrashGuard(Class<C> commands, Function<RuntimeException, Behavior<C>> onCrash, Runnable afterEach) {
        super(commands);
        this.onCrash = onCrash;
        this.afterEach = afterEach;
    }

    @Override
    public Behavior<C> aroundReceive(TypedActorContext<C> ctx, C message, ReceiveTarget<C> target) {
        Behavior<C> next;
        try {
            next = target.apply(ctx, message);
        } catch (RuntimeException e) {
            next = onCrash.apply(e);
        }
        afterEach.run();
        return next;
    }
}
