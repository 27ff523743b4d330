package io.tach.actors.worker;

import io.tach.actors.peer.Link;
import io.tach.engine.verdict.Output;
import io.tach.engine.verdict.Phase;
import io.tach.nativeio.wire.FromWorker;
import io.tach.nativeio.wire.TestPayload;
import io.tach.nativeio.wire.ToWorker;
import io.tach.nativeio.wire.WireDescriptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.apache.pekko.actor.testkit.typed.javadsl.BehaviorTestKit;

/** A worker's actor with everything around it made of lists. */
final class WorkerRig implements WorkerEvents, Signals, Link<ToWorker>, WorkerFiles {
    static final WorkerSettings SETTINGS = new WorkerSettings(
            Duration.ofSeconds(2), Duration.ofNanos(1), Duration.ofSeconds(3), Duration.ofSeconds(4));

    final List<ToWorker> sent = new ArrayList<>();
    final List<String> signals = new ArrayList<>();
    final List<FromWorker> said = new ArrayList<>();
    final List<WorkerDeath> deaths = new ArrayList<>();
    final List<WorkerDeath> testDeaths = new ArrayList<>();
    final List<String> notes = new ArrayList<>();
    final BehaviorTestKit<Worker.Command> kit = BehaviorTestKit.create(Worker.create(7, SETTINGS, this, this));

    Activity activity = new Activity(Phase.CALL, OptionalInt.of(1), OptionalInt.empty(), 0);
    long stacksBytes;
    long oomKills = 3;
    boolean stopped;
    boolean up;
    boolean stopRequested;
    boolean trimmed;
    boolean linkClosed;

    WorkerRig run(Worker.Command... commands) {
        for (Worker.Command command : commands) {
            kit.run(command);
        }
        return this;
    }

    WorkerRig attached() {
        return run(new Worker.Attach(this, this));
    }

    /** Attached and running test 1 with a limit that passes at once. */
    WorkerRig running() {
        return attached().run(assign(1, Duration.ofNanos(1)), heard(new FromWorker.Started(1)));
    }

    static Worker.Assign assign(int testId, Duration limit) {
        return new Worker.Assign(List.of(new Assignment(TestPayload.of(testId, 0, 0), limit)));
    }

    static Worker.Heard heard(FromWorker... messages) {
        return new Worker.Heard(List.of(messages));
    }

    static FromWorker.Result passed(int testId) {
        return result(testId, OptionalInt.empty());
    }

    static FromWorker.Result died(int testId, int status) {
        return result(testId, OptionalInt.of(status));
    }

    private static FromWorker.Result result(int testId, OptionalInt died) {
        return new FromWorker.Result(
                testId,
                0,
                1,
                "",
                "passed",
                new FromWorker.Phases(0, 1, 0),
                List.of(),
                died,
                WireDescriptor.PHASE_CALL,
                List.of(),
                List.of(),
                FromWorker.Isolation.UNSAID);
    }

    // --- what the actor is given

    @Override
    public void send(ToWorker message) {
        sent.add(message);
    }

    @Override
    public void send(int worker, int signal, boolean group) {
        signals.add(signal + (group ? " group" : "") + " gw" + worker);
    }

    @Override
    public Activity activity() {
        return activity;
    }

    @Override
    public void requestStop() {
        stopRequested = true;
    }

    @Override
    public long stacksBytes() {
        return stacksBytes;
    }

    @Override
    public Output output() {
        return new Output("out", "err", "log", "stacks");
    }

    @Override
    public void trim() {
        trimmed = true;
    }

    @Override
    public long oomKills() {
        return oomKills;
    }

    @Override
    public boolean isStopped() {
        return stopped;
    }

    @Override
    public void close() {
        linkClosed = true;
    }

    // --- what the actor tells

    @Override
    public void onUp(int worker) {
        up = true;
    }

    @Override
    public void onSaid(int worker, List<FromWorker> messages) {
        said.addAll(messages);
    }

    @Override
    public void onTestDied(int worker, FromWorker.Result result, WorkerDeath death) {
        testDeaths.add(death);
    }

    @Override
    public void onDied(int worker, WorkerDeath death) {
        deaths.add(death);
    }

    @Override
    public void onNote(String text) {
        notes.add(text);
    }
}
