package io.tach.engine.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * Decides who collects and who runs what, so that every planned test is run exactly once: the only owner of what is
 * still owed. Facts go in, orders come out; the caller carries each list of orders out before the next fact. One thread.
 *
 * <pre>
 *   COLLECTING --beginRun--> RUNNING --last test ended--> DONE
 *        \_____________________\_________stop___________> STOPPED
 * </pre>
 *
 * Numbers of workers are the caller's; a number may come back after {@link #workerLost}. A fact about a test or a unit
 * that the worker does not have is an {@link IllegalArgumentException}: the worker talks nonsense and should be ended.
 * Ask {@link #has} first.
 */
public final class Dispatcher {
    private enum State {
        COLLECTING,
        RUNNING,
        DONE,
        STOPPED
    }

    private final Lanes lanes = new Lanes();
    private final CollectPhase collect;
    private DispatchSettings settings;
    private State state = State.COLLECTING;
    private Forecast forecast = Forecast.NONE;

    /** Null before {@link #beginRun}. */
    private RunPhase run;

    public Dispatcher(DispatchSettings settings) {
        this.settings = settings;
        this.collect = new CollectPhase(settings.workers(), lanes);
    }

    /** What is expected of the tests; counts from {@link #beginRun} on. */
    public void expect(Forecast expected) {
        forecast = expected;
    }

    // --- collection

    /** The files of the session are known; workers that are ready get their first units. Known units are left alone. */
    public List<Order> unitsKnown(List<UnitInfo> infos) {
        collect.known(infos);
        return giveUnits();
    }

    /**
     * The zygote collected this unit: every worker it forks has it. In global collection all units come so, without
     * having been announced.
     */
    public List<Order> collectedByZygote(Collected collected) {
        collect.collectedByZygote(collected);
        return List.of();
    }

    /** A worker collected a unit it was told to; one that it says again changes nothing. */
    public List<Order> collected(int worker, Collected collected) {
        Lane lane = lanes.get(worker);
        Optional<Unit> again = collect.collected(lane, collected);
        return again.isPresent() && state == State.RUNNING ? run.collectedAgain(lane, again.get()) : giveUnits();
    }

    /** A unit that was crossed off with a lost worker shall be collected by another. */
    public List<Order> collectAgain(int unit) {
        requireCollecting("collectAgain");
        collect.collectAgain(unit);
        return giveUnits();
    }

    /** True if every unit that is known has been collected. The caller knows whether more units may come. */
    public boolean collectionComplete() {
        return collect.isComplete();
    }

    /**
     * The session is collected whole instead ({@code CMD_COLLECT_ALL}), since somebody changes it: forgets all units, and
     * every worker leaves, since only workers forked later have the new items. Files begin in the order they are given.
     */
    public List<Order> collectWhole() {
        requireCollecting("collectWhole");
        settings = settings.inSessionOrder();
        collect.forgetAll();
        return lanes.letAllLeave();
    }

    /**
     * Plans only a part of the session. Runs that see the same session and the same forecast agree on the parts, and every
     * test is in one of them.
     *
     * @param number which part, from 1
     * @param count how many there are
     * @param maySplit whether tests of one file may be in several parts
     * @return how many tests are left out
     */
    public int keepPart(int number, int count, boolean maySplit) {
        requireCollecting("keepPart");
        return collect.keepPart(forecast, number, count, maySplit);
    }

    /**
     * Numbers the tests in session order and hands out the first ones. Call it when the workers that were asked for are
     * ready (or lost): what is given out at the start is shared among those.
     */
    public List<Order> beginRun() {
        requireCollecting("beginRun");
        state = State.RUNNING;
        run = new RunPhase(settings, collect.units(), lanes, forecast);
        return ended(run.begin());
    }

    private void requireCollecting(String what) {
        if (state != State.COLLECTING) {
            throw new IllegalStateException(what + " after the collection: state=" + state);
        }
    }

    private List<Order> giveUnits() {
        return state == State.COLLECTING ? collect.giveUnits() : List.of();
    }

    // --- the plan

    /** How many tests are planned; 0 before {@link #beginRun}. */
    public int planned() {
        return run == null ? 0 : run.tests().count();
    }

    /** The planned test, with its index in the unit as it was first collected. */
    public PlannedTest test(int testId) {
        return run.tests().get(testId);
    }

    /** The node ids of all units collected so far, in session order; also before {@link #beginRun}. */
    public List<String> nodeIds() {
        return collect.nodeIds();
    }

    /** Planned tests that have not ended, in session order: after a stop, what was not run. */
    public List<Integer> owed() {
        return run == null ? List.of() : run.tests().owed();
    }

    /** True if every planned test has ended. */
    public boolean done() {
        return run != null && run.tests().owedCount() == 0;
    }

    /** How many workers could be put to use now, those that are there included; at most the settings' number. */
    public int workersWanted() {
        if (state == State.RUNNING) {
            return Math.min(settings.workers(), run.tests().owedCount());
        }
        if (state != State.COLLECTING) {
            return 0;
        }
        boolean allKnown = !collect.units().isEmpty() && collectionComplete();
        return allKnown ? Math.min(settings.workers(), nodeIds().size()) : settings.workers();
    }

    /** True if the test is with that worker and has not ended. */
    public boolean has(int worker, int testId) {
        return lanes.has(worker, testId);
    }

    // --- workers

    /** A worker is there; it has what the present zygote has collected. */
    public List<Order> workerReady(int worker) {
        lanes.add(new Lane(worker, collect.inherited()));
        return switch (state) {
            case COLLECTING -> giveUnits();
            case RUNNING -> run.feedAll();
            case DONE, STOPPED -> lanes.letAllLeave();
        };
    }

    /**
     * The worker began a test.
     *
     * @param nowNs the time, on a clock that never goes back
     */
    public void started(int worker, int testId, long nowNs) {
        run.started(lanes.owner(worker, testId), testId, nowNs);
    }

    /**
     * The test has its result.
     *
     * @param durationNs its three phases together
     * @param setupNs its setup alone
     * @param nowNs the time, on the same clock as in {@link #started}
     */
    public List<Order> finished(int worker, int testId, long durationNs, long setupNs, long nowNs) {
        Lane lane = lanes.owner(worker, testId);
        List<Order> orders = run.finished(lane, testId, durationNs, setupNs, nowNs);
        return state == State.RUNNING ? ended(orders) : List.of();
    }

    /** The worker gives tests back that it did not start. It is on its way out: it gets no others, and leaves. */
    public List<Order> handedBack(int worker, List<Integer> testIds) {
        Lane lane = lanes.get(worker);
        testIds.forEach(id -> lanes.owner(worker, id));
        if (run == null || Set.copyOf(testIds).size() < testIds.size()) {
            throw new IllegalArgumentException("handed back twice, or before any was given: worker=" + worker);
        }
        run.giveBack(lane, testIds);
        List<Order> orders = new ArrayList<>();
        Lanes.letLeave(lane, orders);
        if (state == State.RUNNING) {
            orders.addAll(run.feedAll());
        }
        return orders;
    }

    /**
     * The worker is gone, however it went; also after {@link Order.Leave}.
     *
     * @param inSlot the test its slot page names, which counts as running if the worker could not say so any more
     * @param runAgain whether the test that was running goes to another worker; if not it is crossed off
     */
    public Loss workerLost(int worker, OptionalInt inSlot, IntPredicate runAgain) {
        Lane lane = lanes.remove(worker);
        if (lane == null) {
            return new Loss(OptionalInt.empty(), OptionalInt.empty(), 0, List.of());
        }
        OptionalInt collecting = lane.collecting().isEmpty()
                ? OptionalInt.empty()
                : OptionalInt.of(lane.collecting().getFirst().number());
        if (state == State.COLLECTING) {
            collect.lost(lane);
            return new Loss(OptionalInt.empty(), collecting, 0, giveUnits());
        }
        if (run == null) { // stopped while it was collecting
            return new Loss(OptionalInt.empty(), collecting, 0, List.of());
        }
        OptionalInt running = running(lane, inSlot);
        boolean again = running.isPresent() && state == State.RUNNING && runAgain.test(running.getAsInt());
        int requeued = lane.tests() - (running.isPresent() && !again ? 1 : 0);
        List<Order> orders = run.lost(lane, running, again, state == State.RUNNING);
        return new Loss(running, collecting, requeued, state == State.RUNNING ? ended(orders) : List.of());
    }

    private static OptionalInt running(Lane lane, OptionalInt inSlot) {
        if (lane.running() >= 0) {
            return OptionalInt.of(lane.running());
        }
        return inSlot.isPresent() && lane.sent().contains(inSlot.getAsInt()) ? inSlot : OptionalInt.empty();
    }

    /** Another zygote took over: workers from now on have only what that one collects. */
    public void zygoteReplaced() {
        collect.zygoteReplaced();
    }

    /**
     * Gives out nothing more and lets every worker leave. The caller has the slot's {@code stop} set before it sends the
     * leave, so that queued tests come back unstarted.
     */
    public List<Order> stop() {
        if (state == State.DONE) {
            return List.of();
        }
        state = State.STOPPED;
        return lanes.letAllLeave();
    }

    private List<Order> ended(List<Order> orders) {
        if (!done()) {
            return orders;
        }
        state = State.DONE;
        List<Order> all = new ArrayList<>(orders);
        all.addAll(lanes.letAllLeave());
        return all;
    }
}
