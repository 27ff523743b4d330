package io.tach.reporters;

import io.tach.engine.event.SuiteInfo;
import io.tach.engine.event.SuiteInfo.JunitRequest;
import io.tach.engine.model.PhaseReport;
import io.tach.engine.model.Property;
import io.tach.engine.model.Section;
import io.tach.engine.model.Status;
import io.tach.engine.model.TestResult;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns results into {@code testcase} elements and counts them, by replaying a test's reports in the order in which
 * pytest's own JUnit writer would have got them. Plain passes, which are never sent, are put back in for that.
 */
final class JunitCases {
    private static final Pattern SKIP_TRIPLE = Pattern.compile("\\('((?:[^'\\\\]|\\\\.)*)', (\\d+), ");

    private static final String DIAGNOSIS = "tach.diagnosis";

    /** The outcome of a report after which pytest-rerunfailures tries the test again. */
    private static final String RERUN = "rerun";

    private final JunitRequest request;
    private final boolean shorten;
    private int passed;
    private int failures;
    private int errors;
    private int skipped;
    private int doubleFails;

    JunitCases(SuiteInfo suite, JunitRequest request) {
        this.request = request;
        this.shorten = JunitMessage.isShortenedBy(suite.pytest());
    }

    int failures() {
        return failures;
    }

    int errors() {
        return errors;
    }

    int skipped() {
        return skipped;
    }

    /** Tests as pytest counts them: a test that failed twice is one. */
    int tests() {
        return passed + failures + skipped + errors - doubleFails;
    }

    /** Appends the element of a collect report that did not pass. */
    void appendCollect(StringBuilder out, PhaseReport report) {
        JunitCase element = new JunitCase(request, report.nodeId(), report.location());
        if (report.failed()) {
            errors++;
            element.simple("error", "collection failure", report.longrepr());
        } else {
            skipped++;
            element.simple("skipped", "collection skipped", report.longrepr());
        }
        element.appendTo(out, List.of());
    }

    /** Appends the element of a test; two if it failed in its call and again in its teardown, one for each rerun. */
    void append(StringBuilder out, TestResult result) {
        List<PhaseReport> reports = replay(result);
        List<Property> properties = properties(result);
        JunitCase element = new JunitCase(request, result.nodeId(), location(reports));
        boolean started = false;
        boolean callFailed = false;
        for (PhaseReport report : reports) {
            if (report.when().equals("teardown") && report.failed()) {
                if (callFailed) {
                    element.appendTo(out, properties);
                    element = new JunitCase(request, result.nodeId(), location(reports));
                } else if (started) {
                    doubleFails++;
                }
            }
            add(element, report);
            if (report.outcome().equals(RERUN)) {
                element.appendTo(out, properties);
                element = new JunitCase(request, result.nodeId(), location(reports));
            }
            started = true;
            callFailed |= report.when().equals("call") && report.failed();
        }
        if (Phases.died(result) && !result.reports().isEmpty()) {
            element.output(reports.get(reports.size() - 1)); // no teardown report follows to bring it
        }
        if (isUnexplained(result)) {
            addUnexplained(element, result);
        }
        element.appendTo(out, properties);
    }

    /** Appends pytest's element for a session that broke: without it the file would look like one of a green run. */
    void appendInternalError(StringBuilder out, String reason) {
        errors++;
        out.append(
                "<testcase classname=\"pytest\" name=\"internal\" time=\"0.000\"><error message=\"internal error\">");
        XmlText.content(out, reason.strip());
        out.append("</error></testcase>");
    }

    /** The test's own, and what isolation found out about it. */
    private static List<Property> properties(TestResult result) {
        String diagnosis = result.isolation().diagnosis();
        if (diagnosis.isEmpty()) {
            return result.properties();
        }
        List<Property> all = new ArrayList<>(result.properties());
        all.add(new Property(DIAGNOSIS, diagnosis));
        return all;
    }

    /** True if the test did not pass but no report says so: an element without children would be a pass. */
    private static boolean isUnexplained(TestResult result) {
        return (result.status().isFailure() || result.status() == Status.SKIP)
                && result.reports().stream().allMatch(report -> report.outcome().equals("passed"));
    }

    private void addUnexplained(JunitCase element, TestResult result) {
        if (result.status() == Status.SKIP) {
            skipped++;
            element.typed("skipped", "pytest.skip", result.message(), result.message());
        } else {
            errors++;
            element.simple("error", result.message(), result.message());
        }
    }

    private void add(JunitCase element, PhaseReport report) {
        switch (report.outcome()) {
            case "passed" -> passed += report.when().equals("call") ? 1 : 0;
            case "failed" -> addFailed(element, report);
            case "skipped" -> addSkipped(element, report);
            default -> {} // of a plugin's own making: pytest's writer passes over it
        }
        if (request.duration().equals("total") || request.duration().equals(report.when())) {
            element.addDuration(report.durationNs());
        }
        if (report.when().equals("teardown")) {
            element.output(report);
        }
    }

    private void addFailed(JunitCase element, PhaseReport report) {
        if (!report.when().equals("call")) {
            errors++;
            String phase = report.when().equals("teardown") ? "teardown" : "setup";
            element.simple(
                    "error", shortened("failed on " + phase + " with \"" + reason(report) + "\""), report.longrepr());
            return;
        }
        if (report.xfail().isPresent()) {
            skipped++;
            element.simple("skipped", "xfail-marked test passes unexpectedly", "");
        } else {
            failures++;
            element.simple("failure", shortened(reason(report)), report.longrepr());
        }
        if (!request.logPassing()) {
            element.output(report);
        }
    }

    private void addSkipped(JunitCase element, PhaseReport report) {
        skipped++;
        if (report.xfail().isPresent()) {
            String reason = Mark.stripPrefix(report.xfail().get(), "reason: ");
            element.typed("skipped", "pytest.xfail", reason, "");
        } else {
            element.typed("skipped", "pytest.skip", skipReason(report), skipDetails(report));
            element.output(report);
        }
    }

    private static String skipReason(PhaseReport report) {
        return Mark.stripPrefix(report.message(), "Skipped: ");
    }

    /** pytest's place of the skip and its reason; the place stands in the triple that pytest has as longrepr. */
    private static String skipDetails(PhaseReport report) {
        Matcher triple = SKIP_TRIPLE.matcher(report.longrepr());
        if (triple.lookingAt()) {
            return triple.group(1) + ":" + triple.group(2) + ": " + skipReason(report);
        }
        return report.longrepr().isEmpty() ? skipReason(report) : report.longrepr();
    }

    private static String reason(PhaseReport report) {
        return report.message().isEmpty() ? report.longrepr() : report.message();
    }

    private String shortened(String message) {
        return shorten ? JunitMessage.shorten(message) : message;
    }

    private static PhaseReport.Location location(List<PhaseReport> reports) {
        return reports.stream()
                .map(PhaseReport::location)
                .filter(location -> location != null)
                .findFirst()
                .orElse(null);
    }

    /** The reports with those that were not sent put back in. */
    private static List<PhaseReport> replay(TestResult result) {
        List<PhaseReport> sent = result.reports();
        List<PhaseReport> all = new ArrayList<>(sent);
        if (sent.stream().noneMatch(report -> report.when().equals("setup"))) {
            all.add(0, plain(result, "setup", result.times().setupNs(), List.of()));
        }
        boolean tornDown = sent.stream().anyMatch(report -> report.when().equals("teardown"));
        if (Phases.callPassedPlainly(result)) {
            int place = tornDown ? indexOfTeardown(all) : all.size();
            all.add(place, plain(result, "call", result.times().callNs(), List.of()));
        }
        if (!tornDown && !Phases.died(result)) {
            List<Section> sections =
                    sent.isEmpty() ? List.of() : sent.get(sent.size() - 1).sections();
            all.add(plain(result, "teardown", result.times().teardownNs(), sections));
        }
        return all;
    }

    private static int indexOfTeardown(List<PhaseReport> reports) {
        int i = 0;
        while (!reports.get(i).when().equals("teardown")) {
            i++;
        }
        return i;
    }

    private static PhaseReport plain(TestResult result, String when, long durationNs, List<Section> sections) {
        return new PhaseReport(
                result.nodeId(),
                when,
                "passed",
                "",
                "",
                "",
                List.of(),
                durationNs,
                "",
                "",
                Optional.empty(),
                sections,
                null,
                ByteBuffer.allocate(0));
    }
}
