package io.tach.actors.worker;

import io.tach.actors.peer.Link;
import io.tach.actors.trace.StateLog;
import io.tach.engine.verdict.Death;
import io.tach.engine.verdict.DeathFacts.Cause;
import io.tach.engine.verdict.Output;
import io.tach.engine.verdict.Phase;
import io.tach.nativeio.posix.WaitStatus;
import io.tach.nativeio.wire.FromWorker;
import io.tach.nativeio.wire.FromWorker.Leaving;
import io.tach.nativeio.wire.FromWorker.NotRun;
import io.tach.nativeio.wire.FromWorker.Result;
import io.tach.nativeio.wire.FromWorker.Started;
import io.tach.nativeio.wire.NamedText;
import io.tach.nativeio.wire.ToWorker;
import io.tach.nativeio.wire.WireDescriptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.BehaviorBuilder;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Owns one worker process from lease to reap, and keeps the deadlines that the process itself may be unable to keep.
 *
 * <pre>
 *   Booting --Attach--> Idle <--nothing owed / work--> Running
 *      |                  \____________Leave____________/
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

    /** The longest a fact of a death waits for the other: a descendant may hold the socket open. */
    private static final Duration END_GRACE = Duration.ofSeconds(1);

    private static final Duration WATCH = Duration.ofSeconds(1);

    private final ActorContext<Command> ctx;
    private final TimerScheduler<Command> timers;
    private final int number;
    private final WorkerSettings settings;
    private final Signals signals;
    private final WorkerEvents events;
    private final Lease lease = new Lease();

    private Link<ToWorker> link;
    private WorkerFiles files;
    private String state = "booting";
    private Cause cause = Cause.DIED;
    private String detail = "";
    private Overdue overdue;
    private Death death;
    private List<String> leaked = List.of();
    private boolean hungUp;
    private boolean saidGoodbye;
    private Duration overrun = Duration.ZERO;
    private Activity watched = Activity.NONE;
    private long watchedSinceNs;

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
    }

    /** The actor of a worker that the zygote was told to fork. It stops after {@link WorkerEvents#onDied}. */
    public static Behavior<Command> create(int number, WorkerSettings settings, Signals signals, WorkerEvents events) {
        return Behaviors.setup(ctx -> Behaviors.withTimers(timers -> {
            timers.startSingleTimer(Timer.BOOT, settings.bootTimeout());
            return new Worker(ctx, timers, number, settings, signals, events).booting();
        }));
    }

    // --- states

    private Behavior<Command> booting() {
        return common().onMessage(Attach.class, this::onAttach)
                .onMessage(Assign.class, m -> Behaviors.same())
                .onMessage(CollectUnits.class, m -> Behaviors.same())
                .onMessage(Heard.class, m -> Behaviors.same())
                .onMessage(Request.class, this::onRequestWhenBooting)
                .onMessage(Timer.class, this::onTimerWhenBooting)
                .build();
    }

    private Behavior<Command> idle() {
        return serving().onMessage(Assign.class, this::onAssign).build();
    }

    private Behavior<Command> running() {
        return serving().onMessage(Assign.class, this::onAssign).build();
    }

    private Behavior<Command> draining() {
        return serving().onMessage(Assign.class, m -> Behaviors.same()).build();
    }

    /** Killed or ended; only what completes the picture still counts. */
    private Behavior<Command> dead() {
        return Behaviors.receive(Command.class)
                .onMessage(Attach.class, this::onLateAttach)
                .onMessage(Assign.class, m -> Behaviors.same())
                .onMessage(CollectUnits.class, m -> Behaviors.same())
                .onMessage(Request.class, m -> Behaviors.same())
                .onMessage(Kill.class, this::onKillAgain)
                .onMessage(Heard.class, this::onHeardWhenDead)
                .onMessage(HungUp.class, this::onHungUp)
                .onMessage(Exited.class, this::onExited)
                .onMessage(Timer.class, this::onTimerWhenDead)
                .onSignal(PostStop.class, s -> release())
                .build();
    }

    private BehaviorBuilder<Command> common() {
        return Behaviors.receive(Command.class)
                .onMessage(Kill.class, m -> kill(m.cause(), m.detail()))
                .onMessage(HungUp.class, this::onHungUp)
                .onMessage(Exited.class, this::onExited)
                .onSignal(PostStop.class, s -> release());
    }

    private BehaviorBuilder<Command> serving() {
        return common().onMessage(Attach.class, this::onLateAttach)
                .onMessage(CollectUnits.class, this::onCollect)
                .onMessage(Request.class, this::onRequest)
                .onMessage(Timer.class, this::onTimer)
                .onMessage(Heard.class, this::onHeard);
    }

    // --- requests

    private Behavior<Command> onAttach(Attach m) {
        link = m.link();
        files = m.files();
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
        m.tests().forEach(lease::assign);
        link.send(
                new ToWorker.RunTest(m.tests().stream().map(Assignment::payload).toList()));
        return busy("tests assigned");
    }

    private Behavior<Command> onCollect(CollectUnits m) {
        lease.collect(m.units().size());
        link.send(new ToWorker.Collect(m.units()));
        return busy("units assigned");
    }

    private Behavior<Command> onRequest(Request m) {
        return switch (m) {
            case DRAIN -> sendDrain();
            case HOLD_BACK -> holdBack();
            case LEAVE -> leave();
            case INTERRUPT -> interrupt();
        };
    }

    /** Nobody has asked the process for anything yet, so nothing is lost when it goes before it is there. */
    private Behavior<Command> onRequestWhenBooting(Request m) {
        return m == Request.LEAVE || m == Request.INTERRUPT ? kill(cause, "not needed any more") : Behaviors.same();
    }

    private Behavior<Command> sendDrain() {
        link.send(new ToWorker.Drain());
        return Behaviors.same();
    }

    private Behavior<Command> holdBack() {
        files.requestStop();
        return Behaviors.same();
    }

    private Behavior<Command> leave() {
        link.send(new ToWorker.Exit());
        if (lease.isEmpty()) {
            timers.startSingleTimer(Timer.LEAVE_GRACE, settings.leaveGrace());
        }
        return become(draining(), "draining", "told to leave");
    }

    private Behavior<Command> interrupt() {
        signals.send(number, Signals.SIGINT, true);
        return Behaviors.same();
    }

    private Behavior<Command> kill(Cause why, String how) {
        if (cause == Cause.DIED) {
            cause = why;
            detail = how;
        }
        signals.send(number, Signals.SIGKILL, true);
        return become(dead(), "dead", "killed cause=" + cause + " detail=" + detail);
    }

    private Behavior<Command> onKillAgain(Kill m) {
        if (death == null) {
            kill(m.cause(), m.detail());
        }
        return Behaviors.same();
    }

    // --- what the process says

    private Behavior<Command> onHeard(Heard m) {
        hear(m.messages());
        if (!lease.isEmpty()) {
            return Behaviors.same();
        }
        if (state.equals("draining")) {
            timers.startSingleTimer(Timer.LEAVE_GRACE, settings.leaveGrace());
            return Behaviors.same();
        }
        return state.equals("idle") ? Behaviors.same() : rest();
    }

    private Behavior<Command> onHeardWhenDead(Heard m) {
        hear(m.messages());
        return Behaviors.same();
    }

    /** Hands on what was said, but for tests whose own process died: those need what only this actor knows. */
    private void hear(List<FromWorker> messages) {
        List<FromWorker> plain = new ArrayList<>(messages.size());
        for (FromWorker message : messages) {
            if (message instanceof Result result && result.died().isPresent()) {
                say(plain);
                plain = new ArrayList<>();
                events.onTestDied(number, result, deathOfTest(result));
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
        if (message instanceof Started m) {
            lease.started(m.testId(), System.nanoTime());
            armDeadline();
        } else if (message instanceof Result m) {
            lease.ended(m);
            forgive(m.testId());
        } else if (message instanceof NotRun m) {
            m.tests().forEach(lease::handedBack);
        } else if (message instanceof io.tach.nativeio.wire.Collected) {
            lease.collected();
        } else if (message instanceof Leaving) {
            saidGoodbye = true;
        }
    }

    /** The test came back before it was told to go, or its own process is gone. */
    private void forgive(int testId) {
        if (overdue != null && overdue.testId == testId && !overdue.isFinal()) {
            overdue = null;
            timers.cancel(Timer.STACKS);
            timers.cancel(Timer.TERM_GRACE);
        }
    }

    // --- time

    private Behavior<Command> onTimer(Timer timer) {
        return switch (timer) {
            case DEADLINE -> onDeadline();
            case STACKS -> onStacks();
            case TERM_GRACE -> killOverdue();
            case LEAVE_GRACE -> onLeaveGrace();
            case BOOT, END_GRACE -> Behaviors.same(); // overtaken by what they waited for
            case WATCH -> onWatch();
        };
    }

    private Behavior<Command> onTimerWhenBooting(Timer timer) {
        return timer == Timer.BOOT
                ? kill(Cause.DIED, "did not connect within " + seconds(settings.bootTimeout()))
                : Behaviors.same();
    }

    private void armDeadline() {
        Duration limit = lease.limit();
        timers.cancel(Timer.DEADLINE);
        if (!limit.isZero()) {
            timers.startSingleTimer(Timer.DEADLINE, limit);
        }
    }

    private Behavior<Command> onDeadline() {
        long elapsedNs = lease.elapsedNs(System.nanoTime());
        Duration limit = lease.limit();
        if (overdue != null || limit.isZero() || elapsedNs < limit.toNanos()) {
            return Behaviors.same();
        }
        overdue = new Overdue(
                lease.running().getAsInt(), limit, elapsedNs, files.activity(), files.isStopped(), files.stacksBytes());
        if (overdue.stopped) {
            return killOverdue();
        }
        signalTest(WireDescriptor.SIGNAL_STACKS);
        timers.startTimerWithFixedDelay(Timer.STACKS, Overdue.LOOK_AGAIN);
        return Behaviors.same();
    }

    private Behavior<Command> onStacks() {
        if (overdue != null && overdue.stacksWritten(files.stacksBytes())) {
            timers.cancel(Timer.STACKS);
            overdue.terminate(signalTest(Signals.SIGTERM));
            timers.startSingleTimer(Timer.TERM_GRACE, settings.timeoutGrace());
        }
        return Behaviors.same();
    }

    /** The test did not heed SIGTERM. If even the end of its own process does not free the worker, the worker goes. */
    private Behavior<Command> killOverdue() {
        if (overdue == null) {
            return Behaviors.same();
        }
        boolean ownProcess = files.activity().forked() && !overdue.isKilled();
        overdue.kill(ownProcess);
        if (ownProcess) {
            link.send(new ToWorker.SignalTest(overdue.testId, Signals.SIGKILL));
            timers.startSingleTimer(Timer.TERM_GRACE, settings.timeoutGrace());
            return Behaviors.same();
        }
        return kill(deadlineCause(), "");
    }

    /** True if the signal went to a process that is the test's alone. */
    private boolean signalTest(int signal) {
        boolean ownProcess = files.activity().forked();
        if (ownProcess) {
            link.send(new ToWorker.SignalTest(overdue.testId, signal));
        } else {
            signals.send(number, signal, false);
        }
        return ownProcess;
    }

    private Cause deadlineCause() {
        return overdue.stopped ? Cause.STOPPED : Cause.DEADLINE;
    }

    private Behavior<Command> onLeaveGrace() {
        if (state.equals("draining") && !saidGoodbye) {
            events.onNote("worker gw" + number + " did not leave within " + seconds(settings.leaveGrace())
                    + " and was killed");
        }
        return kill(Cause.DIED, "");
    }

    /** Once a second: nothing but a look at a page and at some sizes. */
    private Behavior<Command> onWatch() {
        files.trim();
        Activity now = files.activity();
        if (!now.stillCollecting(watched)) {
            watched = now;
            watchedSinceNs = System.nanoTime();
            return Behaviors.same();
        }
        Duration limit = settings.collectTimeout();
        if (limit.isZero() || System.nanoTime() - watchedSinceNs < limit.toNanos()) {
            return Behaviors.same();
        }
        overrun = limit;
        return kill(Cause.DEADLINE, "");
    }

    // --- the end

    private Behavior<Command> onHungUp(HungUp m) {
        hungUp = true;
        if (m.violation().isPresent()) {
            kill(Cause.PROTOCOL, m.violation().get());
        }
        return ending("hung up");
    }

    private Behavior<Command> onExited(Exited m) {
        death = m.death();
        leaked = m.leaked();
        return ending("exited");
    }

    private Behavior<Command> ending(String reason) {
        boolean neverConnected = link == null;
        if (death != null && (hungUp || neverConnected)) {
            return bury();
        }
        timers.startSingleTimer(Timer.END_GRACE, END_GRACE);
        return become(dead(), "dead", reason);
    }

    private Behavior<Command> onTimerWhenDead(Timer timer) {
        if (timer == Timer.END_GRACE && death != null) {
            return bury();
        }
        if (timer == Timer.END_GRACE) {
            kill(Cause.CHANNEL_CLOSED, "");
        }
        return Behaviors.same();
    }

    private Behavior<Command> bury() {
        boolean late = overdue != null && overdue.isSignalled() && cause != Cause.ZYGOTE_DIED;
        Cause why = late ? deadlineCause() : cause;
        Output output = files == null ? Output.NONE : files.output();
        events.onDied(number, deathOf(death, why, leaked, late ? overdue.activity : activity(), output));
        become(Behaviors.stopped(), "buried", "exit and hang-up are known");
        return Behaviors.stopped();
    }

    private Activity activity() {
        return files == null ? Activity.NONE : files.activity();
    }

    /** The worker has read and cleared the capture of the dead process already, and sends it along. */
    private WorkerDeath deathOfTest(Result result) {
        boolean late = overdue != null && overdue.testId == result.testId();
        Death end = Deaths.of(new WaitStatus(result.died().getAsInt()));
        Output kept = files.output();
        Output output = new Output(captured(result, "stdout"), captured(result, "stderr"), kept.log(), kept.stacks());
        Activity atDeath =
                new Activity(Phase.ofCode(result.phase()), OptionalInt.of(result.testId()), OptionalInt.empty(), true);
        return deathOf(end, late ? deadlineCause() : Cause.DIED, result.leaked(), atDeath, output);
    }

    private static String captured(Result result, String stream) {
        return result.sections().stream()
                .filter(s -> s.name().contains(stream))
                .map(NamedText::text)
                .collect(Collectors.joining());
    }

    private WorkerDeath deathOf(Death end, Cause why, List<String> left, Activity atDeath, Output output) {
        return new WorkerDeath(
                end,
                why,
                detail,
                atDeath,
                overdue == null ? OptionalInt.empty() : OptionalInt.of(overdue.testId),
                overdue == null ? overrun : overdue.limit,
                overdue == null ? lease.elapsedNs(System.nanoTime()) : overdue.elapsedNs,
                output,
                left,
                saidGoodbye);
    }

    private Behavior<Command> release() {
        if (link != null) {
            link.close();
            files.close();
            link = null;
        }
        return Behaviors.same();
    }

    // --- state

    private Behavior<Command> busy(String reason) {
        if (state.equals("draining")) {
            return Behaviors.same();
        }
        if (state.equals("running")) {
            return Behaviors.same();
        }
        timers.startTimerWithFixedDelay(Timer.WATCH, WATCH);
        return become(running(), "running", reason);
    }

    private Behavior<Command> rest() {
        timers.cancel(Timer.WATCH);
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
