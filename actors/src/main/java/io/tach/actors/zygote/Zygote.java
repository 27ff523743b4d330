package io.tach.actors.zygote;

import io.tach.actors.peer.Link;
import io.tach.actors.trace.StateLog;
import io.tach.engine.run.EndPolicy;
import io.tach.engine.run.RestartPolicy;
import io.tach.engine.verdict.Death;
import io.tach.nativeio.wire.FromZygote;
import io.tach.nativeio.wire.ToZygote;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.BehaviorBuilder;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Owns the zygote process, one {@link ZygoteLife} after the other: one that dies is replaced as {@link RestartPolicy}
 * says.
 *
 * <pre>
 *   Booting --connected--> Serving --told to--> Leaving --ended--> Gone
 *    ^   |                    |                    ^                ^
 *    |   +------told to-------|--------------------+                |
 *    |   +------died----------+------not replaced-------------------+
 *    |                        | replaced                            |
 *    +-------backoff---- Restarting -----told to--------------------+
 * </pre>
 */
public final class Zygote {

    /** What its owner, its reader and its timers send. */
    public sealed interface Command {}

    /** Send a message; dropped if there is no zygote. */
    public record Send(ToZygote message) implements Command {}

    /** Send messages that may be too large for the socket's buffer, on a thread that may wait. */
    public record SendAll(List<ToZygote> messages) implements Command {}

    /** Requests without data. */
    public enum Request implements Command {
        /** Tell it to leave; kill it if it does not. */
        LEAVE,
        /** Kill it; do not start another. */
        KILL
    }

    /** A process was started or taken over. */
    record Launched(ZygoteSource.Handle handle) implements Command {}

    record Connected(Link<ToZygote> link) implements Command {}

    record Heard(int generation, List<FromZygote> messages) implements Command {}

    record HungUp(int generation, String violation) implements Command {}

    record Ended(int generation, Optional<Death> death) implements Command {}

    /** Times that passed. */
    enum Timer implements Command {
        COLLECT,
        RESTART,
        END_GRACE,
        LEAVE_GRACE
    }

    /** It gives the user's atexit functions ten seconds. */
    private static final Duration LEAVE_GRACE = Duration.ofSeconds(12);

    private static final String LEAVING = "leaving";

    private final ActorContext<Command> ctx;
    private final TimerScheduler<Command> timers;
    private final Executor blocking;
    private final ZygoteSource source;
    private final RestartPolicy restarts;
    private final Duration collectTimeout;
    private final ZygoteEvents events;

    private String state = "new";
    private int launches;
    private int deaths;
    private boolean everReady;

    /** The present zygote, or the last one. */
    private ZygoteLife life;

    private Zygote(
            ActorContext<Command> ctx,
            TimerScheduler<Command> timers,
            ZygoteSource source,
            RestartPolicy restarts,
            Duration collectTimeout,
            ZygoteEvents events,
            Executor blocking) {
        this.ctx = ctx;
        this.timers = timers;
        this.blocking = blocking;
        this.source = source;
        this.restarts = restarts;
        this.collectTimeout = collectTimeout;
        this.events = events;
    }

    /**
     * The actor of one run's zygotes; it starts the first at once, and stops after {@link ZygoteEvents#onGone}.
     *
     * @param collectTimeout longest time the zygote may import one file; zero for none
     * @param blocking runs each zygote's launch, which stays to read what it says
     */
    public static Behavior<Command> create(
            ZygoteSource source,
            RestartPolicy restarts,
            Duration collectTimeout,
            ZygoteEvents events,
            Executor blocking) {
        return Behaviors.setup(ctx -> Behaviors.withTimers(
                timers -> new Zygote(ctx, timers, source, restarts, collectTimeout, events, blocking).launch("first")));
    }

    // --- states

    private Behavior<Command> booting() {
        return common().onMessage(Launched.class, this::onLaunched)
                .onMessage(Connected.class, this::onConnected)
                .onMessage(Send.class, m -> Behaviors.same())
                .onMessage(SendAll.class, m -> Behaviors.same())
                .onMessage(Request.class, m -> killAndLeave())
                .build();
    }

    private Behavior<Command> serving() {
        return common().onMessage(Launched.class, this::onUnwanted)
                .onMessage(Connected.class, this::onUnwanted)
                .onMessage(Send.class, this::onSend)
                .onMessage(SendAll.class, this::onSendAll)
                .onMessage(Request.class, this::onRequest)
                .build();
    }

    private Behavior<Command> restarting() {
        return common().onMessage(Launched.class, this::onUnwanted)
                .onMessage(Connected.class, this::onUnwanted)
                .onMessage(Send.class, m -> Behaviors.same())
                .onMessage(SendAll.class, m -> Behaviors.same())
                .onMessage(Request.class, m -> gone("nothing to leave"))
                .build();
    }

    private Behavior<Command> leaving() {
        return common().onMessage(Launched.class, this::onUnwanted)
                .onMessage(Connected.class, this::onUnwanted)
                .onMessage(Send.class, m -> Behaviors.same())
                .onMessage(SendAll.class, m -> Behaviors.same())
                .onMessage(Request.class, this::onRequestWhenLeaving)
                .build();
    }

    private BehaviorBuilder<Command> common() {
        return Behaviors.receive(Command.class)
                .onMessage(Heard.class, this::onHeard)
                .onMessage(HungUp.class, this::onHungUp)
                .onMessage(Ended.class, this::onEnded)
                .onMessage(Timer.class, this::onTimer)
                .onSignal(PostStop.class, s -> release());
    }

    // --- start

    private Behavior<Command> launch(String reason) {
        launches++;
        life = new ZygoteLife(launches, timers, collectTimeout);
        blocking.execute(new ZygoteLaunch(source, launches, ctx.getSelf()));
        return become(booting(), "booting", reason);
    }

    private Behavior<Command> onLaunched(Launched m) {
        life.launched(m.handle());
        return Behaviors.same();
    }

    private Behavior<Command> onConnected(Connected m) {
        life.connected(m.link());
        return become(serving(), "serving", "connected");
    }

    /** One that was on its way when it was no longer wanted. */
    private Behavior<Command> onUnwanted(Launched m) {
        life.launched(m.handle());
        life.kill();
        return Behaviors.same();
    }

    private Behavior<Command> onUnwanted(Connected m) {
        m.link().close();
        return Behaviors.same();
    }

    // --- talk

    private Behavior<Command> onSend(Send m) {
        life.link().send(m.message());
        return Behaviors.same();
    }

    private Behavior<Command> onSendAll(SendAll m) {
        Link<ToZygote> to = life.link();
        blocking.execute(() -> m.messages().forEach(to::send));
        return Behaviors.same();
    }

    private Behavior<Command> onHeard(Heard m) {
        if (life.is(m.generation())) {
            life.heard(m.messages());
            events.onSaid(m.messages());
        }
        return Behaviors.same();
    }

    // --- end

    private Behavior<Command> onRequest(Request m) {
        if (m == Request.KILL) {
            return killAndLeave();
        }
        life.link().send(new ToZygote.Exit());
        return leave("told to leave");
    }

    private Behavior<Command> onRequestWhenLeaving(Request m) {
        if (m == Request.KILL) {
            life.kill();
        }
        return Behaviors.same();
    }

    private Behavior<Command> killAndLeave() {
        life.kill();
        return leave("killed");
    }

    private Behavior<Command> leave(String reason) {
        timers.startSingleTimer(Timer.LEAVE_GRACE, LEAVE_GRACE);
        return become(leaving(), LEAVING, reason);
    }

    private Behavior<Command> onHungUp(HungUp m) {
        return life.is(m.generation()) ? ending(life.hungUp(m.violation())) : Behaviors.same();
    }

    private Behavior<Command> onEnded(Ended m) {
        return life.is(m.generation()) ? ending(life.exited(m.death())) : Behaviors.same();
    }

    private Behavior<Command> onTimer(Timer timer) {
        return switch (timer) {
            case RESTART -> launch("restart");
            case END_GRACE -> ending(life.onEndGrace());
            case COLLECT -> {
                life.onImportTimer();
                yield Behaviors.same();
            }
            case LEAVE_GRACE -> {
                life.kill();
                yield Behaviors.same();
            }
        };
    }

    private Behavior<Command> ending(EndPolicy.Choice choice) {
        return switch (choice) {
            case SETTLED -> lost();
            case KILL -> {
                life.kill();
                yield Behaviors.same();
            }
            case WAIT -> {
                timers.startSingleTimer(Timer.END_GRACE, EndPolicy.GRACE);
                yield Behaviors.same();
            }
        };
    }

    private Behavior<Command> lost() {
        timers.cancelAll();
        if (state.equals(LEAVING) || life.hasRefused()) {
            release();
            return gone("left");
        }
        deaths++;
        everReady |= life.wasReady();
        RestartPolicy.Choice choice = restarts.afterDeath(deaths, everReady);
        ZygoteEvents.Loss loss = life.loss(choice.restart());
        release();
        events.onLost(loss);
        if (!choice.restart()) {
            return gone(choice.reason());
        }
        timers.startSingleTimer(Timer.RESTART, choice.delay());
        return become(restarting(), "restarting", choice.reason());
    }

    private Behavior<Command> gone(String reason) {
        timers.cancelAll();
        become(Behaviors.stopped(), "gone", reason);
        events.onGone();
        return Behaviors.stopped();
    }

    private Behavior<Command> release() {
        life.release();
        return Behaviors.same();
    }

    private Behavior<Command> become(Behavior<Command> next, String name, String reason) {
        StateLog.changed(ctx, "zygote", state, name, reason);
        state = name;
        return next;
    }
}
