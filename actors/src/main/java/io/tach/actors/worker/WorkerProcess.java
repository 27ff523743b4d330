package io.tach.actors.worker;

import io.tach.actors.peer.Link;
import io.tach.nativeio.wire.Collected;
import io.tach.nativeio.wire.FromWorker;
import io.tach.nativeio.wire.FromWorker.Again;
import io.tach.nativeio.wire.FromWorker.NotRun;
import io.tach.nativeio.wire.FromWorker.Result;
import io.tach.nativeio.wire.FromWorker.Started;
import io.tach.nativeio.wire.ToWorker;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * A worker's process from the moment it is connected: what it was given and what it is at, and whether it is too long at
 * it. Owned by the worker's actor, whose timers call back.
 */
final class WorkerProcess implements AutoCloseable {
    /** How often it is looked at while it owes something. */
    private static final Duration BEAT = Duration.ofSeconds(1);

    private final TimerScheduler<Worker.Command> timers;
    private final Link<ToWorker> link;
    private final WorkerFiles files;
    private final Lease lease = new Lease();
    private final AwakeClock clock = new AwakeClock(System::nanoTime, BEAT);
    private final Escalation escalation;
    private final ImportWatch imports;
    private final MemoryShortage shortage;

    WorkerProcess(
            int worker,
            WorkerSettings settings,
            TimerScheduler<Worker.Command> timers,
            Signals signals,
            Link<ToWorker> link,
            WorkerFiles files) {
        this.timers = timers;
        this.link = link;
        this.files = files;
        this.escalation = new Escalation(worker, settings.timeoutGrace(), lease, timers, signals, link, files);
        this.imports = new ImportWatch(settings.collectTimeout());
        this.shortage = new MemoryShortage(files);
    }

    // --- what it is asked

    void assign(List<Assignment> tests) {
        tests.forEach(lease::assign);
        link.send(new ToWorker.RunTest(tests.stream().map(Assignment::payload).toList()));
    }

    void collect(List<Integer> units) {
        lease.collect(units.size());
        link.send(new ToWorker.Collect(units));
    }

    void drain() {
        link.send(new ToWorker.Drain());
    }

    void holdBack() {
        files.requestStop();
    }

    void leave() {
        link.send(new ToWorker.Exit());
    }

    // --- what it says

    void note(FromWorker message) {
        if (message instanceof Started m) {
            long nowNs = clock.nowNs();
            lease.started(m.testId(), nowNs);
            escalation.started(nowNs);
        } else if (message instanceof Again m) {
            long nowNs = clock.nowNs();
            lease.startedAgain(m.testId(), nowNs);
            escalation.startedAgain(m.testId(), nowNs);
        } else if (message instanceof Result m) {
            lease.ended(m);
            escalation.ended(m.testId());
        } else if (message instanceof NotRun m) {
            m.tests().forEach(lease::handedBack);
        } else if (message instanceof Collected) {
            lease.collected();
        }
    }

    /** True if everything it was given has come back. */
    boolean owesNothing() {
        return lease.isEmpty();
    }

    // --- time

    void watch() {
        timers.startTimerWithFixedDelay(Worker.Timer.WATCH, BEAT);
    }

    void stopWatching() {
        timers.cancel(Worker.Timer.WATCH);
    }

    /** A timer went off; true if the worker has to be killed. */
    boolean isTooLate(Worker.Timer timer) {
        return switch (timer) {
            case DEADLINE -> escalation.onDeadline(clock.nowNs());
            case TERM_GRACE -> escalation.onTermGrace();
            case STACKS -> {
                escalation.onStacks();
                yield false;
            }
            case WATCH -> onWatch();
            case BOOT, LEAVE_GRACE, END_GRACE -> false; // of the actor's states
        };
    }

    /** Once a second: nothing but a look at a page, at some sizes and, without fail, at the clock. */
    private boolean onWatch() {
        long nowNs = clock.nowNs();
        files.trim();
        shortage.look();
        return imports.isTooLong(files.activity(), nowNs);
    }

    // --- the end

    /** What its end, or that of a test's own process, is concluded from. */
    Autopsy autopsy() {
        return new Autopsy(
                lease,
                Optional.of(files),
                Optional.of(shortage),
                escalation.overdue(),
                imports.overrun(),
                clock.nowNs());
    }

    @Override
    public void close() {
        link.close();
        files.close();
    }
}
