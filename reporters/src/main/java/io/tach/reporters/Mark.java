package io.tach.reporters;

import io.tach.engine.model.Outcome;
import io.tach.engine.model.PhaseReport;
import io.tach.engine.model.TestResult;
import java.util.ArrayList;
import java.util.List;

/**
 * What the progress shows of one report.
 *
 * @param category what the report counts as
 * @param letter for the dots
 * @param word for the verbose line
 * @param style a {@link Style}
 * @param reason why it was skipped or expected to fail; empty for other reports
 * @param source file the item really stands in; empty if unknown
 */
record Mark(String category, String letter, String word, String style, String reason, String source) {
    private static final Mark PASSED = new Mark("passed", ".", "PASSED", Style.GREEN, "", "");

    /** Shared, since nearly every test of a large suite ends like this. */
    private static final List<Mark> PLAIN_PASS = List.of(PASSED);

    /** The marks of a test in the order of its reports; never empty. */
    static List<Mark> of(TestResult result) {
        if (result.reports().isEmpty() && result.outcome() == Outcome.PASSED) {
            return PLAIN_PASS;
        }
        List<Mark> marks = new ArrayList<>();
        boolean passOwed = Phases.callPassedPlainly(result);
        for (PhaseReport report : result.reports()) {
            if (passOwed && report.when().equals("teardown")) {
                marks.add(PASSED);
                passOwed = false;
            }
            if (!report.letter().isEmpty() || !report.word().isEmpty()) {
                marks.add(of(report));
            }
        }
        if (passOwed) {
            marks.add(PASSED);
        }
        return marks.isEmpty() ? List.of(of(result.outcome())) : marks;
    }

    private static Mark of(PhaseReport report) {
        return new Mark(
                report.category(),
                Sanitizer.line(report.letter()),
                Sanitizer.line(report.word()),
                report.markup().isEmpty() ? usualStyle(report) : Style.of(report.markup()),
                reason(report),
                report.location() == null ? "" : report.location().path());
    }

    /** For a test that has an outcome but no report to show for it. */
    private static Mark of(Outcome outcome) {
        String word = outcome == Outcome.XFAILED ? "XFAIL" : outcome == Outcome.XPASSED ? "XPASS" : outcome.name();
        return new Mark(outcome.word(), letter(outcome), word, style(outcome), "", "");
    }

    private static String letter(Outcome outcome) {
        return switch (outcome) {
            case PASSED -> ".";
            case FAILED -> "F";
            case SKIPPED -> "s";
            case XFAILED -> "x";
            case XPASSED -> "X";
            case ERROR -> "E";
        };
    }

    private static String style(Outcome outcome) {
        return switch (outcome) {
            case PASSED -> Style.GREEN;
            case FAILED, ERROR -> Style.RED;
            case SKIPPED, XFAILED, XPASSED -> Style.YELLOW;
        };
    }

    private static String usualStyle(PhaseReport report) {
        return switch (report.outcome()) {
            case "passed" -> report.xfail().isPresent() ? Style.YELLOW : Style.GREEN;
            case "failed" -> Style.RED;
            case "skipped" -> Style.YELLOW;
            default -> Style.NONE;
        };
    }

    private static String reason(PhaseReport report) {
        if (report.xfail().isPresent()) {
            return stripPrefix(report.xfail().get(), "reason: ");
        }
        return report.outcome().equals("skipped") ? skipReason(report.message()) : "";
    }

    private static String skipReason(String message) {
        return message.equals("Skipped") ? "" : stripPrefix(message, "Skipped: ");
    }

    static String stripPrefix(String text, String prefix) {
        return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
    }
}
