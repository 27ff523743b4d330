package io.tach.engine.model;

import java.util.List;

/**
 * The one final result of a planned test.
 *
 * @param testId the number the supervisor gave the test
 * @param nodeId pytest's node id
 * @param status how it ended
 * @param outcome how it ended in pytest's words
 * @param durationNs the three phases together, in nanoseconds, on the supervisor's clock for a test that died
 * @param message one line saying why, empty if it passed
 * @param times the phases
 * @param reports every report that said more than "passed", in order
 * @param properties {@code record_property} pairs
 * @param worker the worker that ran it, such as {@code gw0}; empty if none did
 * @param leaked what it left behind, one phrase each, such as {@code process 'sleep'}
 * @param isolation how it was kept from the other tests
 */
public record TestResult(
        int testId,
        String nodeId,
        Status status,
        Outcome outcome,
        long durationNs,
        String message,
        PhaseTimes times,
        List<PhaseReport> reports,
        List<Property> properties,
        String worker,
        List<String> leaked,
        Isolation isolation) {

    /** A result of which nobody said how it was isolated. */
    public TestResult(
            int testId,
            String nodeId,
            Status status,
            Outcome outcome,
            long durationNs,
            String message,
            PhaseTimes times,
            List<PhaseReport> reports,
            List<Property> properties,
            String worker,
            List<String> leaked) {
        this(
                testId,
                nodeId,
                status,
                outcome,
                durationNs,
                message,
                times,
                reports,
                properties,
                worker,
                leaked,
                Isolation.UNSAID);
    }

    /** The same result with what was learned of its isolation. */
    public TestResult isolated(Isolation how) {
        return new TestResult(
                testId, nodeId, status, outcome, durationNs, message, times, reports, properties, worker, leaked, how);
    }
}
