package io.tach.reporters;

import io.tach.engine.model.Outcome;
import io.tach.engine.model.PhaseReport;
import io.tach.engine.model.Status;
import io.tach.engine.model.TestResult;

/** Reads from a result which of pytest's reports were plain passes and therefore never sent. */
final class Phases {
    private Phases() {}

    /**
     * True if the call passed and said nothing, so its report is not among the result's. The run's account counts by
     * the same rule.
     */
    static boolean callPassedPlainly(TestResult result) {
        if (result.reports().stream().anyMatch(Phases::decidesCall)) {
            return false;
        }
        return result.outcome() == Outcome.PASSED
                || result.reports().stream()
                        .anyMatch(report ->
                                report.when().equals("call") || !report.letter().isEmpty());
    }

    /** True if the test's process did not live to report its phases. */
    static boolean died(TestResult result) {
        return result.status() == Status.CRASH
                || result.status() == Status.TIMEOUT
                || result.status() == Status.HARNESS_ERROR;
    }

    /** A report after which no plain pass of the call can follow. */
    private static boolean decidesCall(PhaseReport report) {
        if (report.category().equals("rerun")) {
            return false;
        }
        return switch (report.when()) {
            case "setup" -> !report.outcome().equals("passed");
            case "call" -> !isSubtest(report);
            default -> false;
        };
    }

    /** Subtests report as calls of their test, before its own call report; one that passed may be quiet. */
    private static boolean isSubtest(PhaseReport report) {
        return report.category().isEmpty() || report.word().startsWith("SUB");
    }
}
