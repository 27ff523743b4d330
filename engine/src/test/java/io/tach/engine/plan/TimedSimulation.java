package io.tach.engine.plan;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** A whole run of a {@link ModelSuite} against the real dispatcher, on a clock that only counts. */
final class TimedSimulation {
    /** From the end of a test to the arrival of what the supervisor makes of it. */
    private static final long MESSAGE_NS = 500_000;

    private record Event(long atNs, int order, Runnable what) {}

    private final ModelSuite suite;
    private final Dispatcher dispatcher;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::atNs).thenComparingInt(Event::order));
    private final Map<Integer, Worker> workers = new TreeMap<>();
    private int order;
    private long nowNs;
    private long lastEndNs;

    /** One worker: collects, then runs what it was sent, as {@link SimulatedWorker} does without a clock. */
    private final class Worker {
        final int number;
        final Deque<Order> inbox = new ArrayDeque<>();
        final Deque<PlannedTest> queue = new ArrayDeque<>();
        int lastUnit = -1;
        boolean drained;
        boolean busy;

        Worker(int number) {
            this.number = number;
        }

        void take(Order message) {
            inbox.add(message);
            if (!busy) {
                goOn();
            }
        }

        private void goOn() {
            busy = false;
            while (!busy && !inbox.isEmpty()) {
                handle(inbox.removeFirst());
            }
            if (!busy && (queue.size() > 1 || (drained && queue.size() == 1))) {
                run(queue.removeFirst());
            }
        }

        private void handle(Order message) {
            if (message instanceof Order.Run m) {
                queue.addAll(m.tests());
                drained = false;
            } else if (message instanceof Order.Drain) {
                drained = true;
            } else if (message instanceof Order.Collect m) {
                busy = true;
                collect(new ArrayDeque<>(m.units()));
            }
        }

        private void collect(Deque<Integer> units) {
            int unit = units.removeFirst();
            long costNs = suite.files().get(unit).collectNs();
            after(costNs, () -> {
                after(MESSAGE_NS, () -> deliver(dispatcher.collected(number, collected(unit))));
                if (units.isEmpty()) {
                    goOn();
                } else {
                    collect(units);
                }
            });
        }

        private void run(PlannedTest test) {
            busy = true;
            ModelSuite.File file = suite.files().get(test.unit());
            boolean entered = lastUnit != test.unit();
            long setupNs = entered ? file.setupNs() : 0;
            long ns = file.testNs().get(test.index()) + setupNs;
            boolean last = drained && queue.isEmpty();
            lastUnit = last ? -1 : test.unit();
            after(MESSAGE_NS, () -> dispatcher.started(number, test.testId(), nowNs));
            after(ns, () -> {
                lastEndNs = nowNs;
                after(MESSAGE_NS, () -> deliver(dispatcher.finished(number, test.testId(), ns, setupNs, nowNs)));
                goOn();
            });
        }
    }

    private TimedSimulation(ModelSuite suite, DispatchSettings settings, Forecast forecast) {
        this.suite = suite;
        this.dispatcher = new Dispatcher(settings);
        dispatcher.expect(forecast);
        for (int i = 0; i < settings.workers(); i++) {
            workers.put(i, new Worker(i));
        }
    }

    /**
     * Plays a run.
     *
     * @param prefix how many files the zygote has collected before there are workers
     * @return the time from the end of the collection to the end of the last test, in nanoseconds
     */
    static long makespanNs(ModelSuite suite, DispatchSettings settings, Forecast forecast, int prefix) {
        return new TimedSimulation(suite, settings, forecast).play(prefix);
    }

    private long play(int prefix) {
        dispatcher.unitsKnown(IntStream.range(0, suite.files().size())
                .mapToObj(i -> new UnitInfo(i, suite.files().get(i).path()))
                .toList());
        for (int unit = 0; unit < Math.min(prefix, suite.files().size()); unit++) {
            dispatcher.collectedByZygote(collected(unit));
        }
        workers.keySet().forEach(w -> deliver(dispatcher.workerReady(w)));
        while (!dispatcher.collectionComplete()) {
            step();
        }
        long begunNs = nowNs;
        deliver(dispatcher.beginRun());
        while (!dispatcher.done()) {
            step();
        }
        return lastEndNs - begunNs;
    }

    private void step() {
        Event next = events.poll();
        if (next == null) {
            throw new IllegalStateException("nobody can go on: owed=" + dispatcher.owed());
        }
        nowNs = next.atNs();
        next.what().run();
    }

    private void after(long ns, Runnable what) {
        events.add(new Event(nowNs + ns, order++, what));
    }

    private Collected collected(int unit) {
        ModelSuite.File file = suite.files().get(unit);
        List<String> ids = IntStream.range(0, file.testNs().size())
                .mapToObj(i -> ModelSuite.nodeId(file.path(), i))
                .toList();
        return Collected.of(unit, ids, file.collectNs());
    }

    private void deliver(List<Order> orders) {
        for (Order message : orders) {
            int worker = receiver(message);
            after(0, () -> workers.get(worker).take(message));
        }
    }

    private static int receiver(Order message) {
        if (message instanceof Order.Run m) {
            return m.worker();
        } else if (message instanceof Order.Collect m) {
            return m.worker();
        } else if (message instanceof Order.Drain m) {
            return m.worker();
        } else if (message instanceof Order.Leave m) {
            return m.worker();
        }
        throw new IllegalStateException("nothing may be given up here: " + message);
    }
}
