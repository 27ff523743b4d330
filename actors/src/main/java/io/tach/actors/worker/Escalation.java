package io.tach.actors.worker;

import io.tach.actors.peer.Link;
import io.tach.nativeio.wire.ToWorker;
import io.tach.nativeio.wire.WireDescriptor;
import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Keeps the deadline of the running test, and ends one that is past it by degrees: it shows its stacks, it is asked to
 * end, it is killed; last the worker with it. Owned by the worker's actor, whose timers call back.
 */
final class Escalation {
    /** No timer runs for longer; it looks again then. */
    private static final Duration LONGEST = Duration.ofDays(100);

    private final int worker;
    private final Duration grace;
    private final Lease lease;
    private final TimerScheduler<Worker.Command> timers;
    private final Signals signals;
    private final Link<ToWorker> link;
    private final WorkerFiles files;

    private Overdue overdue;
    private boolean armed;
    private long armedUntilNs;

    Escalation(
            int worker,
            Duration grace,
            Lease lease,
            TimerScheduler<Worker.Command> timers,
            Signals signals,
            Link<ToWorker> link,
            WorkerFiles files) {
        this.worker = worker;
        this.grace = grace;
        this.lease = lease;
        this.timers = timers;
        this.signals = signals;
        this.link = link;
        this.files = files;
    }

    /** The test past its deadline, if there is one. */
    Optional<Overdue> overdue() {
        return Optional.ofNullable(overdue);
    }

    /**
     * A test began. Most tests end long before their deadline, so one timer serves many: it looks again when it goes off
     * too early, and is set anew only for an earlier deadline.
     */
    void started(long nowNs) {
        Duration limit = lease.limit();
        long untilNs = nowNs + limit.toNanos();
        if (!limit.isZero() && (!armed || untilNs < armedUntilNs)) {
            arm(limit, untilNs);
        }
    }

    /** The running test begins anew: whom it was told to end is gone, or has come to an end by itself. */
    void startedAgain(int testId, long nowNs) {
        ended(testId);
        started(nowNs);
    }

    private void arm(Duration delay, long untilNs) {
        armed = true;
        armedUntilNs = untilNs;
        timers.startSingleTimer(Worker.Timer.DEADLINE, delay.compareTo(LONGEST) < 0 ? delay : LONGEST);
    }

    /** A test came back: before it was told to go, or because its own process did. */
    void ended(int testId) {
        if (overdue != null && overdue.testId == testId && !overdue.isFinal()) {
            overdue = null;
            timers.cancel(Worker.Timer.STACKS);
            timers.cancel(Worker.Timer.TERM_GRACE);
        }
    }

    /** The deadline's timer went off; true if the worker has to be killed. */
    boolean onDeadline(long nowNs) {
        armed = false;
        Duration limit = lease.limit();
        if (limit.isZero() || overdue != null) {
            return false;
        }
        long leftNs = limit.toNanos() - lease.elapsedNs(nowNs);
        if (leftNs > 0) {
            arm(Duration.ofNanos(leftNs), nowNs + leftNs);
            return false;
        }
        return passed(limit, nowNs);
    }

    private boolean passed(Duration limit, long nowNs) {
        overdue = new Overdue(
                lease.running().getAsInt(),
                limit,
                lease.elapsedNs(nowNs),
                files.activity(),
                files.isStopped(),
                files.stacksBytes());
        if (overdue.stopped) {
            return onTermGrace();
        }
        signalTest(WireDescriptor.SIGNAL_STACKS);
        timers.startTimerWithFixedDelay(Worker.Timer.STACKS, Overdue.LOOK_AGAIN);
        return false;
    }

    /** Time to look whether the stacks are written. */
    void onStacks() {
        if (overdue != null && overdue.stacksWritten(files.stacksBytes())) {
            timers.cancel(Worker.Timer.STACKS);
            overdue.terminate(signalTest(Signals.SIGTERM));
            timers.startSingleTimer(Worker.Timer.TERM_GRACE, grace);
        }
    }

    /** The test did not heed what it was sent; true if the worker has to be killed. */
    boolean onTermGrace() {
        if (overdue == null) {
            return false;
        }
        boolean ownProcess = files.activity().forked() && !overdue.isKilled();
        overdue.kill(ownProcess);
        if (ownProcess) {
            link.send(new ToWorker.SignalTest(overdue.testId, Signals.SIGKILL));
            timers.startSingleTimer(Worker.Timer.TERM_GRACE, grace);
        }
        return !ownProcess;
    }

    /** True if the signal went to a process that is the test's alone. */
    private boolean signalTest(int signal) {
        boolean ownProcess = files.activity().forked();
        if (ownProcess) {
            link.send(new ToWorker.SignalTest(overdue.testId, signal));
        } else {
            signals.send(worker, signal, false);
        }
        return ownProcess;
    }
}
