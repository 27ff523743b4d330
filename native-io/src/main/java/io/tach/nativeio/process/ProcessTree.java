package io.tach.nativeio.process;

import io.tach.nativeio.posix.PosixCalls;
import io.tach.nativeio.posix.ProcessState;
import io.tach.nativeio.posix.Signals;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * All that a process has started, stopped as a whole. It is done from the top: a parent that is stopped reaps nobody, so
 * the numbers of its children stay theirs until they go on, from the bottom. One thread.
 */
public final class ProcessTree {
    /** A process deep in the kernel stops when it comes out; it has no children to reap there. */
    private static final Duration PATIENCE = Duration.ofMillis(100);

    private final PosixCalls posix;
    private final Deque<Integer> stopped = new ArrayDeque<>();

    private ProcessTree(PosixCalls posix) {
        this.posix = posix;
    }

    /** Stops what is below a process, and not that itself. What is stopped already is not ours to continue. */
    public static ProcessTree stopBelow(int pid, PosixCalls posix) {
        ProcessTree tree = new ProcessTree(posix);
        tree.stopChildren(pid);
        return tree;
    }

    private void stopChildren(int parent) {
        for (int child : posix.childrenOf(parent)) {
            if (ProcessState.of(child) == ProcessState.OTHER && posix.kill(child, Signals.SIGSTOP)) {
                stopped.push(child);
                awaitStop(child);
            }
            stopChildren(child);
        }
    }

    private static void awaitStop(int pid) {
        long giveUpNs = System.nanoTime() + PATIENCE.toNanos();
        while (ProcessState.of(pid) == ProcessState.OTHER && System.nanoTime() < giveUpNs) {
            Thread.onSpinWait();
        }
    }

    /** Continues what was stopped. */
    public void resume() {
        while (!stopped.isEmpty()) {
            posix.kill(stopped.pop(), Signals.SIGCONT);
        }
    }
}
