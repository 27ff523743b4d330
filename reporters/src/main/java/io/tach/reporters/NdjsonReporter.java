package io.tach.reporters;

import io.tach.engine.event.Reporter;
import io.tach.engine.event.RunEvent.CollectionFinished;
import io.tach.engine.event.RunEvent.IsolationMeasured;
import io.tach.engine.event.RunEvent.Noted;
import io.tach.engine.event.RunEvent.RunFinished;
import io.tach.engine.event.RunEvent.SessionStarted;
import io.tach.engine.event.RunEvent.TestFinished;
import io.tach.engine.event.RunEvent.TestStarted;
import io.tach.engine.event.RunEvent.WarningRecorded;
import io.tach.engine.event.RunEvent.WorkerReplaced;
import io.tach.engine.event.SuiteInfo;
import io.tach.engine.model.Outcome;
import io.tach.engine.model.PhaseReport;
import io.tach.engine.model.Property;
import io.tach.engine.model.RewindStatistics;
import io.tach.engine.model.Section;
import io.tach.engine.model.TestResult;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Writes each event as a JSON object on a line of its own, in UTF-8. The fields are described in docs/events.md. */
public final class NdjsonReporter implements Reporter {
    private static final int BUFFER_CHARS = 32 * 1024;
    private static final Set<String> COUNTED =
            Arrays.stream(Outcome.values()).map(Outcome::word).collect(Collectors.toUnmodifiableSet());

    private final PrintStream out;
    private final JsonLine json = new JsonLine();
    private SuiteInfo suite;

    public NdjsonReporter(PrintStream out) {
        this.out = out;
    }

    @Override
    public String name() {
        return "json";
    }

    @Override
    public void onSessionStarted(SessionStarted event) {
        suite = event.suite();
    }

    @Override
    public void onRunStart(CollectionFinished event) {
        begin("run_start").put("total", event.total()).put("deselected", event.deselected());
        json.put("will_run", event.willRun()).put("workers", suite.workers()).put("rootdir", suite.rootDir());
        json.put("python", suite.python()).put("pytest", suite.pytest()).endLine();
        event.reports().forEach(this::writeCollectReport);
        flush();
    }

    private void writeCollectReport(PhaseReport report) {
        begin(report.failed() ? "collect_error" : "collect_skipped").put("node", report.nodeId());
        json.putIfAny("message", report.message()).putIfAny("longrepr", report.longrepr());
        putSections(List.of(report));
        json.endLine();
    }

    @Override
    public void onTestStarted(TestStarted event) {
        begin("test_started").put("test", event.nodeId()).put("worker", event.worker());
        endEvent();
    }

    @Override
    public void onTestFinished(TestFinished event) {
        TestResult result = event.result();
        begin("test_finished").put("test", result.nodeId());
        json.put("status", result.status().word())
                .put("outcome", result.outcome().word());
        json.putMillis("duration_ms", result.durationNs()).putIfAny("worker", result.worker());
        json.key("phases").open();
        json.putMillis("setup", result.times().setupNs())
                .putMillis("call", result.times().callNs());
        json.putMillis("teardown", result.times().teardownNs()).close();
        json.putIfAny("message", result.message());
        if (!result.reports().isEmpty()) {
            json.putIfAny("longrepr", longrepr(result.reports()));
            putSections(result.reports());
        }
        putProperties(result.properties());
        putTexts("leaked", result.leaked());
        json.putIfAny("isolation", result.isolation().ran())
                .putIfAny("toxic", result.isolation().toxic());
        json.putIfAny("diagnosis", result.isolation().diagnosis());
        endEvent();
    }

    private static String longrepr(List<PhaseReport> reports) {
        return reports.stream()
                .filter(report -> !report.outcome().equals("passed"))
                .map(PhaseReport::longrepr)
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining("\n\n"));
    }

    /** Each of pytest's reports repeats the sections of those before it. */
    private void putSections(List<PhaseReport> reports) {
        Set<Section> sections = new LinkedHashSet<>();
        reports.forEach(report -> sections.addAll(report.sections()));
        if (sections.isEmpty()) {
            return;
        }
        json.key("sections").openArray();
        for (Section section : sections) {
            json.open().put("name", section.name()).put("text", section.text()).close();
        }
        json.closeArray();
    }

    private void putProperties(List<Property> properties) {
        if (properties.isEmpty()) {
            return;
        }
        json.key("properties").openArray();
        for (Property property : properties) {
            json.open()
                    .put("name", property.name())
                    .put("value", property.value())
                    .close();
        }
        json.closeArray();
    }

    private void putTexts(String key, List<String> texts) {
        if (!texts.isEmpty()) {
            json.key(key).openArray();
            texts.forEach(json::value);
            json.closeArray();
        }
    }

    @Override
    public void onWarning(WarningRecorded event) {
        begin("warning").put("message", event.message()).put("category", event.category());
        json.put("filename", event.filename()).put("lineno", event.lineno()).put("when", event.when());
        json.putIfAny("test", event.nodeId());
        endEvent();
    }

    @Override
    public void onNote(Noted event) {
        begin("note").put("text", event.text());
        endEvent();
    }

    @Override
    public void onWorkerReplaced(WorkerReplaced event) {
        begin("worker_replaced").put("worker", event.worker()).put("reason", event.reason());
        endEvent();
    }

    @Override
    public void onIsolationMeasured(IsolationMeasured event) {
        RewindStatistics s = event.statistics();
        begin("isolation").put("checkpoints", s.checkpoints()).put("moves", s.moves());
        json.putMillis("checkpoint_ms", s.checkpointNs());
        json.put("rewinds", s.rewinds()).put("pages", s.pages()).putMillis("rewind_ms", s.rewindNs());
        json.putMillis("scan_ms", s.scanNs()).putMillis("copy_ms", s.copyNs());
        json.putMillis("ledger_ms", s.ledgerNs()).putMillis("layout_ms", s.layoutNs());
        json.put("forks", s.forks());
        putNumbers("discards", s.discards());
        json.put("verified_pages", s.verifiedPages()).put("wrong_bytes", s.wrongBytes());
        endEvent();
    }

    private void putNumbers(String key, Map<String, Integer> numbers) {
        if (!numbers.isEmpty()) {
            json.key(key).open();
            new TreeMap<>(numbers).forEach(json::put);
            json.close();
        }
    }

    @Override
    public void onRunFinished(RunFinished event) {
        Map<String, Integer> counts = event.counts();
        begin("run_finished");
        putCount("passed", counts, Outcome.PASSED);
        putCount("failed", counts, Outcome.FAILED);
        putCount("skipped", counts, Outcome.SKIPPED);
        putCount("errors", counts, Outcome.ERROR);
        putCount("xfailed", counts, Outcome.XFAILED);
        putCount("xpassed", counts, Outcome.XPASSED);
        putOtherCounts(counts);
        json.put("not_run", event.notRun().size());
        putTexts("not_run_tests", event.notRun());
        json.putMillis("duration_ms", event.duration().toNanos()).put("exit_code", event.exitCode());
        json.putIfAny("stop_reason", event.stopReason()).endLine();
        flush();
    }

    private void putCount(String key, Map<String, Integer> counts, Outcome outcome) {
        json.put(key, counts.getOrDefault(outcome.word(), 0));
    }

    /** Categories of plugins, such as {@code rerun}. */
    private void putOtherCounts(Map<String, Integer> counts) {
        Map<String, Integer> others = new TreeMap<>(counts);
        others.keySet().removeAll(COUNTED);
        others.remove("");
        putNumbers("other", others);
    }

    private JsonLine begin(String event) {
        return json.open().put("event", event);
    }

    private void endEvent() {
        json.endLine();
        if (json.length() >= BUFFER_CHARS) {
            drain();
        }
    }

    private void drain() {
        byte[] lines = json.take();
        out.write(lines, 0, lines.length);
    }

    private void flush() {
        drain();
        out.flush();
    }

    @Override
    public void onTick(long nowNs) {
        if (json.length() > 0) {
            flush();
        }
    }

    @Override
    public void close() {
        flush();
    }
}
