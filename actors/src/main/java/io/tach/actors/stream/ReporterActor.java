package io.tach.actors.stream;

import io.tach.engine.event.Reporter;
import io.tach.engine.event.RunEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * One sink: hands each event to its reporter, one batch at a time, and acknowledges it, so a slow reporter slows the
 * stream. A reporter that throws is cut off: the stream goes on, the reporter hears nothing more but {@code close}.
 */
public final class ReporterActor {
    static final Duration TICK = Duration.ofMillis(100);

    /** What the stream sends. */
    public sealed interface Command {}

    record Attach(ActorRef<Ack> ackTo) implements Command {}

    record Deliver(ActorRef<Ack> ackTo, List<RunEvent> batch) implements Command {}

    enum Complete implements Command {
        INSTANCE
    }

    record Break(Throwable cause) implements Command {}

    enum Tick implements Command {
        INSTANCE
    }

    /** Room for the next batch. */
    enum Ack {
        INSTANCE
    }

    /** Hears of reporters that threw. */
    @FunctionalInterface
    public interface CutOffListener {
        /**
         * A reporter threw, for the first and last time.
         *
         * @param reporter its name
         * @param cause what it threw
         * @param atTheEnd true if the last event was out by then, so that none can tell of it
         */
        void onCutOff(String reporter, Throwable cause, boolean atTheEnd);
    }

    private final Reporter reporter;
    private final CutOffListener listener;
    private final CompletableFuture<Boolean> closed;
    private boolean failed;
    private boolean atTheEnd;

    private ReporterActor(Reporter reporter, CutOffListener listener, CompletableFuture<Boolean> closed) {
        this.reporter = reporter;
        this.listener = listener;
        this.closed = closed;
    }

    /**
     * The actor of one reporter.
     *
     * @param reporter the sink; closed by this actor
     * @param listener told once if the reporter throws
     * @param closed completed after the reporter was closed; true if it never threw
     */
    static Behavior<Command> create(Reporter reporter, CutOffListener listener, CompletableFuture<Boolean> closed) {
        return Behaviors.withTimers(timers -> new ReporterActor(reporter, listener, closed).start(timers));
    }

    private Behavior<Command> start(TimerScheduler<Command> timers) {
        if (wantsTicks(reporter.getClass())) {
            timers.startTimerWithFixedDelay(Tick.INSTANCE, TICK);
        }
        return open();
    }

    private Behavior<Command> open() {
        return Behaviors.receive(Command.class)
                .onMessage(Attach.class, m -> acknowledge(m.ackTo()))
                .onMessage(Deliver.class, this::onDeliver)
                .onMessageEquals(Tick.INSTANCE, this::onTick)
                .onMessageEquals(Complete.INSTANCE, this::end)
                .onMessage(Break.class, m -> end())
                .onSignal(PostStop.class, s -> end())
                .build();
    }

    private Behavior<Command> onDeliver(Deliver m) {
        for (RunEvent event : m.batch()) {
            atTheEnd = event instanceof RunEvent.RunFinished;
            guarded(() -> reporter.on(event));
        }
        return acknowledge(m.ackTo());
    }

    private Behavior<Command> onTick() {
        guarded(() -> reporter.onTick(System.nanoTime()));
        return Behaviors.same();
    }

    private static Behavior<Command> acknowledge(ActorRef<Ack> ackTo) {
        ackTo.tell(Ack.INSTANCE);
        return Behaviors.same();
    }

    /** Closes the reporter, unless it is closed already: the actor's own end follows that of the stream. */
    private Behavior<Command> end() {
        if (!closed.isDone()) {
            boolean wasCutOff = failed;
            atTheEnd = true;
            failed = false; // a reporter that was cut off is closed all the same
            guarded(reporter::close);
            closed.complete(!failed && !wasCutOff);
        }
        return Behaviors.stopped();
    }

    /** Runs the call unless the reporter was cut off; whatever it throws cuts it off. */
    private void guarded(Runnable call) {
        if (failed) {
            return;
        }
        try {
            call.run();
        } catch (RuntimeException | Error e) { // an assertion or a missing class in one sink must not end the others
            failed = true;
            listener.onCutOff(reporter.name(), e, atTheEnd);
        }
    }

    /** Ticks cost a wake-up each; only a reporter that overrides the method gets them. */
    private static boolean wantsTicks(Class<? extends Reporter> type) {
        try {
            return type.getMethod("onTick", long.class).getDeclaringClass() != Reporter.class;
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("reporter without onTick class=" + type.getName(), e);
        }
    }
}
