package io.tach.actors.worker;

import io.tach.engine.run.EndPolicy;
import io.tach.engine.verdict.Death;
import io.tach.engine.verdict.DeathFacts.Cause;
import java.util.List;

/** What is known of a worker's end as yet; it may come in any order. One thread. */
final class Demise {
    private Cause cause = Cause.DIED;
    private String detail = "";
    private Death death;
    private List<String> leaked = List.of();
    private boolean hungUp;
    private boolean saidGoodbye;

    /** The supervisor kills it. The first cause counts: what follows may be its consequence. */
    void blame(Cause why, String how) {
        if (cause == Cause.DIED) {
            cause = why;
            detail = how;
        }
    }

    /** It was reaped. */
    void exited(Death how, List<String> leftBehind) {
        death = how;
        leaked = leftBehind;
    }

    boolean hasExited() {
        return death != null;
    }

    void hungUp() {
        hungUp = true;
    }

    void saidGoodbye() {
        saidGoodbye = true;
    }

    boolean hasSaidGoodbye() {
        return saidGoodbye;
    }

    /** @param everConnected whether there is a channel that has to end as well */
    EndPolicy.Choice onFact(boolean everConnected) {
        return EndPolicy.onFact(hasExited(), hungUp || !everConnected);
    }

    EndPolicy.Choice onGrace() {
        return EndPolicy.onGrace(hasExited());
    }

    /** The whole of it; it must have exited. */
    WorkerDeath concluded(Autopsy autopsy) {
        return autopsy.ofWorker(death, cause, detail, leaked, saidGoodbye);
    }

    /** For the log. */
    @Override
    public String toString() {
        return "cause=" + cause + " detail=" + detail;
    }
}
