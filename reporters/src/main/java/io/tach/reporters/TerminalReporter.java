package io.tach.reporters;

import io.tach.engine.event.Reporter;
import io.tach.engine.event.RunEvent.CollectionFinished;
import io.tach.engine.event.RunEvent.IsolationMeasured;
import io.tach.engine.event.RunEvent.Noted;
import io.tach.engine.event.RunEvent.RunFinished;
import io.tach.engine.event.RunEvent.SessionStarted;
import io.tach.engine.event.RunEvent.TestFinished;
import io.tach.engine.event.RunEvent.WarningRecorded;
import io.tach.engine.event.RunEvent.WorkerReplaced;
import io.tach.engine.event.SuiteInfo;
import io.tach.engine.model.PhaseReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * pytest's look: its own header, the progress lines drawn here, its own summary. If no summary could be had, because
 * the zygote was lost, failures are printed from what the workers had sent.
 */
public final class TerminalReporter implements Reporter {
    private final TerminalScreen screen;
    private final Path directory;
    private final boolean tty;
    private final boolean ci;

    /** Failing reports, for the summary of last resort. */
    private final List<PhaseReport> failures = new ArrayList<>();

    private SuiteInfo suite;
    private Progress progress;
    private ProgressView view;
    private IsolationNotes isolation = new IsolationNotes(0, false);
    private boolean yellow;

    TerminalReporter(TerminalScreen screen, ReporterOptions options) {
        this.screen = screen;
        this.directory = options.directory();
        this.tty = options.tty();
        this.ci = options.ci();
    }

    @Override
    public String name() {
        return "terminal";
    }

    @Override
    public void onSessionStarted(SessionStarted event) {
        suite = event.suite();
        isolation = new IsolationNotes(suite.verbosity(), suite.durations() >= 0);
        screen.configure(suite.markup(), suite.width());
        screen.block(Sanitizer.coloured(suite.header()));
        if (suite.verbosity() >= (tty ? 0 : 1)) {
            screen.write("collecting ... ", Style.BOLD);
        }
        screen.flush();
    }

    @Override
    public void onRunStart(CollectionFinished event) {
        event.reports().stream().filter(PhaseReport::failed).forEach(failures::add);
        if (suite.verbosity() >= 0) {
            writeCollected(Collected.line(event));
        }
        event.lines().forEach(line -> screen.block(Sanitizer.coloured(line + "\n")));
        progress = new Progress(Progress.Kind.ofWord(suite.progress()), event.total());
        event.reports().forEach(report -> progress.count(report.category()));
        if (yellow) {
            progress.count("warnings");
        }
        view = view(event.nodeIds());
        screen.flush();
    }

    /** On a terminal pytest writes over its "collecting" line. */
    private void writeCollected(String line) {
        if (tty) {
            screen.carriageReturn();
            screen.line(line + " ".repeat(Math.max(0, suite.width() - line.length() - 1)), Style.BOLD);
        } else {
            screen.line(line, Style.NONE);
        }
    }

    private ProgressView view(List<String> planned) {
        NodeIds nodeIds = new NodeIds(Path.of(suite.rootDir()), directory);
        if (suite.verbosity() > 0) {
            return new VerboseView(screen, progress, nodeIds, suite.width(), suite.verbosity() > 1);
        }
        LetterRow row = new LetterRow(screen, progress, suite.width());
        return suite.verbosity() < 0
                ? new DotsView(row, progress, screen)
                : new FilesView(row, screen, nodeIds, planned);
    }

    @Override
    public void onTestFinished(TestFinished event) {
        for (PhaseReport report : event.result().reports()) {
            if (report.failed()) {
                failures.add(report);
            }
        }
        view.finished(event.result());
        String found = isolation.finished(event.result());
        if (!found.isEmpty()) {
            note(found);
        }
    }

    /** The text comes with pytest's summary; here a warning only changes the colour. */
    @Override
    public void onWarning(WarningRecorded event) {
        yellow = true;
        if (progress != null) {
            progress.count("warnings");
        }
    }

    @Override
    public void onNote(Noted event) {
        note(event.text());
    }

    @Override
    public void onWorkerReplaced(WorkerReplaced event) {
        if (suite != null && suite.verbosity() > 0) {
            note("replaced worker " + event.worker() + ": " + event.reason());
        }
    }

    private void note(String text) {
        screen.endLine();
        if (view != null) {
            view.interrupted();
        }
        screen.line("tach: " + Sanitizer.line(text), Style.YELLOW);
        screen.flush();
    }

    @Override
    public void onIsolationMeasured(IsolationMeasured event) {
        isolation.measured(event.statistics());
    }

    @Override
    public void onRunFinished(RunFinished event) {
        if (view != null) {
            view.end(!event.stopReason().isEmpty());
        }
        screen.endLine();
        isolation.lines().forEach(this::note);
        String summary = stripLeadingNewlines(event.summary());
        if (!summary.isBlank()) {
            blankLine();
            screen.block(Sanitizer.coloured(summary));
        } else if (suite != null) {
            blankLine();
            new FallbackSummary(screen, suite, ci).write(failures, event);
        } else if (!event.stopReason().isEmpty()) {
            note(event.stopReason());
        }
        screen.flush();
    }

    /** Under {@code -q} the summary follows the dots directly. */
    private void blankLine() {
        if (suite != null && (suite.verbosity() >= 0 || progress == null || !progress.isStarted())) {
            screen.newline();
        }
    }

    /** pytest's text begins with the end of a line of its own, which depends on what it believes to have printed. */
    private static String stripLeadingNewlines(String text) {
        int start = 0;
        while (start < text.length() && text.charAt(start) == '\n') {
            start++;
        }
        return text.substring(start);
    }

    @Override
    public void onTick(long nowNs) {
        screen.flush();
    }

    @Override
    public void close() {
        screen.endLine();
        screen.flush();
    }
}
