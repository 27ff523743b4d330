package io.tach.actors.stream;

import io.tach.engine.event.RunEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The supervisor's end of the event stream: collects events while an earlier batch is still on its way. Owned by one
 * actor and not thread-safe; {@code onAccepted} must bring the answer back to that actor, which calls {@link
 * #accepted}.
 */
public final class EventFeed {
    /** Above this many waiting events the sinks count as behind, and no further test is handed out. */
    static final int BEHIND_EVENTS = 512;

    private final EventOutlet outlet;
    private final Consumer<Throwable> onAccepted;
    private List<RunEvent> waiting = new ArrayList<>();
    private boolean offered;
    private boolean finishing;
    private boolean closed;

    /**
     * A feed into the outlet.
     *
     * @param outlet the stream
     * @param onAccepted called on any thread when the stream took a batch, with null or with why it did not
     */
    public EventFeed(EventOutlet outlet, Consumer<Throwable> onAccepted) {
        this.outlet = outlet;
        this.onAccepted = onAccepted;
    }

    /** Adds an event; nothing is sent before {@link #flush}. What comes after {@link #finish} is dropped. */
    public void emit(RunEvent event) {
        if (!closed && !finishing) {
            waiting.add(event);
        }
    }

    /** Sends what has gathered, unless a batch is still on its way. */
    public void flush() {
        if (offered || closed) {
            return;
        }
        if (!waiting.isEmpty()) {
            List<RunEvent> batch = waiting;
            waiting = new ArrayList<>();
            offered = true;
            // With an executor, as Scala's futures answer without one on the common pool, and that is a new thread for
            // every batch where there are two processors.
            outlet.offer(batch).whenCompleteAsync((done, failure) -> onAccepted.accept(failure), Runnable::run);
        } else if (finishing) {
            closed = true;
            outlet.complete();
        }
    }

    /** The stream took the batch: the next one may go. */
    public void accepted() {
        offered = false;
        flush();
    }

    /** Nobody listens any more: what comes now is dropped. */
    public void abandon() {
        closed = true;
        waiting = new ArrayList<>();
    }

    /** No event follows; the stream completes when all are taken. */
    public void finish() {
        finishing = true;
        flush();
    }

    /** True while the sinks are so far behind that the run should wait for them. */
    public boolean isBehind() {
        return waiting.size() > BEHIND_EVENTS;
    }

    /** True when the stream was completed or abandoned. */
    public boolean isClosed() {
        return closed;
    }
}
