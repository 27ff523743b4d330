package io.tach.actors.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tach.actors.TachSystem;
import io.tach.actors.stream.RunEvents.ReporterSinks;
import io.tach.actors.testing.RunRecorder;
import io.tach.engine.event.Reporter;
import io.tach.engine.event.RunEvent;
import io.tach.engine.event.RunEvent.Noted;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class RunEventsTest {
    private static final ActorSystem<Void> SYSTEM = TachSystem.create();

    @AfterAll
    static void terminate() {
        SYSTEM.terminate();
    }

    @Test
    void shouldGiveEveryReporterEveryEventInOrder() {
        RunRecorder one = new RunRecorder();
        RunRecorder two = new RunRecorder();
        RunRecorder three = new RunRecorder();
        ReporterSinks sinks = RunEvents.sinks(List.of(one, two, three), SYSTEM, (name, e, atTheEnd) -> {});
        EventOutlet outlet = RunEvents.source(o -> o).to(sinks.sink()).run(SYSTEM);
        List<RunEvent> expected = feed(outlet, 1000);

        assertTrue(sinks.closed().toCompletableFuture().join());

        assertEquals(expected, one.events());
        assertEquals(expected, two.events());
        assertEquals(expected, three.events());
    }

    @Test
    void shouldGoOnWithoutAReporterThatThrows() {
        RunRecorder healthy = new RunRecorder();
        List<String> cutOff = new CopyOnWriteArrayList<>();
        ReporterSinks sinks =
                RunEvents.sinks(List.of(new Broken(), healthy), SYSTEM, (name, e, atTheEnd) -> cutOff.add(name));
        EventOutlet outlet = RunEvents.source(o -> o).to(sinks.sink()).run(SYSTEM);
        List<RunEvent> expected = feed(outlet, 100);

        assertFalse(sinks.closed().toCompletableFuture().join());

        assertEquals(expected, healthy.events());
        assertEquals(List.of("broken"), cutOff);
    }

    @Test
    void shouldPushBackWhenAReporterIsSlow() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        Blocked slow = new Blocked(release);
        ReporterSinks sinks = RunEvents.sinks(List.of(slow, new RunRecorder()), SYSTEM, (name, e, atTheEnd) -> {});
        EventOutlet outlet = RunEvents.source(o -> o).to(sinks.sink()).run(SYSTEM);

        assertTrue(slow.entered(outlet));
        CompletableFuture<?> held = offerUntilHeld(outlet);
        release.countDown();

        held.join();
        outlet.complete();
        assertTrue(sinks.closed().toCompletableFuture().join());
    }

    /** Offers more than all buffers hold: the offer that found no room is still open while the sink blocks. */
    private static CompletableFuture<?> offerUntilHeld(EventOutlet outlet) {
        List<CompletableFuture<?>> offers = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 100; i++) {
            CompletableFuture<?> offer =
                    outlet.offer(List.of(new Noted("batch " + i))).toCompletableFuture();
            offers.add(offer);
            if (!offer.orTimeout(200, TimeUnit.MILLISECONDS)
                    .handle((v, e) -> e == null)
                    .join()) {
                return outlet.closed().toCompletableFuture().isDone() ? offer : CompletableFuture.completedFuture(i);
            }
        }
        throw new AssertionError("nothing pushed back offers=" + offers.size());
    }

    private static List<RunEvent> feed(EventOutlet outlet, int count) {
        List<RunEvent> all = new CopyOnWriteArrayList<>();
        for (int i = 0; i < count; i++) {
            RunEvent event = new Noted("event " + i);
            all.add(event);
            outlet.offer(List.of(event)).toCompletableFuture().join();
        }
        outlet.complete();
        return all;
    }

    private static final class Broken implements Reporter {
        @Override
        public String name() {
            return "broken";
        }

        @Override
        public void onNote(Noted event) {
            throw new IllegalStateException("no disk");
        }
    }

    private static final class Blocked implements Reporter {
        private final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch release;

        Blocked(CountDownLatch release) {
            this.release = release;
        }

        boolean entered(EventOutlet outlet) throws InterruptedException {
            outlet.offer(List.of(new Noted("first")));
            return entered.await(10, TimeUnit.SECONDS);
        }

        @Override
        public String name() {
            return "blocked";
        }

        @Override
        public void onNote(Noted event) {
            entered.countDown();
            boolean released = false;
            while (!released) {
                try {
                    released = release.await(10, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }
}
