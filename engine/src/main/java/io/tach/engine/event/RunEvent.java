package io.tach.engine.event;

import io.tach.engine.model.PhaseReport;
import io.tach.engine.model.RewindStatistics;
import io.tach.engine.model.TestResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A fact of a run. The order is a contract:
 *
 * <ol>
 *   <li>{@link SessionStarted} comes first, once; a run that could not boot has only {@link RunFinished};
 *   <li>{@link CollectionFinished} comes once, before any {@link TestStarted};
 *   <li>each {@link TestStarted} is followed by exactly one {@link TestFinished} of the same test, also when its
 *       process died; a test may be finished without a start (its worker died before it could say so), and one that
 *       was interrupted with the whole run is not finished but named in {@link RunFinished#notRun};
 *   <li>{@link WarningRecorded}, {@link Noted} and {@link WorkerReplaced} may come anywhere between;
 *   <li>{@link IsolationMeasured} comes at most once, after the last {@link TestFinished}, if anything was isolated;
 *   <li>{@link RunFinished} comes last, once.
 * </ol>
 */
public sealed interface RunEvent {

    /** pytest is configured; its header is known. */
    record SessionStarted(SuiteInfo suite) implements RunEvent {}

    /**
     * Every test is known.
     *
     * @param total tests that are planned
     * @param deselected items that pytest deselected
     * @param reports collect reports that did not pass: errors and skipped modules
     * @param willRun false if collection errors (or {@code total == 0}) end the run here
     * @param nodeIds the planned node ids in session order
     * @param lines what plugins say below "collected N items"
     */
    record CollectionFinished(
            int total,
            int deselected,
            List<PhaseReport> reports,
            boolean willRun,
            List<String> nodeIds,
            List<String> lines)
            implements RunEvent {
        public CollectionFinished(
                int total, int deselected, List<PhaseReport> reports, boolean willRun, List<String> nodeIds) {
            this(total, deselected, reports, willRun, nodeIds, List.of());
        }
    }

    /** A worker began a test's setup. */
    record TestStarted(int testId, String nodeId, String worker) implements RunEvent {}

    /** A planned test has its one final result. */
    record TestFinished(TestResult result) implements RunEvent {}

    /**
     * pytest recorded a warning.
     *
     * @param message pytest's text, location included
     * @param category class name of the warning
     * @param filename file it points to
     * @param lineno line it points to
     * @param when {@code config}, {@code collect} or {@code runtest}
     * @param nodeId node it happened in; empty outside a test
     */
    record WarningRecorded(String message, String category, String filename, int lineno, String when, String nodeId)
            implements RunEvent {}

    /** One line for the user: a rung of a ladder that was taken, a plugin that cannot be bridged. */
    record Noted(String text) implements RunEvent {}

    /** A worker died or was thrown away, and why. */
    record WorkerReplaced(String worker, String reason) implements RunEvent {}

    /** What keeping the tests apart has cost. */
    record IsolationMeasured(RewindStatistics statistics) implements RunEvent {}

    /**
     * The run is over.
     *
     * @param exitCode tach's exit code
     * @param counts how many reports stand under each of pytest's categories ({@code passed}, {@code failed}, ...)
     * @param notRun planned tests that have no result because the run was stopped
     * @param duration wall time from the session's start
     * @param summary what pytest prints after the progress lines, with its colours
     * @param stopReason why the run ended early; empty if it did not
     */
    record RunFinished(
            int exitCode,
            Map<String, Integer> counts,
            List<String> notRun,
            Duration duration,
            String summary,
            String stopReason)
            implements RunEvent {}
}
