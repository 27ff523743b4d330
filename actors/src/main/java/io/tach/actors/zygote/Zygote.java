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
 * Owns the zygote process. A zygote that dies is replaced as {@link RestartPolicy} says.
 *
 * <pre>
 *   Booting --connected--> Serving --Leave--> Leaving --ended--> Gone
 *      ^          \___________|                   ^
 *      |                      v died              |
 *      +----restart----- Restarting --Leave-------+
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

    private final ActorContext<Command> ctx;
    private final TimerScheduler<Command> timers;
    private final Executor blocking;
    private final ZygoteSource source;
    private final RestartPolicy restarts;
    private final Duration collectTimeout;
    private final ZygoteEvents events;

    private String state = "new";
    private int generation;
    private int deaths;
    private boolean everReady;
    private String collecting = "";
    private String violation = "";
    private ZygoteSource.Handle handle;
    private Link<ToZygote> link;
    private Optional<Death> death = Optional.empty();
    private Duration overrun = Duration.ZERO;
    private boolean ended;
    private boolean hungUp;
    private boolean heard;
    private boolean saidNo;

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
        generation++;
        ended = false;
        hungUp = false;
        death = Optional.empty();
        collecting = "";
        heard = false;
        violation = "";
        overrun = Duration.ZERO;
        blocking.execute(new ZygoteLaunch(source, generation, ctx.getSelf()));
        return become(booting(), "booting", reason);
    }

    private Behavior<Command> onLaunched(Launched m) {
        handle = m.handle();
        return Behaviors.same();
    }

    /** It lets us in between two imports; one that does not end is seen as well. */
    private Behavior<Command> onConnected(Connected m) {
        link = m.link();
        armCollect();
        return become(serving(), "serving", "connected");
    }

    /** One that was on its way when it was no longer wanted. */
    private Behavior<Command> onUnwanted(Launched m) {
        handle = m.handle();
        handle.kill();
        return Behaviors.same();
    }

    private Behavior<Command> onUnwanted(Connected m) {
        m.link().close();
        return Behaviors.same();
    }

    // --- talk

    private Behavior<Command> onSend(Send m) {
        link.send(m.message());
        return Behaviors.same();
    }

    private Behavior<Command> onSendAll(SendAll m) {
        Link<ToZygote> to = link;
        blocking.execute(() -> m.messages().forEach(to::send));
        return Behaviors.same();
    }

    private Behavior<Command> onHeard(Heard m) {
        if (m.generation() == generation) {
            heard = true;
            timers.cancel(Timer.COLLECT);
            m.messages().forEach(this::note);
            events.onSaid(m.messages());
        }
        return Behaviors.same();
    }

    /** Keeps what is needed to say what a zygote died of, and when it takes too long. */
    private void note(FromZygote message) {
        if (message instanceof FromZygote.Ready) {
            everReady = true;
        }
        if (message instanceof FromZygote.BootFailed) {
            saidNo = true;
        }
        if (message instanceof FromZygote.Collecting m) {
            collecting = m.path();
            armCollect();
        } else if (message instanceof io.tach.nativeio.wire.Collected || message instanceof FromZygote.Units) {
            collecting = "";
            timers.cancel(Timer.COLLECT);
        }
    }

    private void armCollect() {
        timers.cancel(Timer.COLLECT);
        boolean importing = !heard || !collecting.isEmpty();
        if (importing && !collectTimeout.isZero()) {
            timers.startSingleTimer(Timer.COLLECT, collectTimeout);
        }
    }

    // --- end

    private Behavior<Command> onRequest(Request m) {
        if (m == Request.KILL) {
            return killAndLeave();
        }
        link.send(new ToZygote.Exit());
        timers.startSingleTimer(Timer.LEAVE_GRACE, LEAVE_GRACE);
        return become(leaving(), "leaving", "told to leave");
    }

    private Behavior<Command> onRequestWhenLeaving(Request m) {
        if (m == Request.KILL) {
            killHandle();
        }
        return Behaviors.same();
    }

    private Behavior<Command> killAndLeave() {
        killHandle();
        timers.startSingleTimer(Timer.LEAVE_GRACE, LEAVE_GRACE);
        return become(leaving(), "leaving", "killed");
    }

    /** What it is importing, by its own word or by the file it leaves before anybody hears it. */
    private String importing() {
        return heard || handle == null ? collecting : handle.importing();
    }

    private void killHandle() {
        if (handle != null) {
            handle.kill();
        }
    }

    private Behavior<Command> onHungUp(HungUp m) {
        if (m.generation() != generation) {
            return Behaviors.same();
        }
        hungUp = true;
        violation = violation.isEmpty() ? m.violation() : violation;
        if (!violation.isEmpty()) {
            killHandle();
        }
        return ending();
    }

    private Behavior<Command> onEnded(Ended m) {
        if (m.generation() != generation) {
            return Behaviors.same();
        }
        ended = true;
        death = m.death();
        return ending();
    }

    private Behavior<Command> ending() {
        boolean neverStarted = handle == null;
        return end(EndPolicy.onFact(ended || neverStarted, hungUp));
    }

    private Behavior<Command> end(EndPolicy.Choice choice) {
        switch (choice) {
            case SETTLED -> {
                return lost();
            }
            case KILL -> killHandle();
            case WAIT -> timers.startSingleTimer(Timer.END_GRACE, EndPolicy.GRACE);
        }
        return Behaviors.same();
    }

    private Behavior<Command> onTimer(Timer timer) {
        switch (timer) {
            case COLLECT -> onCollectTimeout();
            case LEAVE_GRACE -> killHandle();
            case RESTART -> {
                return launch("restart");
            }
            case END_GRACE -> {
                return end(EndPolicy.onGrace(ended));
            }
        }
        return Behaviors.same();
    }

    private void onCollectTimeout() {
        if (importing().isEmpty()) {
            armCollect(); // it loads plugins, which have no limit
            return;
        }
        overrun = collectTimeout;
        violation = "import took longer than " + collectTimeout.toMillis() / 1000.0 + " s";
        killHandle();
    }

    private Behavior<Command> lost() {
        timers.cancelAll();
        String culprit = importing();
        release();
        if (state.equals("leaving") || saidNo) {
            return gone("left");
        }
        deaths++;
        Death how = death.orElse(Death.unknown());
        RestartPolicy.Choice choice = restarts.afterDeath(deaths, everReady);
        events.onLost(new ZygoteEvents.Loss(
                violation.isEmpty() ? how.inWords() : violation, culprit, how, overrun, choice.restart()));
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
        if (link != null) {
            link.close();
            link = null;
        }
        if (handle != null) {
            handle.release();
            handle = null;
        }
        return Behaviors.same();
    }

    private Behavior<Command> become(Behavior<Command> next, String name, String reason) {
        StateLog.changed(ctx, "zygote", state, name, reason);
        state = name;
        return next;
    }
}
