package io.tach.actors.stream;

import io.tach.engine.event.RunEvent;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Where a supervisor puts its events. Batches keep their order; at most one is offered at a time. */
public interface EventOutlet {

    /**
     * Offers a batch.
     *
     * @return completes when the stream has room for the next one; fails if nobody listens any more
     */
    CompletionStage<?> offer(List<RunEvent> batch);

    /** Ends the stream after what was accepted. */
    void complete();

    /** Ends the stream as broken. */
    void fail(Throwable cause);

    /** Completes, either way, as soon as nobody listens any more. */
    CompletionStage<?> closed();
}
