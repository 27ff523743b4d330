package io.tach.actors.worker;

import io.tach.engine.verdict.Output;

/** What a worker shares in memory; readable also after its death. Used by the worker's actor only. */
public interface WorkerFiles extends AutoCloseable {

    /** What the slot page says it is doing. */
    Activity activity();

    /** Sets the stop byte: no further test is started, the queue is handed back. */
    void requestStop();

    /** Size of what faulthandler wrote at the deadline, in bytes. */
    long stacksBytes();

    /** The last output. */
    Output output();

    /** Gives memory back when the logs have grown too large; their last part is kept. */
    void trim();

    /** How many processes of this machine the kernel has killed for want of memory; 0 if it does not say. */
    long oomKills();

    /** True if the process that runs the test is stopped by a signal. */
    boolean isStopped();

    @Override
    void close();
}
