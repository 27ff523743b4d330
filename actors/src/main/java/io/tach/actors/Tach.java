package io.tach.actors;

import io.tach.actors.run.Supervisor;
import io.tach.actors.stream.EventOutlet;
import io.tach.actors.stream.RunEvents;
import io.tach.actors.stream.RunEvents.ReporterSinks;
import io.tach.actors.stream.RunNumbers;
import io.tach.conf.TachSettings;
import io.tach.engine.event.Reporter;
import io.tach.engine.event.RunEvent;
import io.tach.engine.run.ExitCodes;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;

/** Runs pytest suites from any actor system. Several runs may go on in one JVM at the same time. */
public final class Tach {
    private Tach() {}

    /**
     * A run as a source of its events, in the order {@link RunEvent} promises. Each time the source is run, a run
     * starts. A slow consumer slows the run; one that cancels ends it.
     */
    public static Source<RunEvent, RunControl> run(TachSettings settings, ActorSystem<?> system) {
        return batches(settings, system).mapConcat(batch -> batch);
    }

    /**
     * Runs a suite into reporters.
     *
     * @param reporters at least one; each is called by a thread of its own and closed at the end
     * @return the exit code, when every process is gone and every reporter is closed; a run that would be green but for a
     *     reporter that threw has {@link ExitCodes#RUNTIME}
     */
    public static CompletionStage<Integer> run(TachSettings settings, ActorSystem<?> system, List<Reporter> reporters) {
        return run(settings, system, reporters, control -> {});
    }

    /**
     * As {@link #run(TachSettings, ActorSystem, List)}, for callers that want to steer.
     *
     * @param onControl given the handle before the run does anything
     */
    public static CompletionStage<Integer> run(
            TachSettings settings, ActorSystem<?> system, List<Reporter> reporters, Consumer<RunControl> onControl) {
        return run(settings, system, reporters, onControl, system.log()::error);
    }

    /**
     * As {@link #run(TachSettings, ActorSystem, List, Consumer)}, for callers that can tell their user a line themselves.
     *
     * @param lateNotes given, on any thread, what no event can tell any more: that a reporter failed over the end
     */
    public static CompletionStage<Integer> run(
            TachSettings settings,
            ActorSystem<?> system,
            List<Reporter> reporters,
            Consumer<RunControl> onControl,
            Consumer<String> lateNotes) {
        CompletableFuture<RunControl> control = new CompletableFuture<>();
        CompletionStage<RunControl> whenStarted = control;
        ReporterSinks sinks = RunEvents.sinks(reporters, system, (name, cause, atTheEnd) -> {
            if (atTheEnd) {
                lateNotes.accept("reporter " + name + " failed: " + cause);
            } else {
                String note = "reporter " + name + " failed and hears nothing more: " + cause;
                whenStarted.thenAccept(c -> c.note(note));
            }
        });
        RunControl started = batches(settings, system).to(sinks.sink()).run(system);
        onControl.accept(started);
        control.complete(started);
        return started.exitCode().thenCombine(sinks.closed(), Tach::exitCode);
    }

    /**
     * A run as a behavior to spawn: it stops when the run is over.
     *
     * @param sink takes the events
     */
    public static Behavior<Supervisor.Command> supervisor(TachSettings settings, Sink<RunEvent, ?> sink) {
        return Behaviors.setup(ctx -> {
            EventOutlet outlet = RunEvents.source(o -> o)
                    .mapConcat(batch -> batch)
                    .to(sink)
                    .run(Materializer.matFromSystem(ctx.getSystem()));
            return Supervisor.create(settings, outlet, new CompletableFuture<>());
        });
    }

    /** As {@link #supervisor(TachSettings, Sink)} for those who only want the run to happen. */
    public static Behavior<Supervisor.Command> supervisor(TachSettings settings) {
        return supervisor(settings, Sink.ignore());
    }

    private static Source<List<RunEvent>, RunControl> batches(TachSettings settings, ActorSystem<?> system) {
        return RunEvents.source(outlet -> start(settings, system, outlet));
    }

    private static RunControl start(TachSettings settings, ActorSystem<?> system, EventOutlet outlet) {
        CompletableFuture<Integer> exitCode = new CompletableFuture<>();
        ActorRef<Supervisor.Command> supervisor = system.systemActorOf(
                Supervisor.create(settings, outlet, exitCode), "tach-run-" + RunNumbers.next(), Props.empty());
        return new SupervisorControl(supervisor, exitCode);
    }

    private static int exitCode(int code, boolean reportersFine) {
        return code == ExitCodes.PASSED && !reportersFine ? ExitCodes.RUNTIME : code;
    }
}
