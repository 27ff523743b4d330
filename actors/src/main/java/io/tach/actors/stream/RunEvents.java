package io.tach.actors.stream;

import io.tach.engine.event.Reporter;
import io.tach.engine.event.RunEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.stream.OverflowStrategy;
import org.apache.pekko.stream.javadsl.Broadcast;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.typed.javadsl.ActorSink;

/**
 * Sources and sinks of run events. Inside, events travel in batches, so that the price of an asynchronous boundary is
 * paid per batch.
 */
public final class RunEvents {
    /** Batches the entry holds before it pushes back. */
    private static final int ENTRY_BATCHES = 16;

    /** Batches one sink may be behind the fastest. */
    private static final int BRANCH_BATCHES = 4;

    private RunEvents() {}

    /**
     * A source whose events come from an outlet that is made when it is run.
     *
     * @param start starts the producer; what it returns becomes the materialized value
     */
    public static <M> Source<List<RunEvent>, M> source(Function<EventOutlet, M> start) {
        return Source.<List<RunEvent>>queue(ENTRY_BATCHES, OverflowStrategy.backpressure())
                .mapMaterializedValue(queue -> start.apply(new QueueOutlet(queue)));
    }

    /**
     * Sinks of all reporters behind one: each runs in an actor with a thread of its own.
     *
     * @param reporters at least one
     * @param onCutOff told on any thread when a reporter threw
     */
    public static ReporterSinks sinks(
            List<Reporter> reporters, ActorSystem<?> system, ReporterActor.CutOffListener onCutOff) {
        List<Sink<List<RunEvent>, NotUsed>> branches = new ArrayList<>();
        List<CompletableFuture<Boolean>> closed = new ArrayList<>();
        for (Reporter reporter : reporters) {
            CompletableFuture<Boolean> whenClosed = new CompletableFuture<>();
            closed.add(whenClosed);
            branches.add(branch(spawn(ReporterActor.create(reporter, onCutOff, whenClosed), system)));
        }
        return new ReporterSinks(merge(branches), allOf(closed));
    }

    /**
     * What {@link #sinks} made.
     *
     * @param sink takes every batch
     * @param closed completes when every reporter is closed; true if none of them threw
     */
    public record ReporterSinks(Sink<List<RunEvent>, NotUsed> sink, CompletionStage<Boolean> closed) {}

    private static ActorRef<ReporterActor.Command> spawn(
            Behavior<ReporterActor.Command> behavior, ActorSystem<?> system) {
        Props props = DispatcherSelector.fromConfig("tach.reporter-dispatcher");
        return system.systemActorOf(behavior, "tach-reporter-" + RunNumbers.next(), props);
    }

    private static Sink<List<RunEvent>, NotUsed> branch(ActorRef<ReporterActor.Command> reporter) {
        Sink<List<RunEvent>, NotUsed> sink = ActorSink.actorRefWithBackpressure(
                reporter,
                ReporterActor.Deliver::new,
                ReporterActor.Attach::new,
                ReporterActor.Ack.INSTANCE,
                ReporterActor.Complete.INSTANCE,
                ReporterActor.Break::new);
        return Flow.<List<RunEvent>>create()
                .buffer(BRANCH_BATCHES, OverflowStrategy.backpressure())
                .to(sink);
    }

    private static Sink<List<RunEvent>, NotUsed> merge(List<Sink<List<RunEvent>, NotUsed>> branches) {
        return branches.size() == 1
                ? branches.get(0)
                : Sink.<List<RunEvent>, List<RunEvent>, NotUsed>combine(branches, Broadcast::create)
                        .mapMaterializedValue(all -> NotUsed.getInstance());
    }

    private static CompletionStage<Boolean> allOf(List<CompletableFuture<Boolean>> parts) {
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
                .thenApply(done -> parts.stream().allMatch(CompletableFuture::join));
    }
}
