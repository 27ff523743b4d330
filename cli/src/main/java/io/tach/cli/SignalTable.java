package io.tach.cli;

import io.tach.actors.RunControl;
import io.tach.engine.run.ExitCodes;
import java.util.function.IntConsumer;

/**
 * What Ctrl-C and its relatives do to a run: the first one ends it in order, the second kills what runs, the third leaves
 * at once. Signals come on threads of the JVM, one each.
 */
final class SignalTable {
    /** Added to a signal's number, as shells do. */
    private static final int BASE = 128;

    private final IntConsumer leave;
    private RunControl control;
    private int received;
    private int first;

    /** Takes what ends the process at once with an exit code. */
    SignalTable(IntConsumer leave) {
        this.leave = leave;
    }

    /** Hands over the run. Before that a signal has nothing to end but the process. */
    synchronized void steer(RunControl run) {
        control = run;
    }

    /** Takes note of a signal and acts. */
    synchronized void onSignal(int number) {
        received++;
        if (received == 1) {
            first = number;
        }
        if (control == null || received > 2) {
            leave.accept(BASE + first);
        } else if (received == 2) {
            control.cancel();
        } else {
            control.interrupt();
        }
    }

    /** The exit code of a run that ended with {@code code}: an interrupted one names the signal that did it. */
    synchronized int exitCode(int code) {
        return received > 0 && code == ExitCodes.INTERRUPTED ? BASE + first : code;
    }
}
