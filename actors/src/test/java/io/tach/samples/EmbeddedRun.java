package io.tach.samples;

import io.tach.actors.RunControl;
import io.tach.actors.Tach;
import io.tach.conf.TachSettings;
import io.tach.engine.event.RunEvent;
import io.tach.engine.event.RunEvent.RunFinished;
import io.tach.engine.event.RunEvent.TestFinished;
import io.tach.engine.model.Status;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;

/** Runs a suite inside an application, and ends the run as soon as one test has failed. */
public final class EmbeddedRun {
    private final ActorSystem<?> system;
    private final AtomicReference<RunControl> control = new AtomicReference<>();

    /** A run in the application's own actor system. */
    public EmbeddedRun(ActorSystem<?> system) {
        this.system = system;
    }

    /**
     * Runs the suite.
     *
     * @return the exit code, when no process of the run is left
     */
    public CompletionStage<Integer> untilFirstFailure(TachSettings settings) {
        Pair<RunControl, CompletionStage<Done>> run = Tach.run(settings, system)
                .toMat(Sink.foreach(this::onEvent), Keep.both())
                .run(system);
        control.set(run.first());
        return run.first().exitCode().thenCombine(run.second(), (code, done) -> code);
    }

    private void onEvent(RunEvent event) {
        if (event instanceof TestFinished finished && finished.result().status() == Status.FAIL) {
            control.get().cancel();
        } else if (event instanceof RunFinished finished) {
            system.log().info("{} tests were not run", finished.notRun().size());
        }
    }
}
