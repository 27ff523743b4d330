package io.tach.actors.run;

import io.tach.actors.stream.EventFeed;
import io.tach.actors.stream.EventOutlet;
import io.tach.actors.trace.StartupTrace;
import io.tach.actors.trace.StateLog;
import io.tach.actors.worker.WorkerDeath;
import io.tach.actors.zygote.ZygoteEvents;
import io.tach.conf.TachSettings;
import io.tach.engine.toxicity.Predictions;
import io.tach.nativeio.wire.FromWorker;
import io.tach.nativeio.wire.FromZygote;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.BehaviorBuilder;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * One run, from plan to exit code.
 *
 * <pre>
 *   Booting --ready--> Collecting --all collected--> Running --nothing owed--> Draining
 *      |                    |                           |                        | all workers gone
 *      |                    +-----stopped, failed-------+----------------> Draining
 *      |                                                                         v
 *      |  cannot boot                                                      Summarizing
 *      |                                                                         | summary or none
 *      +----------------------------------------------------------------> Closing --> Done
 * </pre>
 *
 * Facts come in as messages; the parts of {@link Run} hold the truth and do what follows from them.
 */
public final class Supervisor {

    /** What its user, its children, its stream and its timers send. */
    public sealed interface Command {}

    /** What a user may ask for. */
    public enum Request implements Command {
        /** As ctrl-C: the first time gently, then at once. */
        INTERRUPT,
        /** End now. */
        CANCEL,
        /** Hand out no further test. */
        PAUSE,
        /** Go on. */
        RESUME
    }

    /** Tell the user a line. */
    public record Note(String text) implements Command {}

    record ZygoteSaid(List<FromZygote> messages) implements Command {}

    record ZygoteLost(ZygoteEvents.Loss loss) implements Command {}

    record PastRead(PastRuns.Read read) implements Command {}

    record Predicted(Predictions predictions) implements Command {}

    enum ZygoteGone implements Command {
        INSTANCE
    }

    record WorkerUp(int worker) implements Command {}

    record WorkerSaid(int worker, List<FromWorker> messages) implements Command {}

    record TestDied(int worker, FromWorker.Result result, WorkerDeath death) implements Command {}

    record WorkerDied(int worker, WorkerDeath death) implements Command {}

    /** The stream took a batch, or says why not. */
    record FeedAccepted(Throwable failure) implements Command {}

    /** Nobody listens to events any more. */
    enum StreamClosed implements Command {
        INSTANCE
    }

    /** Times that passed. */
    enum Timer implements Command {
        /** The grace of an urgent end. */
        GRACE,
        /** Workers were killed, which takes no time if the zygote hears of it. */
        KILL,
        /** The run is under way: time for what is only of use if the zygote is killed. */
        SUBREAPER,
        /** The run takes a while: time to read its sources. */
        PREDICTION,
        /** The zygote takes too long for its summary. */
        SUMMARY
    }

    private final ActorContext<Command> ctx;
    private final EventFeed feed;
    private final Run run;
    private String state = "new";

    private Supervisor(
            ActorContext<Command> ctx,
            TimerScheduler<Command> timers,
            TachSettings settings,
            Host.Factory host,
            EventOutlet outlet,
            CompletableFuture<Integer> exitCode) {
        ActorRef<Command> self = ctx.getSelf();
        this.ctx = ctx;
        this.feed = new EventFeed(outlet, failure -> self.tell(new FeedAccepted(failure)));
        this.run = new Run(settings, timers, feed, new Premises(ctx, host, new ToSelf(self)), exitCode);
        outlet.closed().whenComplete((done, failure) -> self.tell(StreamClosed.INSTANCE));
        run.boot();
    }

    /**
     * The actor of one run; it starts at once and stops when the run is over.
     *
     * @param outlet takes the events
     * @param exitCode completed when every process of the run is gone
     */
    public static Behavior<Command> create(
            TachSettings settings, EventOutlet outlet, CompletableFuture<Integer> exitCode) {
        return create(settings, () -> Host.real(settings), outlet, exitCode, supervisor -> {});
    }

    /** For tests, which bring a host of their own and look at the state. */
    static Behavior<Command> create(
            TachSettings settings,
            Host.Factory host,
            EventOutlet outlet,
            CompletableFuture<Integer> exitCode,
            Consumer<Supervisor> onCreated) {
        StartupTrace.mark("supervisor created");
        return Behaviors.setup(ctx -> Behaviors.withTimers(timers -> {
            Supervisor supervisor = new Supervisor(ctx, timers, settings, host, outlet, exitCode);
            onCreated.accept(supervisor);
            CrashGuard<Command> guard = new CrashGuard<>(Command.class, supervisor::onCrash, supervisor.feed::flush);
            return Behaviors.intercept(() -> guard, supervisor.current());
        }));
    }

    /** Where the run stands. */
    RunState.Phase phase() {
        return run.phase();
    }

    // --- states

    private Behavior<Command> booting() {
        return beforeTheEnd()
                .onMessage(PastRead.class, m -> Behaviors.same())
                .onMessage(Predicted.class, m -> Behaviors.same())
                .onMessage(WorkerUp.class, m -> Behaviors.same())
                .onMessage(WorkerSaid.class, m -> Behaviors.same())
                .onMessage(TestDied.class, m -> Behaviors.same())
                .onMessage(WorkerDied.class, m -> Behaviors.same())
                .build();
    }

    private Behavior<Command> collecting() {
        return withWorkers().build();
    }

    private Behavior<Command> running() {
        return withWorkers().build();
    }

    private Behavior<Command> draining() {
        return withWorkers().build();
    }

    private Behavior<Command> summarizing() {
        return beforeTheEnd()
                .onMessage(PastRead.class, m -> Behaviors.same())
                .onMessage(Predicted.class, m -> Behaviors.same())
                .onMessage(WorkerUp.class, m -> Behaviors.same())
                .onMessage(WorkerSaid.class, m -> Behaviors.same())
                .onMessage(TestDied.class, m -> Behaviors.same())
                .onMessage(WorkerDied.class, m -> Behaviors.same())
                .build();
    }

    /** Everything is said; what is left is to see the zygote and the stream off. */
    private Behavior<Command> closing() {
        return common().onMessage(ZygoteSaid.class, m -> Behaviors.same())
                .onMessage(ZygoteLost.class, m -> Behaviors.same())
                .onMessage(PastRead.class, m -> Behaviors.same())
                .onMessage(Predicted.class, m -> Behaviors.same())
                .onMessage(WorkerUp.class, m -> Behaviors.same())
                .onMessage(WorkerSaid.class, m -> Behaviors.same())
                .onMessage(TestDied.class, m -> Behaviors.same())
                .onMessage(WorkerDied.class, m -> after(() -> run.workers.bury(m.worker())))
                .onMessage(Note.class, m -> Behaviors.same())
                .onMessage(Request.class, m -> after(() -> hurry(m)))
                .onMessage(Timer.class, m -> Behaviors.same())
                .build();
    }

    private BehaviorBuilder<Command> withWorkers() {
        return beforeTheEnd()
                .onMessage(PastRead.class, m -> after(() -> run.progress.past(m.read())))
                .onMessage(Predicted.class, m -> after(() -> run.progress.predicted(m.predictions())))
                .onMessage(WorkerUp.class, m -> after(() -> run.workers.up(m.worker())))
                .onMessage(WorkerSaid.class, m -> after(() -> run.workers.said(m.worker(), m.messages())))
                .onMessage(TestDied.class, m -> after(() -> run.workers.testDied(m.worker(), m.result(), m.death())))
                .onMessage(WorkerDied.class, m -> after(() -> run.workers.died(m.worker(), m.death())));
    }

    private BehaviorBuilder<Command> beforeTheEnd() {
        return common().onMessage(ZygoteSaid.class, m -> after(() -> run.zygote.said(m.messages())))
                .onMessage(ZygoteLost.class, m -> after(() -> run.zygote.lost(m.loss())))
                .onMessage(Note.class, m -> after(() -> run.note(m.text())))
                .onMessage(Request.class, m -> after(() -> request(m)))
                .onMessage(Timer.class, m -> after(() -> timeUp(m)));
    }

    private BehaviorBuilder<Command> common() {
        return Behaviors.receive(Command.class)
                .onMessage(ZygoteGone.class, m -> after(run.ending::zygoteGone))
                .onMessage(FeedAccepted.class, this::onFeedAccepted)
                .onMessage(StreamClosed.class, this::onStreamClosed)
                .onSignal(ChildFailed.class, s -> onCrash(new IllegalStateException(s.cause())))
                .onSignal(Terminated.class, s -> Behaviors.same())
                .onSignal(PostStop.class, s -> release());
    }

    // --- common handlers

    private void request(Request request) {
        switch (request) {
            case INTERRUPT -> run.ending.interrupt();
            case CANCEL -> run.ending.cancel();
            case PAUSE -> run.progress.pause(true);
            case RESUME -> run.progress.pause(false);
        }
    }

    private void timeUp(Timer timer) {
        if (timer == Timer.PREDICTION) {
            run.progress.predictIfUnknown();
        } else {
            run.ending.timeUp(timer);
        }
    }

    private void hurry(Request request) {
        if (request == Request.INTERRUPT || request == Request.CANCEL) {
            run.ending.hurry();
        }
    }

    private Behavior<Command> after(Runnable fact) {
        fact.run();
        return current();
    }

    private Behavior<Command> onFeedAccepted(FeedAccepted m) {
        if (m.failure() == null) {
            feed.accepted();
            run.progress.goOn();
            run.ending.leaveIfDone();
        }
        return current();
    }

    /** Whoever cancels the stream cancels the run, unless it is over. */
    private Behavior<Command> onStreamClosed(StreamClosed m) {
        if (!feed.isClosed()) {
            feed.abandon();
            run.ending.unheard();
        }
        return current();
    }

    private Behavior<Command> onCrash(RuntimeException e) {
        ctx.getLog().error("the supervisor broke state={}", state, e);
        run.ending.broke(e);
        return current();
    }

    private Behavior<Command> release() {
        run.ending.release();
        return Behaviors.same();
    }

    /** The behavior of the state the run is in now. */
    private Behavior<Command> current() {
        RunState.Phase next = run.phase();
        if (next.name().equals(state)) {
            return Behaviors.same();
        }
        return become(next, run.reason());
    }

    private Behavior<Command> become(RunState.Phase next, String reason) {
        StateLog.changed(ctx, "run", state, next.name(), reason);
        state = next.name();
        return switch (next) {
            case BOOTING -> booting();
            case COLLECTING -> collecting();
            case RUNNING -> running();
            case DRAINING -> draining();
            case SUMMARIZING -> summarizing();
            case CLOSING -> closing();
            case DONE -> Behaviors.stopped();
        };
    }

    /** Brings what children say back as messages. */
    private record ToSelf(ActorRef<Command> self) implements Premises.Events {
        @Override
        public void onUp(int worker) {
            self.tell(new WorkerUp(worker));
        }

        @Override
        public void onSaid(int worker, List<FromWorker> messages) {
            self.tell(new WorkerSaid(worker, messages));
        }

        @Override
        public void onTestDied(int worker, FromWorker.Result result, WorkerDeath death) {
            self.tell(new TestDied(worker, result, death));
        }

        @Override
        public void onDied(int worker, WorkerDeath death) {
            self.tell(new WorkerDied(worker, death));
        }

        @Override
        public void onNote(String text) {
            self.tell(new Note(text));
        }

        @Override
        public void onSaid(List<FromZygote> messages) {
            self.tell(new ZygoteSaid(messages));
        }

        @Override
        public void onPast(PastRuns.Read read) {
            self.tell(new PastRead(read));
        }

        @Override
        public void onPredicted(Predictions predictions) {
            self.tell(new Predicted(predictions));
        }

        @Override
        public void onLost(Loss loss) {
            self.tell(new ZygoteLost(loss));
        }

        @Override
        public void onGone() {
            self.tell(ZygoteGone.INSTANCE);
        }
    }
}
