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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A bar below another sink's text: how far the run is, and what each worker is doing. It wraps that sink because both
 * write to the same screen and must take turns.
 */
public final class LiveBar implements Reporter {
    /** A test is shown in no less than this; workers that do not fit are left out. */
    private static final int LEAST_COLUMNS = 38;

    private static final long UNKNOWN = Long.MIN_VALUE;

    /** A test that runs; the clock only comes with ticks, so it starts at the first tick that sees it. */
    private static final class Running {
        private final String worker;
        private final String nodeId;
        private long sinceNs = UNKNOWN;

        private Running(String worker, String nodeId) {
            this.worker = worker;
            this.nodeId = nodeId;
        }
    }

    private final Reporter inner;
    private final TerminalScreen screen;
    private final Map<Integer, Running> running = new LinkedHashMap<>();
    private int width;
    private boolean markup;
    private int total;
    private int done;
    private int failed;
    private boolean active;
    private long startNs = UNKNOWN;

    LiveBar(Reporter inner, TerminalScreen screen) {
        this.inner = inner;
        this.screen = screen;
    }

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public void onSessionStarted(SessionStarted event) {
        inner.onSessionStarted(event);
        width = event.suite().width();
        markup = event.suite().markup();
    }

    @Override
    public void onRunStart(CollectionFinished event) {
        inner.onRunStart(event);
        total = event.total();
        active = event.willRun();
    }

    @Override
    public void onTestStarted(TestStarted event) {
        inner.onTestStarted(event);
        running.put(event.testId(), new Running(event.worker(), event.nodeId()));
    }

    @Override
    public void onTestFinished(TestFinished event) {
        inner.onTestFinished(event);
        running.remove(event.result().testId());
        done++;
        if (event.result().status().isFailure()) {
            failed++;
        }
    }

    @Override
    public void onWarning(WarningRecorded event) {
        inner.onWarning(event);
    }

    @Override
    public void onNote(Noted event) {
        inner.onNote(event);
    }

    @Override
    public void onWorkerReplaced(WorkerReplaced event) {
        inner.onWorkerReplaced(event);
    }

    @Override
    public void onIsolationMeasured(IsolationMeasured event) {
        inner.onIsolationMeasured(event);
    }

    @Override
    public void onRunFinished(RunFinished event) {
        active = false;
        screen.eraseBar();
        inner.onRunFinished(event);
    }

    @Override
    public void onTick(long nowNs) {
        if (active) {
            screen.showBar(lines(nowNs));
        }
        inner.onTick(nowNs);
    }

    @Override
    public void close() {
        screen.eraseBar();
        inner.close();
    }

    private List<String> lines(long nowNs) {
        startNs = startNs == UNKNOWN ? nowNs : startNs;
        List<String> lines = new ArrayList<>();
        lines.add(summary(nowNs));
        if (!running.isEmpty()) {
            lines.add(runningTests(nowNs));
        }
        return lines;
    }

    private String summary(long nowNs) {
        long percent = total == 0 ? 100 : done * 100L / total;
        String failures = failed == 0 ? "" : "  " + failed + " failed";
        String time = "  " + Durations.live(nowNs - startNs);
        String text = TextWidth.cut("tach  " + percent + "%  " + done + "/" + total + failures + time, width - 1);
        return markup ? (failed > 0 ? Style.RED : Style.GREEN) + text + Style.RESET : text;
    }

    /** The longest running first, as many as fit. */
    private String runningTests(long nowNs) {
        StringBuilder line = new StringBuilder();
        int share = Math.max(LEAST_COLUMNS, (width - 1) / running.size());
        for (Running test : running.values()) {
            test.sinceNs = test.sinceNs == UNKNOWN ? nowNs : test.sinceNs;
            String text = describe(test, nowNs, share - 2);
            if (TextWidth.of(line.toString()) + TextWidth.of(text) > width - 1) {
                break;
            }
            line.append(text).append("  ");
        }
        return TextWidth.cut(line.toString().stripTrailing(), width - 1);
    }

    /** The end of a node id says more than its beginning. */
    private static String describe(Running test, long nowNs, int columns) {
        String worker = Sanitizer.line(test.worker) + " ";
        String age = " " + Durations.live(nowNs - test.sinceNs);
        String name = NodeIds.brief(test.nodeId);
        int room = columns - worker.length() - age.length();
        return worker + (TextWidth.of(name) <= room ? name : tail(name, room)) + age;
    }

    private static String tail(String name, int room) {
        int start = name.length();
        while (start > 0 && TextWidth.of(name.substring(start - 1)) <= room - 2) {
            start--;
        }
        if (start < name.length() && Character.isLowSurrogate(name.charAt(start))) {
            start++;
        }
        return ".." + name.substring(start);
    }
}
