package io.tach.actors.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tach.engine.event.RunEvent;
import io.tach.engine.event.RunEvent.Noted;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class EventFeedTest {
    private final HeldOutlet outlet = new HeldOutlet();
    private final List<Throwable> answers = new ArrayList<>();
    private final EventFeed feed = new EventFeed(outlet, answers::add);

    @Test
    void shouldGatherWhileABatchIsOnItsWay() {
        feed.emit(new Noted("a"));
        feed.flush();
        feed.emit(new Noted("b"));
        feed.emit(new Noted("c"));
        feed.flush();
        assertEquals(List.of(List.of(new Noted("a"))), outlet.batches);

        feed.accepted();

        assertEquals(List.of(List.of(new Noted("a")), List.of(new Noted("b"), new Noted("c"))), outlet.batches);
    }

    @Test
    void shouldBeBehindWhenTheSinksDoNotTakeEvents() {
        feed.emit(new Noted("first"));
        feed.flush();
        for (int i = 0; i <= EventFeed.BEHIND_EVENTS; i++) {
            assertFalse(feed.isBehind());
            feed.emit(new Noted("more"));
        }
        assertTrue(feed.isBehind());

        feed.accepted();

        assertFalse(feed.isBehind());
    }

    @Test
    void shouldCompleteOnlyAfterTheLastBatchWasTaken() {
        feed.emit(new Noted("last"));
        feed.finish();
        assertFalse(outlet.completed);

        feed.accepted();

        assertTrue(outlet.completed);
        assertTrue(feed.isClosed());
    }

    @Test
    void shouldDropEventsWhenNobodyListens() {
        feed.abandon();
        feed.emit(new Noted("unheard"));
        feed.flush();
        assertEquals(List.of(), outlet.batches);
    }

    @Test
    void shouldTellWhyABatchWasNotTaken() {
        feed.emit(new Noted("a"));
        feed.flush();
        IllegalStateException cause = new IllegalStateException("gone");
        outlet.offers.get(0).completeExceptionally(cause);
        assertEquals(List.of(cause), answers);
    }

    private static final class HeldOutlet implements EventOutlet {
        final List<List<RunEvent>> batches = new ArrayList<>();
        final List<CompletableFuture<Void>> offers = new ArrayList<>();
        boolean completed;

        @Override
        public CompletionStage<?> offer(List<RunEvent> batch) {
            batches.add(batch);
            offers.add(new CompletableFuture<>());
            return offers.get(offers.size() - 1);
        }

        @Override
        public void complete() {
            completed = true;
        }

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
