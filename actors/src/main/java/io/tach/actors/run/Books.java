package io.tach.actors.run;

import io.tach.engine.model.PhaseReport;
import io.tach.engine.model.PhaseTimes;
import io.tach.engine.model.Property;
import io.tach.engine.model.RewindStatistics;
import io.tach.engine.model.TestResult;
import io.tach.engine.run.RunAccount;
import io.tach.nativeio.wire.NamedText;
import io.tach.nativeio.wire.ToZygote;
import io.tach.nativeio.wire.Warning;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Everything that was reported and that the summary is made of. One thread. */
final class Books {
    private static final double NS_PER_SECOND = 1e9;

    private final List<PhaseReport> collectReports = new ArrayList<>();
    private final List<Warning> warnings = new ArrayList<>();
    private final Map<Integer, List<PhaseReport>> open = new HashMap<>();
    private final Map<Integer, List<Property>> properties = new HashMap<>();
    private final List<PhaseReport> reports = new ArrayList<>();
    private final List<ToZygote.Duration> durations = new ArrayList<>();
    private final List<NamedText> outcomes = new ArrayList<>();
    private RewindStatistics isolation = RewindStatistics.NONE;
    private RunAccount account = new RunAccount(0, 0);
    private boolean wantsDurations;
    private boolean wantsOutcomes;
    private int deselected;

    /** What the summary will need beyond the reports. */
    void wants(boolean everyDuration, boolean everyOutcome) {
        wantsDurations = everyDuration;
        wantsOutcomes = everyOutcome;
    }

    // --- collection

    void collectReport(PhaseReport report) {
        collectReports.add(report);
    }

    List<PhaseReport> collectReports() {
        return List.copyOf(collectReports);
    }

    int collectErrors() {
        return (int) collectReports.stream().filter(PhaseReport::failed).count();
    }

    void deselected(int count) {
        deselected += count;
    }

    int deselected() {
        return deselected;
    }

    /** What was collected so far does not count: the session is collected whole instead. */
    void forgetCollection() {
        collectReports.clear();
        warnings.removeIf(w -> w.when().equals("collect"));
        deselected = 0;
    }

    void warning(Warning warning) {
        warnings.add(warning);
    }

    /** The plan is made. */
    void open(int planned, int maxfail) {
        account = new RunAccount(planned, maxfail);
        collectReports.forEach(account::collectReport);
    }

    RunAccount account() {
        return account;
    }

    // --- tests

    void report(int testId, PhaseReport report, List<Property> recorded) {
        open.computeIfAbsent(testId, id -> new ArrayList<>(2)).add(report);
        if (!recorded.isEmpty()) {
            properties.put(testId, recorded);
        }
    }

    /** Takes what was reported of a test that now gets its result, or is run again. */
    List<PhaseReport> take(int testId) {
        List<PhaseReport> taken = open.remove(testId);
        return taken == null ? List.of() : List.copyOf(taken);
    }

    /** Takes the properties that were reported of it. */
    List<Property> takeProperties(int testId) {
        List<Property> taken = properties.remove(testId);
        return taken == null ? List.of() : taken;
    }

    /**
     * Enters a result.
     *
     * @return false if the test has one already
     */
    boolean enter(TestResult result) {
        if (!account.record(result)) {
            return false;
        }
        properties.remove(result.testId());
        reports.addAll(result.reports());
        if (wantsDurations) {
            enterDurations(result);
        }
        if (wantsOutcomes) {
            outcomes.add(new NamedText(result.nodeId(), result.outcome().word()));
        }
        return true;
    }

    /** Only of phases that no report tells of. */
    private void enterDurations(TestResult result) {
        PhaseTimes times = result.times();
        enterDuration(result, "setup", times.setupNs());
        enterDuration(result, "call", times.callNs());
        enterDuration(result, "teardown", times.teardownNs());
    }

    private void enterDuration(TestResult result, String when, long ns) {
        if (ns > 0 && result.reports().stream().noneMatch(r -> r.when().equals(when))) {
            durations.add(new ToZygote.Duration(result.nodeId(), when, ns / NS_PER_SECOND));
        }
    }

    /** A worker says what isolation cost since it said so last. */
    void isolated(RewindStatistics more) {
        isolation = isolation.plus(more);
    }

    /** What isolation cost until now. */
    RewindStatistics isolation() {
        return isolation;
    }

    // --- summary

    /** Everything but the end itself, in frames of a size that the wire allows. */
    List<ToZygote> frames(List<String> nodeIds) {
        SummaryFrames frames = new SummaryFrames();
        frames.collectReports(collectReports);
        frames.reports(reports);
        frames.warnings(warnings);
        frames.durations(durations);
        frames.outcomes(outcomes);
        frames.nodeIds(nodeIds);
        return frames.all();
    }

    /** Reports that have a category but are not among the {@link #frames}. */
    Map<String, Integer> countsBesideReports() {
        return account.plainPasses() == 0 ? Map.of() : Map.of("passed", account.plainPasses());
    }
}
