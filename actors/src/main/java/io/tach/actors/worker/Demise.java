package io.tach.actors.worker;

import io.tach.engine.run.EndPolicy;
import io.tach.engine.verdict.Death;
import io.tach.engine.verdict.DeathFacts.Cause;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Sees a worker's end through: has it killed, and gathers what becomes known of its end until that is settled. Facts come
 * in any order. Owned by the worker's actor, whose timer calls back.
 */
final class Demise {
    private final int worker;
    private final TimerScheduler<Worker.Command> timers;
    private final Signals signals;

    private boolean connected;
    private Cause cause = Cause.DIED;
    private String detail = "";
    private boolean saidGoodbye;
    private boolean hungUp;

    /** Null before it was reaped. */
    private Death death;

    private List<String> leaked = List.of();

    Demise(int worker, TimerScheduler<Worker.Command> timers, Signals signals) {
        this.worker = worker;
        this.timers = timers;
        this.signals = signals;
    }

    /** Its end is not settled from now on before it hangs up. */
    void connected() {
        connected = true;
    }

    /** Kills it and what it started. The first cause counts: what follows may be its consequence. */
    void kill(Cause why, String how) {
        if (cause == Cause.DIED) {
            cause = why;
            detail = how;
        }
        signals.send(worker, Signals.SIGKILL, true);
    }

    void saidGoodbye() {
        saidGoodbye = true;
    }

    boolean hasSaidGoodbye() {
        return saidGoodbye;
    }

    boolean hasExited() {
        return death != null;
    }

    /**
     * Its channel ended; one that broke the protocol is killed for it.
     *
     * @return true if its end is settled
     */
    boolean hungUp(Optional<String> violation) {
        hungUp = true;
        violation.ifPresent(how -> kill(Cause.PROTOCOL, how));
        return isSettled(onFact());
    }

    /**
     * It was reaped.
     *
     * @return true if its end is settled
     */
    boolean exited(Death how, List<String> leftBehind) {
        death = how;
        leaked = leftBehind;
        return isSettled(onFact());
    }

    private EndPolicy.Choice onFact() {
        return EndPolicy.onFact(hasExited(), hungUp || !connected);
    }

    /** The timer went off; true if its end is settled. */
    boolean onGrace() {
        return isSettled(EndPolicy.onGrace(hasExited()));
    }

    private boolean isSettled(EndPolicy.Choice choice) {
        switch (choice) {
            case WAIT -> timers.startSingleTimer(Worker.Timer.END_GRACE, EndPolicy.GRACE);
            case KILL -> kill(Cause.CHANNEL_CLOSED, "");
            case SETTLED -> {
                return true;
            }
        }
        return false;
    }

    /** All that is known; its end must be settled. */
    WorkerDeath concluded(Autopsy autopsy) {
        return autopsy.ofWorker(death, cause, detail, leaked, saidGoodbye);
    }

    /** For the log. */
    @Override
    public String toString() {
        return "cause=" + cause + " detail=" + detail;
    }
}
