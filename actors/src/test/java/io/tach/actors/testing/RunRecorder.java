package io.tach.actors.testing;

import io.tach.engine.event.Reporter;
import io.tach.engine.event.RunEvent;
import io.tach.engine.event.RunEvent.RunFinished;
import io.tach.engine.event.RunEvent.TestFinished;
import io.tach.engine.model.Status;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** A reporter that keeps what it hears. */
public final class RunRecorder implements Reporter {
    private final List<RunEvent> events = new CopyOnWriteArrayList<>();
    private volatile int closed;

    @Override
    public String name() {
        return "recorder";
    }

    @Override
    public void on(RunEvent event) {
        events.add(event);
    }

    @Override
    public synchronized void close() {
        closed++;
    }

    /** How often it was closed. */
    public int timesClosed() {
        return closed;
    }

    public List<RunEvent> events() {
        return List.copyOf(events);
    }

    /** The events of one kind, in order. */
    public <E extends RunEvent> List<E> events(Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** The last event. */
    public RunFinished finished() {
        return (RunFinished) events.get(events.size() - 1);
    }

    /** Each node id with its status; a node id that finished twice is an error. */
    public Map<String, Status> statuses() {
        return events(TestFinished.class).stream()
                .collect(Collectors.toMap(
                        e -> e.result().nodeId(), e -> e.result().status()));
    }
}
