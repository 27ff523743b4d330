package io.tach.actors;

import java.util.concurrent.CompletionStage;

/** Steers one run. Every method may be called from any thread, at any time, and returns at once. */
public interface RunControl {

    /**
     * What ctrl-C does. The first call hands out no further test, interrupts the running ones and, after a grace, kills
     * them; the run then ends with exit code 130 and the summary of what is known. The second call kills at once.
     */
    void interrupt();

    /** Ends the run at once: what runs is killed. {@code RunFinished} still comes. */
    void cancel();

    /** Hands out no further test until {@link #resume}; running ones go on. */
    void pause();

    /** Takes {@link #pause} back. */
    void resume();

    /** Puts a line for the user into the events, unless the run is over. */
    void note(String text);

    /** Completes with the run's exit code when every process of the run is gone. */
    CompletionStage<Integer> exitCode();
}
