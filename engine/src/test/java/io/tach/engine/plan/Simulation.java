package io.tach.engine.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/** A whole run against simulated workers in random order, with the accidents that were asked for. */
final class Simulation {
    /** How likely accidents are, in thousandths a step. */
    record Accidents(int deaths, int handBacks, int stop, int recollectDiffers, int recollectShuffled) {
        static final Accidents NONE = new Accidents(0, 0, 0, 0, 0);
    }

    private final Random random;
    private final Accidents accidents;
    private final Dispatcher dispatcher;
    private final Map<Integer, Collected> units = new TreeMap<>();
    private final Map<Integer, List<String>> inherited = new HashMap<>();
    private final Map<Integer, SimulatedWorker> workers = new TreeMap<>();
    final Map<Integer, Integer> endings = new HashMap<>();
    final Map<Integer, Integer> ranOn = new HashMap<>();
    private final Set<Integer> collected = new HashSet<>();
    private int nextWorker;
    private long clockNs;
    private int deaths;
    private boolean stopped;

    Simulation(long seed, DispatchSettings settings, List<Collected> suite, Accidents accidents) {
        this.random = new Random(seed);
        this.accidents = accidents;
        this.dispatcher = new Dispatcher(settings);
        dispatcher.expect(seed % 2 == 0 ? Forecast.NONE : new Rumour(seed));
        suite.forEach(c -> units.put(c.unit(), c));
    }

    Dispatcher run() {
        dispatcher.unitsKnown(
                units.keySet().stream().map(u -> new UnitInfo(u, "u" + u)).toList());
        int byZygote = random.nextInt(units.size() + 1);
        units.values().stream().limit(byZygote).forEach(c -> {
            inherited.put(c.unit(), c.nodeIds());
            collected.add(c.unit());
            deliver(dispatcher.collectedByZygote(c));
        });
        while (!dispatcher.collectionComplete()) {
            forkWanted();
            step();
        }
        forkWanted();
        deliver(dispatcher.beginRun());
        while (!dispatcher.done() && !(stopped && workers.isEmpty())) {
            forkWanted();
            step();
        }
        return dispatcher;
    }

    private void forkWanted() {
        while (workers.values().stream().filter(w -> !w.left).count() < dispatcher.workersWanted()) {
            SimulatedWorker worker = new SimulatedWorker(nextWorker++, inherited);
            workers.put(worker.number, worker);
            deliver(dispatcher.workerReady(worker.number));
        }
    }

    private void step() {
        clockNs += random.nextInt(30_000_000);
        List<SimulatedWorker> able =
                workers.values().stream().filter(w -> w.left || w.canStep()).toList();
        assertTrue(!able.isEmpty(), () -> "nobody can go on: stopped=" + stopped + " workers=" + workers.values());
        SimulatedWorker worker = able.get(random.nextInt(able.size()));
        if (worker.left) {
            end(worker);
        } else if (happens(accidents.stop()) && dispatcher.planned() > 0 && !stopped) {
            stopped = true;
            deliver(dispatcher.stop());
        } else if (happens(accidents.deaths()) && deaths < 20) {
            deaths++;
            lose(worker);
        } else if (happens(accidents.handBacks()) && !worker.queue.isEmpty() && worker.running == null) {
            handBack(worker);
        } else {
            work(worker);
        }
    }

    private boolean happens(int perMille) {
        return random.nextInt(1000) < perMille;
    }

    private void work(SimulatedWorker worker) {
        if (!worker.inbox.isEmpty() && (random.nextBoolean() || (worker.running == null && !worker.canStart()))) {
            Order order = worker.inbox.removeFirst();
            if (order instanceof Order.Collect collect) {
                collect.units().forEach(unit -> collect(worker, unit));
            } else {
                worker.take(order, stopped);
            }
        } else if (worker.running != null) {
            PlannedTest test = worker.finish();
            ended(test.testId());
            ranOn.put(test.testId(), worker.number);
            deliver(dispatcher.finished(worker.number, test.testId(), 1000L + random.nextInt(100_000_000), 0, clockNs));
        } else if (worker.canStart()) {
            PlannedTest test = worker.start();
            if (random.nextBoolean()) {
                dispatcher.started(worker.number, test.testId(), clockNs);
            }
        }
    }

    private void collect(SimulatedWorker worker, int unit) {
        List<String> ids = new ArrayList<>(units.get(unit).nodeIds());
        boolean again = !collected.add(unit) && !ids.isEmpty();
        if (again && happens(accidents.recollectDiffers())) {
            ids.remove(ids.size() - 1);
        } else if (again && happens(accidents.recollectShuffled())) {
            Collections.shuffle(ids, random);
        }
        worker.held.put(unit, List.copyOf(ids));
        Collected first = units.get(unit);
        deliver(dispatcher.collected(
                worker.number, new Collected(unit, ids, first.durationNs(), first.timeouts(), first.groups())));
    }

    private void handBack(SimulatedWorker worker) {
        List<Integer> ids =
                new ArrayList<>(worker.queue.stream().map(PlannedTest::testId).toList());
        worker.inbox.stream()
                .filter(Order.Run.class::isInstance)
                .flatMap(o -> ((Order.Run) o).tests().stream())
                .forEach(t -> ids.add(t.testId()));
        worker.queue.clear();
        worker.inbox.removeIf(o -> !(o instanceof Order.Leave));
        deliver(dispatcher.handedBack(worker.number, ids));
    }

    /** A worker that was told to leave hands its queue back and goes. */
    private void end(SimulatedWorker worker) {
        if (worker.running != null) {
            PlannedTest test = worker.finish();
            ended(test.testId());
            deliver(dispatcher.finished(worker.number, test.testId(), 1, 0, clockNs));
        }
        lose(worker);
    }

    private void lose(SimulatedWorker worker) {
        workers.remove(worker.number);
        OptionalInt slot = worker.running == null ? OptionalInt.empty() : OptionalInt.of(worker.running.testId());
        boolean[] again = new boolean[1];
        Loss loss = dispatcher.workerLost(worker.number, slot, id -> again[0] = random.nextBoolean());
        if (loss.running().isPresent() && !again[0]) {
            ended(loss.running().getAsInt());
        }
        assertEquals(worker.running != null, loss.running().isPresent());
        deliver(loss.orders());
    }

    private void ended(int testId) {
        endings.merge(testId, 1, Integer::sum);
    }

    private void deliver(List<Order> orders) {
        for (Order order : orders) {
            if (order instanceof Order.Abandon abandon) {
                abandon.testIds().forEach(this::ended);
            } else {
                worker(order).inbox.add(order);
            }
        }
    }

    private SimulatedWorker worker(Order order) {
        int number = order instanceof Order.Run o
                ? o.worker()
                : order instanceof Order.Collect c
                        ? c.worker()
                        : order instanceof Order.Drain d ? d.worker() : ((Order.Leave) order).worker();
        return workers.get(number);
    }

    /** An earlier run of another suite, more or less: some tests are known, some failed, nothing is right. */
    record Rumour(long seed) implements Forecast {
        @Override
        public long testNs(String nodeId) {
            return random(nodeId).nextInt(4) == 0 ? -1 : random(nodeId).nextInt(1_000_000_000);
        }

        @Override
        public boolean failedLast(String nodeId) {
            return random(nodeId).nextInt(10) == 0;
        }

        @Override
        public long setupNs(String path) {
            return random(path).nextInt(3) == 0 ? -1 : random(path).nextInt(2_000_000_000);
        }

        private Random random(String name) {
            return new Random(seed ^ name.hashCode());
        }
    }
}
