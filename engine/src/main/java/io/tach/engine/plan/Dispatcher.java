package io.tach.engine.plan;

import java.util.List;
import java.util.OptionalInt;

/**
 * Decides who collects and who runs what, so that every planned test is run exactly once: the only owner of what is
 * still owed. Facts go in, orders come out; the caller carries each list of orders out before the next fact. One thread.
 *
 * <pre>
 *   COLLECTING --beginRun--> RUNNING --last test ended--> DONE
 *        \________________________\______stop___________> STOPPED
 * </pre>
 *
 * Numbers of workers are the caller's; a number may come back after {@link #workerLost}. A fact about a test that the
 * worker does not have is an {@link IllegalArgumentException}: the worker talks nonsense and should be ended. Ask
 * {@link #has} first.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class Dispatcher {

    public Dispatcher(DispatchSettings settings) {}

    // --- collection

    /** The files of the session are known; workers that are ready get their first units. */
    public List<Order> unitsKnown(List<UnitInfo> units) {
        throw new UnsupportedOperationException();
    }

    /** The zygote collected this unit: every worker it forks from now on has it. In global collection all units come so. */
    public List<Order> collectedByZygote(Collected collected) {
        throw new UnsupportedOperationException();
    }

    /** A worker collected a unit it was told to. */
    public List<Order> collected(int worker, Collected collected) {
        throw new UnsupportedOperationException();
    }

    /** A unit that was crossed off with a lost worker shall be collected by another. */
    public List<Order> collectAgain(int unit) {
        throw new UnsupportedOperationException();
    }

    /** True if every unit that is known has been collected. The caller knows whether more units may come. */
    public boolean collectionComplete() {
        throw new UnsupportedOperationException();
    }

    /**
     * The session is collected whole instead ({@code CMD_COLLECT_ALL}): forgets all units, and every worker leaves, since
     * only workers forked later have the new items.
     */
    public List<Order> collectWhole() {
        throw new UnsupportedOperationException();
    }

    /**
     * Numbers the tests in session order and hands out the first ones. Call it when the workers that were asked for are
     * ready (or lost): what is given out at the start is shared among those.
     */
    public List<Order> beginRun() {
        throw new UnsupportedOperationException();
    }

    // --- the plan

    /** How many tests are planned; 0 before {@link #beginRun}. */
    public int planned() {
        throw new UnsupportedOperationException();
    }

    /** The planned test, with its index in the unit as it was first collected. */
    public PlannedTest test(int testId) {
        throw new UnsupportedOperationException();
    }

    /** The node ids of all units collected so far, in session order; also before {@link #beginRun}. */
    public List<String> nodeIds() {
        throw new UnsupportedOperationException();
    }

    /** Planned tests that have not ended, in session order: after a stop, what was not run. */
    public List<Integer> owed() {
        throw new UnsupportedOperationException();
    }

    /** True if every planned test has ended. */
    public boolean done() {
        throw new UnsupportedOperationException();
    }

    /** How many workers could be put to use now, those that are there included; at most the settings' number. */
    public int workersWanted() {
        throw new UnsupportedOperationException();
    }

    /** True if the test is with that worker and has not ended. */
    public boolean has(int worker, int testId) {
        throw new UnsupportedOperationException();
    }

    // --- workers

    /** A worker is there; it has what the present zygote has collected. */
    public List<Order> workerReady(int worker) {
        throw new UnsupportedOperationException();
    }

    /** The worker began a test. */
    public void started(int worker, int testId) {
        throw new UnsupportedOperationException();
    }

    /** The test has its result. */
    public List<Order> finished(int worker, int testId, long durationNs) {
        throw new UnsupportedOperationException();
    }

    /** The worker gives tests back that it did not start. */
    public List<Order> handedBack(int worker, List<Integer> testIds) {
        throw new UnsupportedOperationException();
    }

    /**
     * The worker is gone, however it went; also after {@link Order.Leave}.
     *
     * @param inSlot the test its slot page names, which counts as running if the worker could not say so any more
     */
    public Loss workerLost(int worker, OptionalInt inSlot) {
        throw new UnsupportedOperationException();
    }

    /** A test that was crossed off as running with a lost worker shall be run once more, by another. */
    public List<Order> runAgain(int testId) {
        throw new UnsupportedOperationException();
    }

    /** Another zygote took over: workers from now on have only what that one collects. */
    public void zygoteReplaced() {
        throw new UnsupportedOperationException();
    }

    /**
     * Gives out nothing more and lets every worker leave. The caller has the slot's {@code stop} set before it sends the
     * leave, so that queued tests come back unstarted.
     */
    public List<Order> stop() {
        throw new UnsupportedOperationException();
    }
}
