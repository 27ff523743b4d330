package io.tach.actors.worker;

import io.tach.actors.peer.Link;
import io.tach.actors.trace.StateLog;
import io.tach.engine.verdict.Death;
import io.tach.engine.verdict.DeathFacts.Cause;
import io.tach.nativeio.wire.FromWorker;
import io.tach.nativeio.wire.FromWorker.Leaving;
import io.tach.nativeio.wire.FromWorker.Result;
import io.tach.nativeio.wire.ToWorker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.BehaviorBuilder;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Owns one worker process from lease to reap, and keeps the deadlines that the process itself may be unable to keep. The
 * states are here; what is known of the process while it is connected is {@link WorkerProcess}, of its end {@link Demise}.
 *
 * <pre>
 *   Booting --Attach--> Idle <--nothing owed / work--> Running
 *      |                  \____________LEAVE____________/
 *      |                                 v
 *      |                             Draining
 *      \______killed, exited, hung up____|________________> Dead (until exit and hang-up are both known)
 * </pre>
 */
public final class Worker {

    /** What its owner, its reader and its timers send. */
    public sealed interface Command {}

    /** The process connected. */
    public record Attach(Link<ToWorker> link, WorkerFiles files) implements Command {}

    /** Append tests to the queue. */
    public record Assign(List<Assignment> tests) implements Command {}

    /** Collect these units. */
    public record CollectUnits(List<Integer> units) implements Command {}

    /** Kill the process and what it started. */
    public record Kill(Cause cause, String detail) implements Command {}

    /** The process was reaped. */
    public record Exited(Death death, List<String> leaked) implements Command {}

    /** The process said something. */
    public record Heard(List<FromWorker> messages) implements Command {}

    /** The channel ended; the text says how the protocol was broken, if it was. */
    public record HungUp(Optional<String> violation) implements Command {}

    /** Requests without data. */
    public enum Request implements Command {
        /** The zygote has forked the process: it has to connect soon. */
        BORN,
        /** Nothing follows the queue. */
        DRAIN,
        /** Start no further test, hand the queue back. */
        HOLD_BACK,
        /** Leave when the queue is empty. */
        LEAVE,
        /** SIGINT to the process and what it started. */
        INTERRUPT
    }

    /** Times that passed. */
    enum Timer implements Command {
        BOOT,
        DEADLINE,
        STACKS,
        TERM_GRACE,
        LEAVE_GRACE,
        END_GRACE,
        WATCH
    }

    private final ActorContext<Command> ctx;
    private final TimerScheduler<Command> timers;
    private final int number;
    private final WorkerSettings settings;
    private final Signals signals;
    private final WorkerEvents events;
    private final Demise demise;

    private String state = "booting";

    /** Null before it is connected. */
    private WorkerProcess process;

    private Worker(
            ActorContext<Command> ctx,
            TimerScheduler<Command> timers,
            int number,
            WorkerSettings settings,
            Signals signals,
            WorkerEvents events) {
        this.ctx = ctx;
        this.timers = timers;
        this.number = number;
        this.settings = settings;
        this.signals = signals;
        this.events = events;
        this.demise = new Demise(number, timers, signals);
    }

    /** The actor of a worker that the zygote was told to fork. It stops after {@link WorkerEvents#onDied}. */
    public static Behavior<Command> create(int number, WorkerSettings settings, Signals signals, WorkerEvents events) {
        return Behaviors.setup(ctx ->
                Behaviors.withTimers(timers -> new Worker(ctx, timers, number, settings, signals, events).booting()));
    }

    // --- states

    private Behavior<Command> booting() {
        return common().onMessage(Attach.class, this::onAttach)
                .onMessage(Assign.class, m -> Behaviors.same())
                .onMessage(CollectUnits.class, m -> Behaviors.same())
                .onMessage(Heard.class, m -> Behaviors.same())
                .onMessage(Request.class, this::onRequestWhenBooting)
                .onMessage(Kill.class, m -> kill(m.cause(), m.detail()))
                .onMessage(Timer.class, this::onTimerWhenBooting)
                .build();
    }

    private Behavior<Command> idle() {
        return serving()
                .onMessage(Assign.class, this::onAssignWhenIdle)
                .onMessage(CollectUnits.class, this::onCollectWhenIdle)
                .onMessage(Heard.class, this::onHeard)
                .build();
    }

    private Behavior<Command> running() {
        return serving()
                .onMessage(Assign.class, this::onAssign)
                .onMessage(CollectUnits.class, this::onCollect)
                .onMessage(Heard.class, this::onHeardWhenRunning)
                .build();
    }

    /** Told to leave; it still works its queue off. */
    private Behavior<Command> draining() {
        return serving()
                .onMessage(Assign.class, m -> Behaviors.same())
                .onMessage(CollectUnits.class, this::onCollect)
                .onMessage(Heard.class, this::onHeardWhenDraining)
                .build();
    }

    /** Killed or ended; only what completes the picture still counts. */
    private Behavior<Command> dead() {
        return common().onMessage(Attach.class, this::onLateAttach)
                .onMessage(Assign.class, m -> Behaviors.same())
                .onMessage(CollectUnits.class, m -> Behaviors.same())
                .onMessage(Request.class, m -> Behaviors.same())
                .onMessage(Kill.class, this::onKillAgain)
                .onMessage(Heard.class, this::onHeard)
                .onMessage(Timer.class, this::onTimerWhenDead)
                .build();
    }

    private BehaviorBuilder<Command> serving() {
        return common().onMessage(Attach.class, this::onLateAttach)
                .onMessage(Request.class, this::onRequest)
                .onMessage(Kill.class, m -> kill(m.cause(), m.detail()))
                .onMessage(Timer.class, this::onTimer);
    }

    private BehaviorBuilder<Command> common() {
        return Behaviors.receive(Command.class)
                .onMessage(HungUp.class, this::onHungUp)
                .onMessage(Exited.class, this::onExited)
                .onSignal(PostStop.class, s -> release());
    }

    // --- requests

    private Behavior<Command> onAttach(Attach m) {
        process = new WorkerProcess(number, settings, timers, signals, m.link(), m.files());
        demise.connected();
        timers.cancel(Timer.BOOT);
        events.onUp(number);
        return become(idle(), "idle", "connected");
    }

    /** A second process with the same number, or one that shows up after its death was reported. */
    private Behavior<Command> onLateAttach(Attach m) {
        m.link().close();
        m.files().close();
        return Behaviors.same();
    }

    private Behavior<Command> onAssign(Assign m) {
        process.assign(m.tests());
        return Behaviors.same();
    }

    private Behavior<Command> onAssignWhenIdle(Assign m) {
        process.assign(m.tests());
        return work("tests assigned");
    }

    private Behavior<Command> onCollect(CollectUnits m) {
        process.collect(m.units());
        return Behaviors.same();
    }

    private Behavior<Command> onCollectWhenIdle(CollectUnits m) {
        process.collect(m.units());
        return work("units assigned");
    }

    private Behavior<Command> onRequest(Request m) {
        switch (m) {
            case BORN -> {} // it was here before the zygote could say so
            case DRAIN -> process.drain();
            case HOLD_BACK -> process.holdBack();
            case INTERRUPT -> signals.send(number, Signals.SIGINT, true);
            case LEAVE -> {
                return leave();
            }
        }
        return Behaviors.same();
    }

    /**
     * Nobody has asked the process for anything yet, so nothing is lost when it goes before it is there. How long it takes
     * to be born is not its fault: a zygote that imports a file forks nobody before that is done.
     */
    private Behavior<Command> onRequestWhenBooting(Request m) {
        if (m == Request.BORN) {
            timers.startSingleTimer(Timer.BOOT, settings.bootTimeout());
        }
        return m == Request.LEAVE || m == Request.INTERRUPT
                ? kill(Cause.DIED, "not needed any more")
                : Behaviors.same();
    }

    private Behavior<Command> leave() {
        process.leave();
        expectLeave();
        return become(draining(), "draining", "told to leave");
    }

    /** Time runs from when it owes nothing. */
    private void expectLeave() {
        if (process.owesNothing()) {
            timers.startSingleTimer(Timer.LEAVE_GRACE, settings.leaveGrace());
        }
    }

    private Behavior<Command> onKillAgain(Kill m) {
        if (!demise.hasExited()) {
            demise.kill(m.cause(), m.detail());
        }
        return Behaviors.same();
    }

    private Behavior<Command> kill(Cause why, String how) {
        demise.kill(why, how);
        return become(dead(), "dead", "killed " + demise);
    }

    // --- what the process says

    private Behavior<Command> onHeard(Heard m) {
        hear(m.messages());
        return Behaviors.same();
    }

    private Behavior<Command> onHeardWhenRunning(Heard m) {
        hear(m.messages());
        return process.owesNothing() ? rest() : Behaviors.same();
    }

    private Behavior<Command> onHeardWhenDraining(Heard m) {
        hear(m.messages());
        expectLeave();
        return Behaviors.same();
    }

    /** Hands on what was said, but for tests whose own process died: those need what only this actor knows. */
    private void hear(List<FromWorker> messages) {
        List<FromWorker> plain = new ArrayList<>(messages.size());
        for (FromWorker message : messages) {
            if (message instanceof Result result && result.died().isPresent()) {
                say(plain);
                plain = new ArrayList<>();
                events.onTestDied(number, result, autopsy().ofTest(result));
            } else {
                plain.add(message);
            }
            note(message);
        }
        say(plain);
    }

    private void say(List<FromWorker> messages) {
        if (!messages.isEmpty()) {
            events.onSaid(number, messages);
        }
    }

    private void note(FromWorker message) {
        if (message instanceof Leaving) {
            demise.saidGoodbye();
        } else if (process != null) {
            process.note(message);
        }
    }

    // --- time

    private Behavior<Command> onTimer(Timer timer) {
        if (timer == Timer.LEAVE_GRACE) {
            return onLeaveGrace();
        }
        return process.isTooLate(timer) ? kill(Cause.DEADLINE, "") : Behaviors.same();
    }

    private Behavior<Command> onTimerWhenBooting(Timer timer) {
        return timer == Timer.BOOT
                ? kill(Cause.DIED, "did not connect within " + seconds(settings.bootTimeout()))
                : Behaviors.same();
    }

    private Behavior<Command> onLeaveGrace() {
        if (!demise.hasSaidGoodbye()) {
            events.onNote("worker gw" + number + " did not leave within " + seconds(settings.leaveGrace())
                    + " and was killed");
        }
        return kill(Cause.DIED, "");
    }

    // --- the end

    private Behavior<Command> onHungUp(HungUp m) {
        return ending(demise.hungUp(m.violation()), "hung up");
    }

    private Behavior<Command> onExited(Exited m) {
        return ending(demise.exited(m.death(), m.leaked()), "exited");
    }

    private Behavior<Command> ending(boolean settled, String reason) {
        return settled ? bury() : become(dead(), "dead", reason + " " + demise);
    }

    private Behavior<Command> onTimerWhenDead(Timer timer) {
        boolean settled = timer == Timer.END_GRACE && demise.onGrace();
        return settled ? bury() : Behaviors.same();
    }

    private Behavior<Command> bury() {
        events.onDied(number, demise.concluded(autopsy()));
        become(Behaviors.stopped(), "buried", "its end is settled");
        return Behaviors.stopped();
    }

    private Autopsy autopsy() {
        return process == null ? Autopsy.ofStranger() : process.autopsy();
    }

    private Behavior<Command> release() {
        if (process != null) {
            process.close();
        }
        return Behaviors.same();
    }

    // --- state

    private Behavior<Command> work(String reason) {
        process.watch();
        return become(running(), "running", reason);
    }

    private Behavior<Command> rest() {
        process.stopWatching();
        return become(idle(), "idle", "nothing owed");
    }

    private Behavior<Command> become(Behavior<Command> next, String name, String reason) {
        StateLog.changed(ctx, "worker=gw" + number, state, name, reason);
        state = name;
        return next;
    }

    private static String seconds(Duration d) {
        return d.toMillis() / 1000.0 + " s";
    }
}
