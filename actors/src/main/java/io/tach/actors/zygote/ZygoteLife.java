package io.tach.actors.zygote;

import io.tach.actors.peer.Link;
import io.tach.engine.run.EndPolicy;
import io.tach.engine.verdict.Death;
import io.tach.nativeio.wire.FromZygote;
import io.tach.nativeio.wire.ToZygote;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * One zygote from its launch to its end: its process, its channel, and what is concluded from how it ends. Owned by the
 * zygote's actor.
 */
final class ZygoteLife {
    private final int generation;
    private final ImportDeadline imports;

    /** Null before the process is there, and after {@link #release}. */
    private ZygoteSource.Handle handle;

    /** Null before it is connected, and after {@link #release}. */
    private Link<ToZygote> link;

    private boolean ready;
    private boolean refused;
    private boolean exited;
    private boolean hungUp;
    private boolean over;
    private Death death = Death.unknown();
    private String violation = "";
    private Duration overrun = Duration.ZERO;

    /**
     * A life that begins with a launch.
     *
     * @param generation which launch of the run
     * @param importLimit longest time for one file; zero for none
     */
    ZygoteLife(int generation, TimerScheduler<Zygote.Command> timers, Duration importLimit) {
        this.generation = generation;
        this.imports = new ImportDeadline(timers, importLimit, () -> handle == null ? "" : handle.importing());
    }

    /** True if that generation's facts are its own and still count: once it is released its end is settled. */
    boolean is(int other) {
        return generation == other && !over;
    }

    // --- what it has

    void launched(ZygoteSource.Handle process) {
        handle = process;
    }

    void connected(Link<ToZygote> channel) {
        link = channel;
        imports.connected();
    }

    /** Must be connected. */
    Link<ToZygote> link() {
        return link;
    }

    void kill() {
        if (handle != null) {
            handle.kill();
        }
    }

    void release() {
        over = true;
        if (link != null) {
            link.close();
            link = null;
        }
        if (handle != null) {
            handle.release();
            handle = null;
        }
    }

    // --- what it says

    void heard(List<FromZygote> messages) {
        imports.heard(messages);
        ready |= messages.stream().anyMatch(FromZygote.Ready.class::isInstance);
        refused |= messages.stream().anyMatch(FromZygote.BootFailed.class::isInstance);
    }

    /** True if pytest was configured. */
    boolean wasReady() {
        return ready;
    }

    /** True if pytest said that it will not run: then it ends because of that. */
    boolean hasRefused() {
        return refused;
    }

    void onImportTimer() {
        if (imports.hasPassed()) {
            overrun = imports.limit();
            violation = "import took longer than " + overrun.toMillis() / 1000.0 + " s";
            kill();
        }
    }

    // --- its end

    EndPolicy.Choice hungUp(String howItBrokeTheProtocol) {
        hungUp = true;
        violation = violation.isEmpty() ? howItBrokeTheProtocol : violation;
        if (!violation.isEmpty()) {
            kill();
        }
        return onFact();
    }

    EndPolicy.Choice exited(Optional<Death> how) {
        exited = true;
        death = how.orElse(Death.unknown());
        return onFact();
    }

    private EndPolicy.Choice onFact() {
        boolean neverStarted = handle == null;
        return EndPolicy.onFact(exited || neverStarted, hungUp);
    }

    EndPolicy.Choice onEndGrace() {
        return EndPolicy.onGrace(exited);
    }

    /** What is to be told of its end; must not be released yet. */
    ZygoteEvents.Loss loss(boolean restarting) {
        String reason = violation.isEmpty() ? death.inWords() : violation;
        return new ZygoteEvents.Loss(reason, imports.path(), death, overrun, restarting);
    }
}
