package io.tach.reporters;

import io.tach.engine.event.Reporter;
import io.tach.engine.event.RunEvent.CollectionFinished;
import io.tach.engine.event.RunEvent.RunFinished;
import io.tach.engine.event.RunEvent.SessionStarted;
import io.tach.engine.event.RunEvent.TestFinished;
import io.tach.engine.event.SuiteInfo.JunitRequest;
import io.tach.engine.run.ExitCodes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/**
 * Writes the JUnit file that pytest's options ask for, with what pytest would write: idle if they ask for none. The
 * file appears at the end, also of a run that broke off; it then holds the tests that have a result.
 */
public final class JunitReporter implements Reporter {
    private static final DateTimeFormatter TIMESTAMP = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSxxx");
    private static final long LONGEST_RUN_NS = Duration.ofDays(10_000).toNanos();

    private final Path directory;
    private final Clock clock;
    private final String hostname;
    private final StringBuilder elements = new StringBuilder(1024);

    private JunitRequest request;
    private Instant start;
    private JunitCases cases;
    private JunitFile file;

    /** @param directory what a relative path of the file is relative to */
    public JunitReporter(Path directory) {
        this(directory, Clock.system(ZoneId.systemDefault()), hostname());
    }

    JunitReporter(Path directory, Clock clock, String hostname) {
        this.directory = directory;
        this.clock = clock;
        this.hostname = hostname;
    }

    @Override
    public String name() {
        return "junit";
    }

    @Override
    public void onSessionStarted(SessionStarted event) {
        if (event.suite().junit().isEmpty()) {
            return;
        }
        request = event.suite().junit().get();
        start = clock.instant();
        cases = new JunitCases(event.suite(), request);
        int most = Integer.MAX_VALUE;
        attempt(() ->
                file = new JunitFile(directory.resolve(request.path()), head(most, most, most, most, LONGEST_RUN_NS)));
    }

    @Override
    public void onRunStart(CollectionFinished event) {
        if (file != null) {
            event.reports().forEach(report -> cases.appendCollect(elements, report));
            writeElements();
        }
    }

    @Override
    public void onTestFinished(TestFinished event) {
        if (file != null) {
            cases.append(elements, event.result());
            writeElements();
        }
    }

    private void writeElements() {
        attempt(() -> file.append(elements));
        elements.setLength(0);
    }

    @Override
    public void onRunFinished(RunFinished event) {
        if (file != null && event.exitCode() == ExitCodes.RUNTIME) {
            cases.appendInternalError(elements, event.stopReason().isEmpty() ? event.summary() : event.stopReason());
            writeElements();
        }
        finish(event.duration());
    }

    @Override
    public void close() {
        if (file != null) {
            finish(Duration.between(start, clock.instant()));
        }
    }

    private void finish(Duration duration) {
        if (file == null) {
            return;
        }
        String head = head(cases.errors(), cases.failures(), cases.skipped(), cases.tests(), duration.toNanos());
        try (JunitFile closing = file) {
            file = null;
            closing.commit(head, "</testsuite></testsuites>");
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private String head(int errors, int failures, int skipped, int tests, long durationNs) {
        StringBuilder out = new StringBuilder("<testsuites name=\"pytest tests\"><testsuite name=\"");
        XmlText.attribute(out, request.suiteName());
        out.append("\" errors=\"").append(errors);
        out.append("\" failures=\"").append(failures);
        out.append("\" skipped=\"").append(skipped);
        out.append("\" tests=\"").append(tests);
        out.append("\" time=\"").append(Durations.seconds(durationNs));
        out.append("\" timestamp=\"").append(TIMESTAMP.format(OffsetDateTime.ofInstant(start, clock.getZone())));
        out.append("\" hostname=\"");
        XmlText.attribute(out, hostname);
        return out.append("\">").toString();
    }

    /** What may fail for reasons outside of tach: the sink gives up, and the message says which file and why. */
    private void attempt(FileAction action) {
        try {
            action.run();
        } catch (IOException e) {
            UncheckedIOException failure = failure(e);
            abandon(failure);
            throw failure;
        }
    }

    private void abandon(UncheckedIOException failure) {
        JunitFile abandoned = file;
        file = null;
        try (abandoned) {
            elements.setLength(0);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private UncheckedIOException failure(IOException cause) {
        return new UncheckedIOException("cannot write JUnit file: path=" + request.path() + " reason=" + cause, cause);
    }

    /** Without asking the network, which may be slow. */
    private static String hostname() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            return "localhost";
        }
    }

    @FunctionalInterface
    private interface FileAction {
        void run() throws IOException;
    }
}
