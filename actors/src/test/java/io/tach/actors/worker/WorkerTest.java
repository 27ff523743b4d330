package io.tach.actors.worker;

import static io.tach.actors.worker.WorkerRig.assign;
import static io.tach.actors.worker.WorkerRig.died;
import static io.tach.actors.worker.WorkerRig.heard;
import static io.tach.actors.worker.WorkerRig.passed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tach.actors.testing.Completeness;
import io.tach.engine.verdict.Death;
import io.tach.engine.verdict.DeathFacts.Cause;
import io.tach.engine.verdict.Phase;
import io.tach.nativeio.wire.FromWorker;
import io.tach.nativeio.wire.ToWorker;
import io.tach.nativeio.wire.WireDescriptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.testkit.typed.Effect;
import org.junit.jupiter.api.Test;

class WorkerTest {
    private static final Worker.Exited SEGFAULT = new Worker.Exited(Death.signaled("SIGSEGV", false), List.of("sleep"));
    private static final Worker.HungUp HUNG_UP = new Worker.HungUp(Optional.empty());

    private final WorkerRig rig = new WorkerRig();

    // --- completeness

    @Test
    void everyStateShouldHandleEveryCommand() {
        List<Worker.Command> samples = new ArrayList<>(List.of(
                new Worker.Attach(rig, rig),
                assign(2, Duration.ZERO),
                new Worker.CollectUnits(List.of(0)),
                new Worker.Kill(Cause.PROTOCOL, "nonsense"),
                SEGFAULT,
                heard(new FromWorker.Leaving()),
                HUNG_UP,
                Worker.Request.DRAIN,
                Worker.Timer.WATCH));
        Completeness.assertOneOfEach(Worker.Command.class, samples);
        samples.addAll(List.of(Worker.Request.values()));
        samples.addAll(List.of(Worker.Timer.values()));
        Map<String, UnaryOperator<WorkerRig>> states = Map.of(
                "booting", r -> r,
                "idle", WorkerRig::attached,
                "running", WorkerRig::running,
                "draining", r -> r.attached().run(Worker.Request.LEAVE),
                "dead", r -> r.attached().run(HUNG_UP));
        states.forEach((state, reach) -> samples.forEach(sample -> {
            WorkerRig fresh = reach.apply(new WorkerRig());
            Completeness.assertHandles(state, fresh.kit, sample);
        }));
    }

    // --- life

    @Test
    void shouldPassOnWhatItIsAskedAndWhatItHears() {
        rig.running().run(heard(passed(1)));
        assertTrue(rig.up);
        assertEquals(1, rig.sent.size());
        assertEquals(List.of(new FromWorker.Started(1), passed(1)), rig.said);
    }

    @Test
    void bootingShouldKillWhoDoesNotConnect() {
        rig.run(Worker.Timer.BOOT, new Worker.Exited(Death.signaled("SIGKILL", false), List.of()));
        assertEquals(List.of("9 group gw7"), rig.signals);
        assertEquals("did not connect within 4.0 s", rig.deaths.get(0).detail());
    }

    /** A zygote that imports a file for minutes forks nobody meanwhile. */
    @Test
    void theTimeToConnectShouldBeginWithTheBirth() {
        assertFalse(hasTimer(Worker.Timer.BOOT));
        rig.run(Worker.Request.BORN);
        assertTrue(hasTimer(Worker.Timer.BOOT));
    }

    @Test
    void shouldTurnAwayASecondProcessWithTheSameNumber() {
        WorkerRig stranger = new WorkerRig();
        rig.attached().run(new Worker.Attach(stranger, stranger));
        assertTrue(stranger.linkClosed);
        assertFalse(rig.linkClosed);
    }

    @Test
    void shouldSetTheStopByteBeforeItSendsTheLeave() {
        rig.running().run(Worker.Request.HOLD_BACK, Worker.Request.LEAVE);
        assertTrue(rig.stopRequested);
        assertEquals(new ToWorker.Exit(), rig.sent.get(1));
    }

    @Test
    void drainingShouldKillWhoDoesNotLeaveInTime() {
        rig.running().run(Worker.Request.LEAVE);
        assertFalse(hasTimer(Worker.Timer.LEAVE_GRACE));
        rig.run(heard(passed(1)));
        assertTrue(hasTimer(Worker.Timer.LEAVE_GRACE));

        rig.run(Worker.Timer.LEAVE_GRACE);

        assertEquals(List.of("9 group gw7"), rig.signals);
        assertEquals(List.of("worker gw7 did not leave within 3.0 s and was killed"), rig.notes);
    }

    @Test
    void interruptShouldReachTheWholeGroup() {
        rig.running().run(Worker.Request.INTERRUPT);
        assertEquals(List.of("2 group gw7"), rig.signals);
    }

    // --- memory

    @Test
    void aKillWhileTheKernelKillsForWantOfMemoryShouldBeNamedSo() {
        rig.running();
        rig.oomKills++;
        rig.run(heard(died(1, 9)));
        assertEquals(Cause.OUT_OF_MEMORY, rig.testDeaths.get(0).cause());

        rig.run(Worker.Timer.WATCH, heard(died(1, 9)));
        assertEquals(Cause.OUT_OF_MEMORY, rig.testDeaths.get(1).cause(), "not a second ago");

        rig.run(Worker.Timer.WATCH, heard(died(1, 9)));
        assertEquals(Cause.DIED, rig.testDeaths.get(2).cause(), "too long ago");
    }

    @Test
    void anotherDeathShouldNotBeForWantOfMemory() {
        rig.running();
        rig.oomKills++;
        rig.run(heard(died(1, 11)));
        assertEquals(Cause.DIED, rig.testDeaths.get(0).cause());
    }

    @Test
    void aWorkerShouldDieForWantOfMemoryToo() {
        rig.running();
        rig.oomKills++;
        rig.run(new Worker.Exited(Death.signaled("SIGKILL", false), List.of()), HUNG_UP);
        assertEquals(Cause.OUT_OF_MEMORY, rig.deaths.get(0).cause());
    }

    // --- deadline

    @Test
    void deadlineShouldAskForStacksThenTermThenKill() {
        rig.running().run(Worker.Timer.DEADLINE);
        assertEquals(List.of(WireDescriptor.SIGNAL_STACKS + " gw7"), rig.signals);

        rig.stacksBytes = 100;
        rig.run(Worker.Timer.STACKS);
        assertEquals(1, rig.signals.size(), "the stacks are still growing");
        rig.run(Worker.Timer.STACKS);
        assertEquals("15 gw7", rig.signals.get(1));

        rig.run(Worker.Timer.TERM_GRACE);
        assertEquals("9 group gw7", rig.signals.get(2));

        rig.run(new Worker.Exited(Death.signaled("SIGKILL", false), List.of()), HUNG_UP);
        WorkerDeath death = rig.deaths.get(0);
        assertEquals(Cause.DEADLINE, death.cause());
        assertEquals(OptionalInt.of(1), death.overdue());
        assertEquals(Duration.ofNanos(1), death.limit());
        assertTrue(death.elapsedNs() > 0);
    }

    @Test
    void stacksThatNeverComeShouldNotBeWaitedForForEver() {
        rig.running().run(Worker.Timer.DEADLINE);
        for (int i = 0; i < 20; i++) {
            assertEquals(1, rig.signals.size());
            rig.run(Worker.Timer.STACKS);
        }
        assertEquals("15 gw7", rig.signals.get(1));
    }

    @Test
    void aStoppedProcessShouldBeKilledAtOnce() {
        rig.stopped = true;
        rig.running().run(Worker.Timer.DEADLINE, SEGFAULT, HUNG_UP);
        assertEquals(List.of("9 group gw7"), rig.signals);
        assertEquals(Cause.STOPPED, rig.deaths.get(0).cause());
    }

    @Test
    void aResultBeforeTheTermShouldSaveTheWorker() {
        rig.running().run(Worker.Timer.DEADLINE, heard(passed(1)));
        rig.stacksBytes = 100;
        rig.run(Worker.Timer.STACKS, Worker.Timer.STACKS, Worker.Timer.TERM_GRACE);
        assertEquals(List.of(WireDescriptor.SIGNAL_STACKS + " gw7"), rig.signals);
    }

    @Test
    void aTestThatBeginsAnewShouldHaveAllItsTimeAgain() {
        rig.activity = new Activity(Phase.CALL, OptionalInt.of(1), OptionalInt.empty(), 4711);
        rig.running().run(Worker.Timer.DEADLINE);
        rig.stacksBytes = 100;
        rig.run(Worker.Timer.STACKS, Worker.Timer.STACKS, heard(new FromWorker.Again(1)));
        int sent = rig.sent.size();

        rig.run(Worker.Timer.TERM_GRACE);
        assertEquals(sent, rig.sent.size(), "what had been told to end is not what runs now");

        rig.run(Worker.Timer.DEADLINE, heard(died(1, 15)));
        assertEquals(new ToWorker.SignalTest(1, WireDescriptor.SIGNAL_STACKS), rig.sent.get(sent));
        assertEquals(Cause.DEADLINE, rig.testDeaths.get(0).cause());
    }

    @Test
    void onlyTheRunningTestShouldBeginAnew() {
        rig.attached().run(assign(1, Duration.ofHours(1)), heard(new FromWorker.Started(1)));
        rig.run(heard(new FromWorker.Again(2), passed(1)), Worker.Timer.DEADLINE);
        assertEquals(List.of(), rig.signals);
    }

    @Test
    void aDeadlineThatComesForTheTestBeforeShouldChangeNothing() {
        rig.attached().run(assign(1, Duration.ofHours(1)), heard(new FromWorker.Started(1)), Worker.Timer.DEADLINE);
        assertEquals(List.of(), rig.signals);
    }

    @Test
    void aForkedTestShouldBeSignalledThroughItsWorkerWhichLives() {
        rig.activity = new Activity(Phase.CALL, OptionalInt.of(1), OptionalInt.empty(), 4711);
        rig.running().run(Worker.Timer.DEADLINE);
        rig.stacksBytes = 100;
        rig.run(Worker.Timer.STACKS, Worker.Timer.STACKS, Worker.Timer.TERM_GRACE, heard(died(1, 9)));

        assertEquals(
                List.of(
                        new ToWorker.SignalTest(1, WireDescriptor.SIGNAL_STACKS),
                        new ToWorker.SignalTest(1, 15),
                        new ToWorker.SignalTest(1, 9)),
                rig.sent.subList(1, 4));
        assertEquals(List.of(), rig.signals);
        assertEquals(Cause.DEADLINE, rig.testDeaths.get(0).cause());
        assertEquals(Death.signaled("SIGKILL", false), rig.testDeaths.get(0).death());
        assertTrue(rig.kit.isAlive());
    }

    @Test
    void aWorkerThatSurvivesItsKilledTestShouldBeKilledItself() {
        rig.activity = new Activity(Phase.CALL, OptionalInt.of(1), OptionalInt.empty(), 4711);
        rig.running().run(Worker.Timer.DEADLINE);
        rig.stacksBytes = 100;
        rig.run(Worker.Timer.STACKS, Worker.Timer.STACKS, Worker.Timer.TERM_GRACE, Worker.Timer.TERM_GRACE);
        assertEquals(List.of("9 group gw7"), rig.signals);
    }

    // --- watch

    @Test
    void watchShouldTrimLogs() {
        rig.running().run(Worker.Timer.WATCH);
        assertTrue(rig.trimmed);
        assertEquals(List.of(), rig.signals);
    }

    @Test
    void watchShouldKillAnImportThatTakesTooLong() {
        rig.activity = new Activity(Phase.COLLECT, OptionalInt.empty(), OptionalInt.of(3), 0);
        rig.attached().run(new Worker.CollectUnits(List.of(3)), Worker.Timer.WATCH);
        assertEquals(List.of(), rig.signals);
        rig.run(Worker.Timer.WATCH, SEGFAULT, HUNG_UP);
        assertEquals(List.of("9 group gw7"), rig.signals);
        assertEquals(Cause.DEADLINE, rig.deaths.get(0).cause());
        assertEquals(OptionalInt.of(3), rig.deaths.get(0).activity().unit());
    }

    // --- end

    @Test
    void deathShouldNeedBothExitAndHangUp() {
        rig.running().run(SEGFAULT);
        assertEquals(List.of(), rig.deaths);
        rig.run(heard(new FromWorker.Started(1)), HUNG_UP);

        WorkerDeath death = rig.deaths.get(0);
        assertEquals(Death.signaled("SIGSEGV", false), death.death());
        assertEquals(Cause.DIED, death.cause());
        assertEquals("SIGSEGV", death.inWords());
        assertEquals(OptionalInt.of(1), death.testInSlot());
        assertEquals("log", death.output().log());
        assertEquals(List.of("sleep"), death.leaked());
        assertEquals(2, rig.said.size(), "what came before the hang-up counts");
        assertFalse(rig.kit.isAlive());
    }

    @Test
    void anExitShouldCountAloneWhenADescendantHoldsTheSocket() {
        rig.running().run(SEGFAULT, Worker.Timer.END_GRACE);
        assertEquals(1, rig.deaths.size());
    }

    @Test
    void aHangUpWithoutExitShouldEndTheProcess() {
        rig.running().run(HUNG_UP);
        assertEquals(List.of(), rig.signals);
        rig.run(Worker.Timer.END_GRACE, new Worker.Exited(Death.signaled("SIGKILL", false), List.of()));
        assertEquals(List.of("9 group gw7"), rig.signals);
        assertEquals(Cause.CHANNEL_CLOSED, rig.deaths.get(0).cause());
    }

    @Test
    void garbageShouldKillAndBeTheCause() {
        rig.running().run(new Worker.HungUp(Optional.of("slug=bad-length")), SEGFAULT);
        assertEquals(List.of("9 group gw7"), rig.signals);
        assertEquals(Cause.PROTOCOL, rig.deaths.get(0).cause());
        assertEquals("slug=bad-length", rig.deaths.get(0).inWords());
    }

    @Test
    void anExitBeforeItConnectedShouldBeReportedAtOnce() {
        rig.run(SEGFAULT);
        assertEquals(1, rig.deaths.size());
        assertEquals(OptionalInt.empty(), rig.deaths.get(0).testInSlot());
    }

    @Test
    void goodbyeShouldMakeItAnOrderlyEnd() {
        rig.attached()
                .run(Worker.Request.LEAVE, heard(new FromWorker.Leaving()), HUNG_UP)
                .run(new Worker.Exited(Death.exited(0), List.of()));
        assertTrue(rig.deaths.get(0).inOrder());
        assertEquals(List.of(), rig.signals);
    }

    private boolean hasTimer(Worker.Timer timer) {
        return rig.kit.getAllEffects().stream()
                .anyMatch(e -> e instanceof Effect.TimerScheduled<?> t && t.msg() == timer);
    }
}
