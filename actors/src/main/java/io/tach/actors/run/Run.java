package io.tach.actors.run;

import io.tach.actors.stream.EventFeed;
import io.tach.conf.TachSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/** The parts of one run, put together. Owned by the {@link Supervisor}'s actor; one thread. */
final class Run {
    /** The library behind it costs a twentieth of a second of processor time: not while the start wants it all. */
    private static final Duration SUBREAPER_AFTER = Duration.ofSeconds(1);

    /** Shorter runs gain nothing by it: what they show of a toxic test is known in the next one all the same. */
    private static final Duration PREDICTION_AFTER = Duration.ofSeconds(3);

    final ZygoteFacts zygote;
    final WorkerFacts workers;
    final Progress progress;
    final Ending ending;

    private final RunState state;
    private final TimerScheduler<Supervisor.Command> timers;

    Run(
            TachSettings settings,
            TimerScheduler<Supervisor.Command> timers,
            EventFeed feed,
            Premises premises,
            CompletableFuture<Integer> exitCode) {
        this.timers = timers;
        state = new RunState(settings, feed, premises);
        ending = new Ending(state, timers, exitCode);
        progress = new Progress(state, ending);
        zygote = new ZygoteFacts(state, progress, ending);
        workers = new WorkerFacts(state, progress, ending);
    }

    /** Opens the premises and starts the zygote. */
    void boot() {
        try {
            state.crew = state.premises.open(state.settings);
            timers.startSingleTimer(Supervisor.Timer.SUBREAPER, SUBREAPER_AFTER);
            timers.startSingleTimer(Supervisor.Timer.PREDICTION, PREDICTION_AFTER);
        } catch (IOException e) {
            ending.cannotStart(e);
        }
    }

    RunState.Phase phase() {
        return state.phase();
    }

    /** Why the run is in its phase, for the log. */
    String reason() {
        return state.reason();
    }

    /** Tells the user a line. */
    void note(String text) {
        state.note(text);
    }
}
