package io.tach.actors.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tach.actors.testing.Completeness;
import io.tach.actors.testing.RunRecorder;
import io.tach.engine.event.Reporter;
import io.tach.engine.event.RunEvent;
import io.tach.engine.event.RunEvent.Noted;
import io.tach.engine.event.RunEvent.RunFinished;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.Effect;
import org.apache.pekko.actor.testkit.typed.javadsl.BehaviorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.Test;

class ReporterActorTest {
    private final TestInbox<ReporterActor.Ack> acks = TestInbox.create();
    private final CompletableFuture<Boolean> closed = new CompletableFuture<>();
    private final List<String> cutOff = new ArrayList<>();

    @Test
    void shouldHandleEveryCommand() {
        List<ReporterActor.Command> samples = List.of(
                new ReporterActor.Attach(acks.getRef()),
                new ReporterActor.Deliver(acks.getRef(), List.of(new Noted("x"))),
                ReporterActor.Complete.INSTANCE,
                new ReporterActor.Break(new IllegalStateException("broken")),
                ReporterActor.Tick.INSTANCE);
        Completeness.assertOneOfEach(ReporterActor.Command.class, samples);
        Completeness.assertHandlesAll(
                "open",
                () -> ReporterActor.create(new RunRecorder(), (name, e, atTheEnd) -> {}, new CompletableFuture<>()),
                samples);
    }

    @Test
    void shouldAcknowledgeAfterTheReporterHeardTheBatch() {
        RunRecorder recorder = new RunRecorder();
        BehaviorTestKit<ReporterActor.Command> kit = kit(recorder);

        kit.run(deliver("a", "b"));

        assertEquals(List.of(new Noted("a"), new Noted("b")), recorder.events());
        assertEquals(1, acks.getAllReceived().size());
    }

    @Test
    void shouldCutOffAReporterThatThrowsAndGoOnAcknowledging() {
        Throwing reporter = new Throwing();
        BehaviorTestKit<ReporterActor.Command> kit = kit(reporter);

        kit.run(deliver("a", "b"));
        kit.run(deliver("c"));
        kit.run(ReporterActor.Complete.INSTANCE);

        assertEquals(1, reporter.heard);
        assertEquals(2, acks.getAllReceived().size());
        assertEquals(List.of("throwing: no disk"), cutOff);
        assertTrue(reporter.closed);
        assertFalse(closed.join());
    }

    /** No note can tell of it any more. */
    @Test
    void shouldSayWhenAReporterFailsOverTheEnd() {
        RunFinished last = new RunFinished(0, Map.of(), List.of(), Duration.ZERO, "", "");
        kit(new Late()).run(new ReporterActor.Deliver(acks.getRef(), List.of(new Noted("a"), last)));
        assertEquals(List.of("late: no disk, at the end"), cutOff);
    }

    @Test
    void shouldCloseOnceAlsoWhenTheRunBreaksOff() {
        RunRecorder recorder = new RunRecorder();
        BehaviorTestKit<ReporterActor.Command> kit = kit(recorder);

        kit.run(new ReporterActor.Break(new IllegalStateException("supervisor died")));

        assertFalse(kit.isAlive());
        assertEquals(1, recorder.timesClosed());
        assertTrue(closed.join());
    }

    @Test
    void shouldTickOnlyReportersThatWantIt() {
        assertFalse(hasTimer(kit(new RunRecorder())));
        assertTrue(hasTimer(kit(new Live())));
    }

    private BehaviorTestKit<ReporterActor.Command> kit(Reporter reporter) {
        return BehaviorTestKit.create(ReporterActor.create(
                reporter,
                (name, e, atTheEnd) -> cutOff.add(name + ": " + e.getMessage() + (atTheEnd ? ", at the end" : "")),
                closed));
    }

    private static boolean hasTimer(BehaviorTestKit<ReporterActor.Command> kit) {
        return kit.getAllEffects().stream().anyMatch(Effect.TimerScheduled.class::isInstance);
    }

    private ReporterActor.Deliver deliver(String... notes) {
        List<RunEvent> batch = new ArrayList<>();
        for (String note : notes) {
            batch.add(new Noted(note));
        }
        return new ReporterActor.Deliver(acks.getRef(), batch);
    }

    private static final class Throwing implements Reporter {
        int heard;
        boolean closed;

        @Override
        public String name() {
            return "throwing";
        }

        @Override
        public void onNote(Noted event) {
            heard++;
            throw new IllegalStateException("no disk");
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static final class Late implements Reporter {
        @Override
        public String name() {
            return "late";
        }

        @Override
        public void onRunFinished(RunFinished event) {
            throw new IllegalStateException("no disk");
        }
    }

    private static final class Live implements Reporter {
        @Override
        public String name() {
            return "live";
        }

        @Override
        public void onTick(long nowNs) {
            throw new AssertionError("nobody ticks in this test");
        }
    }
}
