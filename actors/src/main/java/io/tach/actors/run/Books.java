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
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Everything that was reported and that the summary is made of. One thread. */
final class Books {
    /** Of a report of which nobody knows the file: it comes after all others. */
    static final int NO_UNIT = Integer.MAX_VALUE;

    private static final double NS_PER_SECOND = 1e9;

    private final SortedMap<Integer, List<PhaseReport>> collectReports = new TreeMap<>();
    private final List<Warning> warnings = new ArrayList<>();
    private final SortedMap<Integer, List<Warning>> collectWarnings = new TreeMap<>();
    private final Map<Integer, List<Warning>> pendingWarnings = new HashMap<>();
    private final Map<Integer, List<PhaseReport>> open = new HashMap<>();
    private final Map<Integer, List<Property>> properties = new HashMap<>();
    private final SortedMap<Integer, List<PhaseReport>> reports = new TreeMap<>();
    private final List<ToZygote.Duration> durations = new ArrayList<>();
    private final List<NamedText> outcomes = new ArrayList<>();
    private RewindStatistics isolation = RewindStatistics.NONE;
    private RunAccount account = new RunAccount(0, 0);
    private boolean wantsDurations;
    private boolean wantsOutcomes;
    private int deselected;
    private List<String> linesBelow = List.of();

    /** What the summary will need beyond the reports. */
    void wants(boolean everyDuration, boolean everyOutcome) {
        wantsDurations = everyDuration;
        wantsOutcomes = everyOutcome;
    }

    // --- collection

    /**
     * Enters a report of the collection.
     *
     * @param unit the file it is about, for the order
     */
    void collectReport(int unit, PhaseReport report) {
        collectReports.computeIfAbsent(unit, u -> new ArrayList<>(1)).add(report);
    }

    /** In session order. */
    List<PhaseReport> collectReports() {
        return collectReports.values().stream().flatMap(List::stream).toList();
    }

    int collectErrors() {
        return (int) collectReports().stream().filter(PhaseReport::failed).count();
    }

    /**
     * Forgets what pytest would not have collected any more.
     *
     * @param maxfail after that many errors the collection ends; 0 for never
     * @return true if it did end so
     */
    boolean endCollection(int maxfail) {
        if (maxfail == 0 || collectErrors() < maxfail) {
            return false;
        }
        int errors = 0;
        for (Map.Entry<Integer, List<PhaseReport>> unit : collectReports.entrySet()) {
            for (Iterator<PhaseReport> each = unit.getValue().iterator(); each.hasNext(); ) {
                PhaseReport report = each.next();
                if (errors == maxfail) {
                    each.remove();
                } else if (report.failed() && ++errors == maxfail) {
                    collectWarnings.keySet().removeIf(other -> other > unit.getKey());
                }
            }
        }
        return true;
    }

    void deselected(int count) {
        deselected += count;
    }

    int deselected() {
        return deselected;
    }

    /** What plugins say below "collected N items". */
    void linesBelow(List<String> lines) {
        linesBelow = lines;
    }

    List<String> linesBelow() {
        return linesBelow;
    }

    /** What was collected so far does not count: the session is collected whole instead. */
    void forgetCollection() {
        collectReports.clear();
        collectWarnings.clear();
        pendingWarnings.clear();
        deselected = 0;
    }

    void warning(Warning warning) {
        warnings.add(warning);
    }

    /** A warning of a file that {@code sender} (a worker, or -1) is collecting; it tells which when it has done so. */
    void collectWarning(int sender, Warning warning) {
        pendingWarnings.computeIfAbsent(sender, s -> new ArrayList<>()).add(warning);
    }

    /** A file is collected. */
    void collected(int sender, int unit) {
        List<Warning> pending = pendingWarnings.remove(sender);
        if (pending != null) {
            collectWarnings.computeIfAbsent(unit, u -> new ArrayList<>()).addAll(pending);
        }
    }

    /** The plan is made. */
    void open(int planned, int maxfail) {
        account = new RunAccount(planned, maxfail);
        collectReports().forEach(account::collectReport);
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
        if (!result.reports().isEmpty()) {
            reports.put(result.testId(), result.reports());
        }
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

    /**
     * Everything but the end itself, in frames of a size that the wire allows, and in session order whoever was first:
     * what is printed twice of the same is the same text.
     *
     * @param nodeIds all tests in session order
     * @param wantsNodeIds whether the zygote wants to know them
     */
    List<ToZygote> frames(List<String> nodeIds, boolean wantsNodeIds) {
        SummaryFrames frames = new SummaryFrames();
        frames.collectReports(collectReports());
        frames.reports(reports.values().stream().flatMap(List::stream).toList());
        frames.warnings(warningsInOrder(nodeIds));
        frames.durations(durations);
        frames.outcomes(outcomes);
        frames.nodeIds(wantsNodeIds ? nodeIds : List.of());
        return frames.all();
    }

    /** Those of the configuration, those of files, those of tests. */
    private List<Warning> warningsInOrder(List<String> nodeIds) {
        Map<String, Integer> places = new HashMap<>();
        warnings.stream().filter(Books::isOfTest).forEach(w -> places.put(w.nodeId(), 0));
        for (int i = 0; i < nodeIds.size() && !places.isEmpty(); i++) {
            places.replace(nodeIds.get(i), i);
        }
        List<Warning> all = new ArrayList<>();
        warnings.stream().filter(w -> !isOfTest(w)).forEach(all::add);
        collectWarnings.values().forEach(all::addAll);
        pendingWarnings.values().forEach(all::addAll);
        warnings.stream()
                .filter(Books::isOfTest)
                .sorted(Comparator.comparingInt(w -> places.get(w.nodeId())))
                .forEach(all::add);
        return all;
    }

    private static boolean isOfTest(Warning warning) {
        return warning.when().equals("runtest");
    }

    /** Reports that have a category but are not among the {@link #frames}. */
    Map<String, Integer> countsBesideReports() {
        return account.plainPasses() == 0 ? Map.of() : Map.of("passed", account.plainPasses());
    }
}
