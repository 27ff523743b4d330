package io.tach.actors;

import io.tach.nativeio.posix.JnrPosix;
import io.tach.nativeio.posix.PosixCalls;
import io.tach.nativeio.posix.Signals;
import io.tach.nativeio.process.ProcessTree;

/**
 * Ctrl-Z. The terminal stops this process only, as every process of tests is in a group of its own; so they are stopped
 * first, and go on when the shell has this one go on. For a program that is nothing but runs: it stops all of them, and
 * whatever else it has started.
 */
public final class Suspension {
    private Suspension() {}

    /** Returns when the process goes on: at once where nobody could ever continue it (an orphaned process group). */
    public static void suspend() {
        PosixCalls posix = new JnrPosix();
        ProcessTree tests = ProcessTree.stopBelow((int) ProcessHandle.current().pid(), posix);
        posix.raise(Signals.SIGTSTP);
        tests.resume();
    }
}
