package io.tach.actors.stream;

import io.tach.engine.event.RunEvent;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.stream.javadsl.SourceQueueWithComplete;

/** An outlet that is the queue in front of a Pekko stream. */
record QueueOutlet(SourceQueueWithComplete<List<RunEvent>> queue) implements EventOutlet {
    @Override
    public CompletionStage<?> offer(List<RunEvent> batch) {
        return queue.offer(batch);
    }

    @Override
    public void complete() {
        queue.complete();
    }

    @Override
    public void fail(Throwable cause) {
        queue.fail(cause);
    }

    @Override
    public CompletionStage<Done> closed() {
        return queue.watchCompletion();
    }
}
