package io.tach.actors.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tach.actors.stream.EventOutlet;
import io.tach.actors.testing.Completeness;
import io.tach.actors.testing.FakeMessages;
import io.tach.actors.worker.Activity;
import io.tach.actors.worker.WorkerDeath;
import io.tach.actors.zygote.Zygote;
import io.tach.actors.zygote.ZygoteEvents;
import io.tach.conf.TachSettings;
import io.tach.engine.event.RunEvent;
import io.tach.engine.event.RunEvent.RunFinished;
import io.tach.engine.history.History;
import io.tach.engine.run.ExitCodes;
import io.tach.engine.toxicity.Predictions;
import io.tach.engine.toxicity.RecordedTruth;
import io.tach.engine.verdict.Death;
import io.tach.engine.verdict.DeathFacts.Cause;
import io.tach.engine.verdict.Output;
import io.tach.nativeio.wire.FromWorker;
import io.tach.nativeio.wire.FromZygote;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.testkit.typed.javadsl.BehaviorTestKit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SupervisorTest {
    private static final WorkerDeath DEATH = new WorkerDeath(
            Death.exited(0),
            Cause.DIED,
            "",
            Activity.NONE,
            OptionalInt.empty(),
            Duration.ZERO,
            0,
            Output.NONE,
            List.of(),
            true);

    private final List<FakeSuite> suites = new ArrayList<>();

    @AfterEach
    void deleteDirectories() throws IOException {
        for (FakeSuite suite : suites) {
            suite.directory.close();
        }
    }

    @Test
    void everyStateShouldHandleEveryCommand() {
        List<Supervisor.Command> samples = new ArrayList<>(List.of(
                Supervisor.Request.PAUSE,
                new Supervisor.Note("a line"),
                new Supervisor.ZygoteSaid(List.of(new FromZygote.Collecting("a.py"))),
                new Supervisor.ZygoteLost(new ZygoteEvents.Loss("SIGKILL", "", Death.unknown(), Duration.ZERO, true)),
                new Supervisor.PastRead(new PastRuns.Read(History.EMPTY, RecordedTruth.NONE, Optional.empty(), "")),
                new Supervisor.Predicted(Predictions.NONE),
                Supervisor.ZygoteGone.INSTANCE,
                new Supervisor.WorkerUp(0),
                new Supervisor.WorkerSaid(0, List.of(new FromWorker.Leaving())),
                new Supervisor.TestDied(0, FakeMessages.died(0), DEATH),
                new Supervisor.WorkerDied(0, DEATH),
                new Supervisor.FeedAccepted(null),
                Supervisor.StreamClosed.INSTANCE,
                Supervisor.Timer.GRACE));
        Completeness.assertOneOfEach(Supervisor.Command.class, samples);
        samples.addAll(List.of(Supervisor.Request.values()));
        samples.addAll(List.of(Supervisor.Timer.values()));
        ways().forEach((state, way) -> {
            assertEquals(state, reached(way), "the way leads there");
            samples.forEach(sample -> Completeness.assertHandles(state.name(), walk(way).kit, sample));
        });
    }

    @Test
    void aHandlerThatThrowsShouldEndTheRunInOrder() {
        Walk walk = walk(ways().get(RunState.Phase.RUNNING));
        walk.kit.run(new Supervisor.ZygoteSaid(null));
        assertTrue(walk.kit.isAlive());
        assertEquals(ExitCodes.RUNTIME, walk.finished().exitCode());
    }

    @Test
    void aHandlerThatThrowsShouldCountForMoreThanAnInterrupt() {
        Walk walk = walk(ways().get(RunState.Phase.DRAINING));
        walk.kit.run(new Supervisor.ZygoteSaid(null));
        assertEquals(ExitCodes.RUNTIME, walk.finished().exitCode());
    }

    /** It hears nothing while it imports, and nobody else has begun. */
    @Test
    void anInterruptBeforeTheFirstForkShouldNotWaitForTheZygote() {
        Walk walk = walk(ways().get(RunState.Phase.COLLECTING));
        walk.kit.run(new Supervisor.ZygoteSaid(
                List.of(new FromZygote.Units(List.of(new FromZygote.Unit(0, "a.py")), "distributed", true))));
        walk.kit.run(Supervisor.Request.INTERRUPT);
        assertEquals(RunState.Phase.CLOSING, walk.supervisor.phase());
        assertTrue(walk.zygote().contains(Zygote.Request.KILL));
    }

    @Test
    void nothingShouldComeAfterTheLastEvent() {
        Walk walk = new Walk(this::host);
        walk.kit.run(new Supervisor.ZygoteSaid(List.of(
                new FromZygote.BootFailed("exit", "pytest 9.2.0", 0),
                new io.tach.nativeio.wire.Note("too late"),
                new FromZygote.BootFailed("internal", "again", 3))));
        assertEquals(ExitCodes.PASSED, walk.finished().exitCode());
        assertEquals(1, walk.outlet.events.size());
    }

    @Test
    void aRunWithoutPremisesShouldSayWhy() {
        Walk walk = new Walk(() -> {
            throw new IOException("no space left");
        });
        RunFinished finished = walk.finished();
        assertEquals(ExitCodes.RUNTIME, finished.exitCode());
        assertTrue(finished.stopReason().contains("no space left"));
    }

    @Test
    void aSummaryThatDoesNotComeShouldNotHoldTheRun() {
        Walk walk = walk(ways().get(RunState.Phase.SUMMARIZING));
        walk.kit.run(Supervisor.Timer.SUMMARY);
        RunFinished finished = walk.finished();
        assertEquals("", finished.summary());
        assertEquals(ExitCodes.INTERRUPTED, finished.exitCode());
    }

    @Test
    void whoeverCancelsTheStreamShouldCancelTheRun() {
        Walk walk = walk(ways().get(RunState.Phase.BOOTING));
        walk.kit.run(Supervisor.StreamClosed.INSTANCE);
        walk.kit.run(Supervisor.ZygoteGone.INSTANCE);
        assertFalse(walk.kit.isAlive());
    }

    @Test
    void aRunThatIsOverShouldNotWaitForAListenerThatWentAway() {
        Walk walk = new Walk(this::host);
        walk.kit.run(new Supervisor.ZygoteSaid(List.of(new FromZygote.BootFailed("exit", "pytest 9.2.0", 0))));
        walk.kit.run(Supervisor.ZygoteGone.INSTANCE);
        assertTrue(walk.kit.isAlive(), "the last event is not taken");

        walk.kit.run(Supervisor.StreamClosed.INSTANCE);

        assertFalse(walk.kit.isAlive());
    }

    @Test
    void aZygoteThatDoesNotKillShouldBeKilledItself() {
        Walk walk = walk(ways().get(RunState.Phase.RUNNING));
        walk.kit.run(Supervisor.Request.CANCEL);
        assertEquals(RunState.Phase.DRAINING, walk.supervisor.phase());

        walk.kit.run(Supervisor.Timer.KILL);
        assertTrue(walk.zygote().contains(Zygote.Request.KILL));

        walk.kit.run(new Supervisor.WorkerDied(0, DEATH));
        assertEquals(RunState.Phase.CLOSING, walk.supervisor.phase());
        assertEquals(ExitCodes.INTERRUPTED, walk.finished().exitCode());
    }

    /** What leads to each state. */
    private static Map<RunState.Phase, List<Supervisor.Command>> ways() {
        Map<RunState.Phase, List<Supervisor.Command>> ways = new LinkedHashMap<>();
        List<Supervisor.Command> way = new ArrayList<>();
        ways.put(RunState.Phase.BOOTING, List.copyOf(way));
        way.add(new Supervisor.ZygoteSaid(List.of(FakeMessages.ready(0))));
        ways.put(RunState.Phase.COLLECTING, List.copyOf(way));
        way.add(new Supervisor.ZygoteSaid(List.of(
                new FromZygote.Units(List.of(new FromZygote.Unit(0, "a.py")), "distributed", true),
                io.tach.nativeio.wire.Collected.of(0, List.of("a.py::test"), 1))));
        way.add(new Supervisor.WorkerUp(0));
        ways.put(RunState.Phase.RUNNING, List.copyOf(way));
        way.add(Supervisor.Request.INTERRUPT);
        ways.put(RunState.Phase.DRAINING, List.copyOf(way));
        way.add(new Supervisor.WorkerDied(0, DEATH));
        ways.put(RunState.Phase.SUMMARIZING, List.copyOf(way));
        way.add(new Supervisor.ZygoteSaid(List.of(new FromZygote.Summary("", true, 2))));
        ways.put(RunState.Phase.CLOSING, List.copyOf(way));
        return ways;
    }

    private RunState.Phase reached(List<Supervisor.Command> way) {
        return walk(way).supervisor.phase();
    }

    private Walk walk(List<Supervisor.Command> way) {
        Walk walk = new Walk(this::host);
        way.forEach(walk.kit::run);
        return walk;
    }

    private Host host() throws IOException {
        FakeSuite suite = new FakeSuite();
        suites.add(suite);
        return suite.quietHost();
    }

    /** A supervisor whose children are never started. */
    private static final class Walk {
        final Kept outlet = new Kept();
        final BehaviorTestKit<Supervisor.Command> kit;
        Supervisor supervisor;

        /** The last event, after the stream took all before it. */
        RunFinished finished() {
            if (kit.isAlive()) {
                kit.run(new Supervisor.FeedAccepted(null));
            }
            return (RunFinished) outlet.last();
        }

        /** What the zygote was told. */
        List<Zygote.Command> zygote() {
            return kit.<Zygote.Command>childInbox("zygote").getAllReceived();
        }

        Walk(Host.Factory host) {
            TachSettings settings = SuiteRun.settings(1, Duration.ZERO);
            kit = BehaviorTestKit.create(
                    Supervisor.create(settings, host, outlet, new CompletableFuture<>(), made -> supervisor = made));
        }
    }

    /** Takes every batch at once. */
    private static final class Kept implements EventOutlet {
        private final List<RunEvent> events = new ArrayList<>();

        RunEvent last() {
            return events.get(events.size() - 1);
        }

        @Override
        public CompletionStage<?> offer(List<RunEvent> batch) {
            events.addAll(batch);
            return new CompletableFuture<Void>();
        }

        @Override
        public void complete() {}

        @Override
        public void fail(Throwable cause) {
            throw new AssertionError(cause);
        }

        @Override
        public CompletionStage<?> closed() {
            return new CompletableFuture<Void>();
        }
    }
}
