package io.tach.actors.run;

import io.tach.actors.run.Fleet.Member;
import io.tach.actors.worker.Assignment;
import io.tach.actors.worker.Signals;
import io.tach.actors.worker.Worker;
import io.tach.actors.worker.WorkerEvents;
import io.tach.actors.worker.WorkerSettings;
import io.tach.actors.zygote.Zygote;
import io.tach.conf.PlanningSettings;
import io.tach.conf.TachSettings;
import io.tach.engine.plan.Order;
import io.tach.engine.plan.PlannedTest;
import io.tach.engine.verdict.DeathFacts.Cause;
import io.tach.nativeio.wire.TestPayload;
import io.tach.nativeio.wire.ToZygote;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/** Has workers forked and carries out what the dispatcher orders, in order, worker by worker. One thread. */
final class Crew {
    private static final Duration BOOT_TIMEOUT = Duration.ofSeconds(60);
    private static final int TOKEN_BYTES = 16;

    private final ActorContext<?> ctx;
    private final TachSettings settings;
    private final WorkerSettings workerSettings;
    private final WorkerEvents events;
    private final Reception reception;
    private final ActorRef<Zygote.Command> zygote;
    private final Fleet fleet = new Fleet();
    private final Deque<Order> held = new ArrayDeque<>();
    private int workers;
    private boolean ignoreMarks;
    private ToZygote.Isolation isolation;
    private Predicate<String> isToxic = nodeId -> false;

    Crew(
            ActorContext<?> ctx,
            TachSettings settings,
            WorkerEvents events,
            Reception reception,
            ActorRef<Zygote.Command> zygote) {
        this.ctx = ctx;
        this.settings = settings;
        this.events = events;
        this.reception = reception;
        this.zygote = zygote;
        this.workerSettings = new WorkerSettings(
                settings.timeoutGrace(), settings.collectTimeout(), settings.interruptGrace(), BOOT_TIMEOUT);
    }

    /**
     * The suite is known.
     *
     * @param count how many workers the run has
     * @param pluginKeepsMarks whether a plugin of the suite enforces {@code @pytest.mark.timeout} itself
     * @param isolationOfAll how workers isolate their tests
     * @param toxicTests says of a node id whether the test gets a process of its own
     */
    void plan(int count, boolean pluginKeepsMarks, ToZygote.Isolation isolationOfAll, Predicate<String> toxicTests) {
        workers = count;
        ignoreMarks = pluginKeepsMarks;
        isolation = isolationOfAll;
        isToxic = toxicTests;
    }

    Fleet fleet() {
        return fleet;
    }

    /** Has workers forked until that many serve. */
    void topUp(int wanted) {
        for (int missing = wanted - fleet.serving(); missing > 0; missing--) {
            fork();
        }
    }

    private void fork() {
        int number = fleet.nextNumber();
        ByteBuffer token = Entropy.bytes(TOKEN_BYTES);
        Signals signals =
                (worker, signal, group) -> zygote.tell(new Zygote.Send(new ToZygote.Kill(worker, signal, group)));
        ActorRef<Worker.Command> actor =
                ctx.spawn(Worker.create(number, workerSettings, signals, events), Fleet.name(number));
        ctx.watch(actor);
        fleet.add(new Member(number, actor));
        reception.expect(number, token, actor);
        PlanningSettings planning = settings.planning();
        boolean preImport = planning.history() && planning.preImport();
        zygote.tell(new Zygote.Send(new ToZygote.Fork(number, token, workers, isolation, preImport)));
    }

    // --- orders

    /**
     * Carries orders out.
     *
     * @param hold true to keep them until {@link #release}: the sinks are behind, or the user wants a pause
     */
    void carryOut(List<Order> orders, boolean hold) {
        held.addAll(orders);
        if (!hold) {
            release();
        }
    }

    /** Carries out what was held. */
    void release() {
        while (!held.isEmpty()) {
            carryOut(held.poll());
        }
    }

    /** The run is stopped: tests that were held are not handed out any more. */
    void dropHeldTests() {
        held.removeIf(order -> order instanceof Order.Run || order instanceof Order.Drain);
        release();
    }

    private void carryOut(Order order) {
        if (order instanceof Order.Run m) {
            tell(
                    m.worker(),
                    new Worker.Assign(m.tests().stream().map(this::assignment).toList()));
        } else if (order instanceof Order.Collect m) {
            tell(m.worker(), new Worker.CollectUnits(m.units()));
        } else if (order instanceof Order.Drain m) {
            tell(m.worker(), Worker.Request.DRAIN);
        } else if (order instanceof Order.Leave m) {
            fleet.get(m.worker()).ifPresent(Member::leave);
        }
    }

    private void tell(int worker, Worker.Command command) {
        fleet.get(worker).ifPresent(member -> member.actor.tell(command));
    }

    private Assignment assignment(PlannedTest test) {
        Duration limit = ignoreMarks ? settings.timeout() : test.timeout().orElse(settings.timeout());
        TestPayload payload = TestPayload.of(test.testId(), test.unit(), test.index());
        return new Assignment(isToxic.test(test.nodeId()) ? payload.toxic() : payload, limit);
    }

    // --- ends

    /** Nobody starts another test, and everybody leaves. */
    void sendHome() {
        fleet.forEach(member -> member.actor.tell(Worker.Request.HOLD_BACK));
        dropHeldTests();
        fleet.forEach(Member::leave);
    }

    void interruptAll() {
        fleet.forEach(member -> member.actor.tell(Worker.Request.INTERRUPT));
    }

    void killAll(Cause cause, String detail) {
        fleet.forEach(member -> kill(member.number, cause, detail));
    }

    void kill(int worker, Cause cause, String detail) {
        tell(worker, new Worker.Kill(cause, detail));
    }

    void bury(int worker) {
        reception.forget(worker);
        fleet.remove(worker);
    }
}
