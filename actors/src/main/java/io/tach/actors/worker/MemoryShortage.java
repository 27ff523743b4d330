package io.tach.actors.worker;

import io.tach.engine.verdict.Death;
import io.tach.engine.verdict.DeathFacts.Cause;

/**
 * Whether a SIGKILL came from the kernel, for want of memory. Nobody says so of a single process; but the kernel counts
 * whom it kills, so one that dies of SIGKILL when the count has just risen was killed for that. One thread.
 */
final class MemoryShortage {
    private static final String SIGKILL = "SIGKILL";

    private final WorkerFiles files;
    private long before;
    private long lately;

    MemoryShortage(WorkerFiles files) {
        this.files = files;
        this.lately = files.oomKills();
        this.before = lately;
    }

    /** Called about once a second: what is older than two of these is no recent kill. */
    void look() {
        before = lately;
        lately = files.oomKills();
    }

    /** The cause of a death that nobody else had a hand in. */
    Cause of(Death death) {
        boolean isKilled = death.kind() == Death.Kind.SIGNALED && death.signal().equals(SIGKILL);
        return isKilled && files.oomKills() > before ? Cause.OUT_OF_MEMORY : Cause.DIED;
    }
}
