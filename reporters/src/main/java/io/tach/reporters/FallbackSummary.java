package io.tach.reporters;

import io.tach.engine.event.RunEvent.RunFinished;
import io.tach.engine.event.SuiteInfo;
import io.tach.engine.model.PhaseReport;
import io.tach.engine.model.Section;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The end of a run as pytest would print it, for the case that no pytest is left to do so. */
final class FallbackSummary {
    /** pytest's order in the last line. */
    private static final List<String> CATEGORIES =
            List.of("failed", "passed", "skipped", "deselected", "xfailed", "xpassed", "warnings", "error");

    private final TerminalScreen screen;
    private final SuiteInfo suite;
    private final boolean ci;

    FallbackSummary(TerminalScreen screen, SuiteInfo suite, boolean ci) {
        this.screen = screen;
        this.suite = suite;
        this.ci = ci;
    }

    /** Writes errors, failures, the short summary and the last line. */
    void write(List<PhaseReport> failing, RunFinished event) {
        List<PhaseReport> errors = new ArrayList<>(failing);
        errors.removeIf(report -> !isError(report));
        List<PhaseReport> failures = new ArrayList<>(failing);
        failures.removeIf(FallbackSummary::isError);
        writeReports("ERRORS", errors);
        writeReports("FAILURES", failures);
        writeShort(failures, errors);
        writeStop(event);
        if (suite.verbosity() >= -1) {
            writeLastLine(event);
        }
    }

    private static boolean isError(PhaseReport report) {
        return report.category().equals("error");
    }

    private void writeReports(String title, List<PhaseReport> reports) {
        if (reports.isEmpty()) {
            return;
        }
        separator('=', title, Style.NONE);
        for (PhaseReport report : reports) {
            separator('_', headline(report), Style.RED + Style.BOLD);
            screen.block(Sanitizer.text(report.longrepr()));
            report.sections().forEach(this::writeSection);
        }
    }

    private static String headline(PhaseReport report) {
        String name = NodeIds.brief(
                report.location() == null ? report.nodeId() : report.location().domain());
        if (!isError(report)) {
            return name;
        }
        return report.when().equals("collect")
                ? "ERROR collecting " + name
                : "ERROR at " + report.when() + " of " + name;
    }

    private void writeSection(Section section) {
        separator('-', Sanitizer.line(section.name()), Style.NONE);
        screen.block(Sanitizer.text(section.text()));
    }

    private void writeShort(List<PhaseReport> failures, List<PhaseReport> errors) {
        if (failures.isEmpty() && errors.isEmpty()) {
            return;
        }
        separator('=', "short test summary info", Style.CYAN + Style.BOLD);
        failures.forEach(report -> writeShort("FAILED", report));
        errors.forEach(report -> writeShort("ERROR", report));
    }

    private void writeShort(String word, PhaseReport report) {
        screen.write(word, Style.RED);
        screen.write(" " + NodeIds.brief(report.nodeId()));
        String message = Sanitizer.text(report.message());
        if (!message.isEmpty()) {
            screen.write(
                    ci || suite.verbosity() >= 2
                            ? " - " + Sanitizer.line(message)
                            : TextWrap.trimmed(" - ", message, "", suite.width() - screen.column()));
        }
        screen.newline();
    }

    private void writeStop(RunFinished event) {
        if (!event.stopReason().isEmpty()) {
            separator('!', Sanitizer.line(event.stopReason()), Style.RED);
        }
        if (!event.notRun().isEmpty()) {
            int count = event.notRun().size();
            screen.line("tach: " + count + (count == 1 ? " test was" : " tests were") + " not run", Style.YELLOW);
        }
    }

    private void writeLastLine(RunFinished event) {
        String main = mainStyle(event.counts());
        String time = " in " + Durations.ofSession(event.duration());
        Map<String, String> parts = parts(event.counts(), main);
        int length = String.join(", ", parts.keySet()).length() + time.length();
        int fill = suite.verbosity() < 0 ? 0 : Math.max(1, (suite.width() - length - 2) / 2);
        if (fill > 0) {
            screen.write("=".repeat(fill) + " ", main);
        }
        String comma = "";
        for (Map.Entry<String, String> part : parts.entrySet()) {
            screen.write(comma);
            screen.write(part.getKey(), part.getValue());
            comma = ", ";
        }
        screen.write(time, main);
        if (fill > 0) {
            boolean odd = length + 2 + 2 * fill < suite.width();
            screen.write(" " + "=".repeat(odd ? fill + 1 : fill), main);
        }
        screen.newline();
    }

    /** Each part with its style, such as {@code 2 failed} in bold red. */
    private static Map<String, String> parts(Map<String, Integer> counts, String main) {
        Map<String, String> parts = new LinkedHashMap<>();
        List<String> categories = new ArrayList<>(CATEGORIES);
        counts.keySet().stream()
                .filter(category -> !category.isEmpty() && !CATEGORIES.contains(category))
                .sorted()
                .forEach(categories::add);
        for (String category : categories) {
            int count = counts.getOrDefault(category, 0);
            if (count > 0) {
                String style = style(category);
                parts.put(count + " " + noun(category, count), style.equals(main) ? style + Style.BOLD : style);
            }
        }
        if (parts.isEmpty()) {
            parts.put("no tests ran", Style.YELLOW);
        }
        return parts;
    }

    private static String noun(String category, int count) {
        return switch (category) {
            case "error" -> count == 1 ? "error" : "errors";
            case "warnings" -> count == 1 ? "warning" : "warnings";
            default -> category;
        };
    }

    private static String style(String category) {
        return switch (category) {
            case "failed", "error", "subtests failed" -> Style.RED;
            case "passed", "subtests passed" -> Style.GREEN;
            default -> Style.YELLOW;
        };
    }

    private static String mainStyle(Map<String, Integer> counts) {
        Progress colour = new Progress(Progress.Kind.NONE, 0);
        counts.forEach((category, count) -> {
            if (count > 0) {
                colour.count(category);
            }
        });
        return colour.style();
    }

    /** pytest's separator: as long as the width allows with the same fill on both sides. */
    private void separator(char fill, String title, String style) {
        int count = Math.max(1, (suite.width() - title.length() - 2) / 2);
        String bar = String.valueOf(fill).repeat(count);
        String line = bar + " " + title + " " + bar;
        screen.line(line.length() < suite.width() ? line + fill : line, style);
    }
}
