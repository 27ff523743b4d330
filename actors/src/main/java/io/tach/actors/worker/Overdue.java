package io.tach.actors.worker;

import io.tach.engine.verdict.DeathFacts.Cause;
import java.time.Duration;

/** A test past its deadline, and how far the supervisor has gone with it. One thread. */
final class Overdue {
    static final Duration LOOK_AGAIN = Duration.ofMillis(50);
    private static final int MOST_LOOKS = 20;

    private enum Stage {
        STACKS,
        TERM,
        KILL
    }

    final int testId;
    final Duration limit;
    final long elapsedNs;
    final Activity activity;

    /** It was stopped by a signal, so it can neither write its stacks nor heed a SIGTERM. */
    final boolean stopped;

    private Stage stage = Stage.STACKS;
    private boolean workerSignalled;
    private long stacksBytes;
    private int looks;

    /**
     * A test whose deadline passed just now.
     *
     * @param activity what the worker was doing then
     */
    Overdue(int testId, Duration limit, long elapsedNs, Activity activity, boolean stopped, long stacksBytes) {
        this.activity = activity;
        this.testId = testId;
        this.limit = limit;
        this.elapsedNs = elapsedNs;
        this.stopped = stopped;
        this.stacksBytes = stacksBytes;
    }

    /** True if the stacks are written: their file grew and stopped growing, or that takes too long. */
    boolean stacksWritten(long bytesNow) {
        looks++;
        boolean settled = bytesNow == stacksBytes && bytesNow > 0;
        stacksBytes = bytesNow;
        return settled || looks >= MOST_LOOKS;
    }

    Cause cause() {
        return stopped ? Cause.STOPPED : Cause.DEADLINE;
    }

    /** SIGTERM is sent, to the test's own process or to the worker's. */
    void terminate(boolean ownProcess) {
        stage = Stage.TERM;
        workerSignalled |= !ownProcess;
    }

    /** SIGKILL is sent. */
    void kill(boolean ownProcess) {
        stage = Stage.KILL;
        workerSignalled |= !ownProcess;
    }

    /** True if it has been told to end. */
    boolean isSignalled() {
        return stage != Stage.STACKS;
    }

    /** True if its process was killed already, and even that did not bring a result. */
    boolean isKilled() {
        return stage == Stage.KILL;
    }

    /** True if the worker goes down with it, whatever the test says now. */
    boolean isFinal() {
        return workerSignalled;
    }
}
