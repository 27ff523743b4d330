package io.tach.actors.worker;

import io.tach.nativeio.wire.FromWorker;
import java.util.List;

/** What a worker's actor tells its owner. Called on the actor's thread; must not block. */
public interface WorkerEvents {

    /** The worker is connected. */
    void onUp(int worker);

    /** The worker said something; never a result that names a dead process. */
    void onSaid(int worker, List<FromWorker> messages);

    /** The process of one test died; the worker lives (strategy fork). */
    void onTestDied(int worker, FromWorker.Result result, WorkerDeath death);

    /** The worker is dead and reaped; nothing follows. */
    void onDied(int worker, WorkerDeath death);

    /** Something the user should know. */
    void onNote(String text);
}
