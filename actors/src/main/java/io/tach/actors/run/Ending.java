package io.tach.actors.run;

import io.tach.actors.run.RunState.Phase;
import io.tach.actors.trace.StartupTrace;
import io.tach.actors.zygote.Zygote;
import io.tach.engine.event.RunEvent;
import io.tach.engine.run.ExitCodes;
import io.tach.engine.verdict.DeathFacts.Cause;
import io.tach.nativeio.wire.FromZygote;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Ends a run: when everything has its result, when somebody wants it to end, or when it cannot go on. Owned by the
 * supervisor's actor.
 */
final class Ending {
    private static final Duration SUMMARY_PATIENCE = Duration.ofSeconds(30);

    /** So long the zygote has to carry kills out: one that imports a file, or was stopped, does not hear of them. */
    private static final Duration KILL_PATIENCE = Duration.ofSeconds(10);

    private final RunState run;
    private final TimerScheduler<Supervisor.Command> timers;
    private final CompletableFuture<Integer> exitCode;
    private boolean zygoteGone;
    private int interrupts;

    Ending(RunState run, TimerScheduler<Supervisor.Command> timers, CompletableFuture<Integer> exitCode) {
        this.run = run;
        this.timers = timers;
        this.exitCode = exitCode;
    }

    /** There is nowhere to run. */
    void cannotStart(IOException e) {
        run.finale.broke("cannot start a run: " + e.getMessage());
        zygoteGone = true;
        close("no premises");
    }

    /** Ends it at once. */
    void cancel() {
        interrupts++;
        interrupt();
    }

    /** Nobody listens any more. A run whose last event is said has ended as it said, and need not wait for a listener. */
    void unheard() {
        if (run.phase() == Phase.CLOSING) {
            leaveIfDone();
        } else {
            cancel();
        }
    }

    /** The first interrupt gives everybody a grace; the second does not. */
    void interrupt() {
        interrupts++;
        run.finale.interrupted();
        if (run.phase() == Phase.BOOTING || run.phase() == Phase.SUMMARIZING || isCollectingAlone()) {
            killZygoteAndWorkers();
            close("interrupted");
            return;
        }
        stop(Stop.of("interrupt", ""));
        if (interrupts > 1) {
            killAll("interrupted");
        } else {
            run.crew.interruptAll();
            timers.startSingleTimer(Supervisor.Timer.GRACE, run.settings.interruptGrace());
        }
    }

    /** True while the zygote may be in the middle of an import and nobody else is at work: it would not hear us. */
    private boolean isCollectingAlone() {
        return run.phase() == Phase.COLLECTING && run.crew.fleet().isAtRest();
    }

    /** In the closing only the zygote can still be in the way. */
    void hurry() {
        run.premises.zygote(Zygote.Request.KILL);
    }

    /** Ends the run early. The first reason is the one that is told. */
    void stop(Stop why) {
        if (run.stop != null) {
            return;
        }
        run.stop = why;
        run.finale.stopped(why);
        if (why.isUrgent()) {
            timers.startSingleTimer(Supervisor.Timer.GRACE, run.settings.interruptGrace());
        }
        if (run.isAtWork()) {
            run.become(Phase.DRAINING, "stopped kind=" + why.kind());
            run.dispatcher.stop();
            run.crew.sendHome();
            drain();
        }
    }

    /** Nothing owed: everybody may leave. Everybody left: on to the summary. */
    void drain() {
        if (run.phase() == Phase.RUNNING && run.dispatcher.done()) {
            StartupTrace.mark("last result");
            run.become(Phase.DRAINING, "nothing is owed");
            run.crew.sendHome();
        }
        if (run.phase() == Phase.DRAINING && run.crew.fleet().isEmpty()) {
            summarize();
        }
    }

    private void summarize() {
        if (!run.zygoteUp) {
            close("nobody can write a summary");
            return;
        }
        StartupTrace.mark("everybody left");
        run.become(Phase.SUMMARIZING, "everybody left");
        run.premises.remember(run.past);
        timers.startSingleTimer(Supervisor.Timer.SUMMARY, SUMMARY_PATIENCE);
        run.premises.zygote(new Zygote.SendAll(run.finale.frames()));
    }

    /** A part of pytest's summary. */
    void summary(FromZygote.Summary m) {
        if (run.phase() == Phase.SUMMARIZING && run.finale.summary(m)) {
            StartupTrace.mark("summary");
            close("the summary is written");
        }
    }

    /** A time passed that still matters, or no longer does. */
    void timeUp(Supervisor.Timer timer) {
        switch (timer) {
            case PREDICTION -> {} // not an end
            case SUBREAPER -> run.premises.becomeSubreaper();
            case GRACE -> {
                if (run.phase() == Phase.DRAINING) {
                    killAll("took longer than the grace");
                }
            }
            case KILL -> {
                if (run.phase() == Phase.DRAINING) {
                    endWithoutZygote();
                }
            }
            case SUMMARY -> {
                if (run.phase() == Phase.SUMMARIZING) {
                    giveUpSummary();
                }
            }
        }
    }

    private void killAll(String why) {
        run.crew.killAll(Cause.DIED, why);
        timers.startSingleTimer(Supervisor.Timer.KILL, KILL_PATIENCE);
    }

    /** It does not do what it was told, so it is ended with all that it should have ended. */
    private void endWithoutZygote() {
        run.note("the zygote does not answer and was killed");
        run.zygoteUp = false;
        killZygoteAndWorkers();
    }

    private void killZygoteAndWorkers() {
        run.premises.zygote(Zygote.Request.KILL);
        run.premises.endOrphans(run.crew.fleet());
    }

    private void giveUpSummary() {
        run.note("pytest did not write its summary in time");
        run.premises.zygote(Zygote.Request.KILL);
        close("no summary in time");
    }

    /** Says the last event and sees the zygote off. */
    void close(String why) {
        run.become(Phase.CLOSING, why);
        run.premises.remember(run.past);
        if (!run.books.isolation().isEmpty()) {
            run.feed.emit(new RunEvent.IsolationMeasured(run.books.isolation()));
        }
        run.feed.emit(run.finale.finished());
        run.feed.finish();
        run.premises.zygote(Zygote.Request.LEAVE);
        if (zygoteGone) {
            vacate();
        }
    }

    void zygoteGone() {
        zygoteGone = true;
        if (run.phase() == Phase.CLOSING) {
            vacate();
        }
    }

    private void vacate() {
        run.premises.close(run.past.saved(), () -> {
            StartupTrace.mark("done");
            exitCode.complete(run.finale.exitCode());
        });
        leaveIfDone();
    }

    /** The actor may go when the zygote is gone and the last event is taken. */
    void leaveIfDone() {
        if (run.phase() == Phase.CLOSING && zygoteGone && run.feed.isClosed()) {
            run.become(Phase.DONE, "all is said and done");
        }
    }

    /** A handler threw: end what can be ended, so that no process stays. */
    void broke(RuntimeException e) {
        run.finale.broke("internal error: " + e);
        if (run.phase() == Phase.CLOSING || run.phase() == Phase.DONE) {
            exitCode.complete(ExitCodes.RUNTIME);
            run.feed.abandon();
            run.become(Phase.DONE, "broke while closing");
        } else {
            close("broke");
        }
    }

    /** The actor ends, in order or not. */
    void release() {
        if (!exitCode.isDone() && run.phase() != Phase.DONE) {
            run.premises.zygote(Zygote.Request.KILL);
            run.premises.close(run.past.saved(), () -> exitCode.complete(ExitCodes.RUNTIME));
        }
    }
}
