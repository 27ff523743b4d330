package io.tach.reporters;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tach.engine.event.Reporter;
import io.tach.engine.event.RunEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sinks against what real pytest printed and wrote for the same reports. */
class GoldenTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mixed",
                "mixed-colour",
                "mixed-v",
                "mixed-vv-colour",
                "mixed-q",
                "mixed-count",
                "mixed-classic",
                "mixed-first-failure",
                "mixed-selected",
                "mixed-selected-q",
                "mixed-none",
                "mixed-none-q",
                "broken",
                "broken-go-on"
            })
    void shouldPrintWhatPytestPrints(String name) throws IOException {
        Output output = new Output();

        tell(output.terminal(), GoldenRun.read(name, junitFile()).events());

        assertSame(name + ".out", endedLines(GoldenRun.text(name + ".out")), output.text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mixed-junit",
                "mixed-junit-xunit1",
                "mixed-junit-call",
                "mixed-junit-failing",
                "mixed-junit-no-logging",
                "broken-junit"
            })
    void shouldWriteTheFileThatPytestWrites(String name) throws IOException {
        Clock clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

        tell(
                new JunitReporter(directory, clock, "host"),
                GoldenRun.read(name, junitFile()).events());

        String written = redacted(Files.readString(junitFile(), StandardCharsets.UTF_8));
        assertSame(name + ".xml", lines(GoldenRun.text(name + ".xml")), lines(written));
    }

    /** Leaves what was got in {@code target/golden}, since a failure is easier to see with diff. */
    private static void assertSame(String fileName, String expected, String actual) throws IOException {
        Path actualFile = Path.of("target/golden", fileName);
        Files.createDirectories(actualFile.getParent());
        Files.writeString(actualFile, actual, StandardCharsets.UTF_8);
        assertEquals(expected, actual, fileName);
    }

    /** pytest ends a line before it ends its colour. */
    private static String endedLines(String text) {
        return text.replace("\n\u001b[0m", "\u001b[0m\n");
    }

    private Path junitFile() {
        return directory.resolve("junit.xml");
    }

    private static void tell(Reporter reporter, List<RunEvent> events) {
        events.forEach(reporter::on);
        reporter.close();
    }

    private static String redacted(String xml) {
        return xml.replaceFirst("\\?> *<", "?><")
                .replaceFirst("time=\"1.000\" timestamp=\"1970-01-01T00:00:00.000000\\+00:00\" hostname=\"host\"", "");
    }

    /** One element a line, for a difference that can be read; without lines of code, unknown for a plain pass. */
    private static String lines(String xml) {
        return xml.replace("><", ">\n<").replaceAll(" line=\"[0-9]+\"", "");
    }
}
