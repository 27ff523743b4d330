package io.tach.engine.event;

import io.tach.engine.event.RunEvent.CollectionFinished;
import io.tach.engine.event.RunEvent.IsolationMeasured;
import io.tach.engine.event.RunEvent.Noted;
import io.tach.engine.event.RunEvent.RunFinished;
import io.tach.engine.event.RunEvent.SessionStarted;
import io.tach.engine.event.RunEvent.TestFinished;
import io.tach.engine.event.RunEvent.TestStarted;
import io.tach.engine.event.RunEvent.WarningRecorded;
import io.tach.engine.event.RunEvent.WorkerReplaced;

/**
 * A sink for run events. Each reporter is called by one thread at a time, in the order of {@link RunEvent}. A reporter
 * that throws is cut off and named; the others go on. One that is slow slows the run.
 */
public interface Reporter extends AutoCloseable {

    /** How messages name this reporter, such as {@code junit}. */
    String name();

    default void onSessionStarted(SessionStarted event) {}

    default void onRunStart(CollectionFinished event) {}

    default void onTestStarted(TestStarted event) {}

    default void onTestFinished(TestFinished event) {}

    default void onWarning(WarningRecorded event) {}

    default void onNote(Noted event) {}

    default void onWorkerReplaced(WorkerReplaced event) {}

    default void onIsolationMeasured(IsolationMeasured event) {}

    default void onRunFinished(RunFinished event) {}

    /** Called about ten times a second while the run lasts, for sinks that draw something live. */
    default void onTick(long nowNs) {}

    /** Called once after the last event, also when the run broke off. */
    @Override
    default void close() {}

    /** Hands the event to the method of its kind. */
    default void on(RunEvent event) {
        if (event instanceof TestStarted e) {
            onTestStarted(e);
        } else if (event instanceof TestFinished e) {
            onTestFinished(e);
        } else if (event instanceof WarningRecorded e) {
            onWarning(e);
        } else if (event instanceof SessionStarted e) {
            onSessionStarted(e);
        } else if (event instanceof CollectionFinished e) {
            onRunStart(e);
        } else if (event instanceof Noted e) {
            onNote(e);
        } else if (event instanceof WorkerReplaced e) {
            onWorkerReplaced(e);
        } else if (event instanceof IsolationMeasured e) {
            onIsolationMeasured(e);
        } else if (event instanceof RunFinished e) {
            onRunFinished(e);
        }
    }
}
