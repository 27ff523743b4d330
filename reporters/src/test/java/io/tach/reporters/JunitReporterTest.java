package io.tach.reporters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tach.engine.event.RunEvent;
import io.tach.engine.event.RunEvent.RunFinished;
import io.tach.engine.model.Isolation;
import io.tach.engine.model.Outcome;
import io.tach.engine.model.PhaseReport;
import io.tach.engine.model.Status;
import io.tach.engine.run.ExitCodes;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xml.sax.InputSource;

class JunitReporterTest {
    @TempDir
    private Path directory;

    @Test
    void shouldStayIdleUnlessAskedFor() throws IOException {
        JunitReporter junit = junit();

        tell(junit, Samples.session(0), Samples.collected("a.py::x"), Samples.passed("a.py::x"), Samples.end());
        junit.close();

        assertEquals(List.of(), files());
    }

    @Test
    void shouldWriteTheSuite() throws IOException {
        JunitReporter junit = junit();

        tell(junit, session("deep/er/out.xml", "xunit2"), Samples.collected("a.py::x"), Samples.passed("a.py::x"));
        tell(junit, Samples.end());

        String xml = Files.readString(directory.resolve("deep/er/out.xml"));
        assertTrue(xml.matches("(?s)<\\?xml version=\"1.0\" encoding=\"utf-8\"\\?> *<testsuites.*"), xml);
        assertEquals(
                """
                <testsuites name="pytest tests"><testsuite name="suite" errors="0" failures="0" skipped="0" tests="1" \
                time="1.234" timestamp="1970-01-01T00:00:00.000000+00:00" hostname="host">\
                <testcase classname="a" name="x" time="0.006" /></testsuite></testsuites>""",
                xml.substring(xml.indexOf("<testsuites")));
        assertEquals(List.of(directory.resolve("deep/er/out.xml")), files());
    }

    @Test
    void shouldHoldTheTestsSoFarWhenTheRunBreaksOff() throws IOException {
        JunitReporter junit = junit();

        tell(junit, session("out.xml", "xunit2"), Samples.collected("a.py::x", "a.py::y"), Samples.failed("a.py::x"));
        assertFalse(Files.exists(directory.resolve("out.xml")));
        junit.close();

        assertTrue(cases(xml()).startsWith("<testcase classname=\"a\" name=\"x\""), xml());
        assertTrue(xml().contains("failures=\"1\" skipped=\"0\" tests=\"1\""), xml());
    }

    @ParameterizedTest
    @CsvSource({"why it ended,ValueError: boom,why it ended", "'',ValueError: boom,ValueError: boom"})
    void shouldShowThatTheSessionBroke(String stopReason, String summary, String shown) throws IOException {
        JunitReporter junit = junit();

        tell(junit, session("out.xml", "xunit2"), Samples.collected("a.py::x"), Samples.passed("a.py::x"));
        tell(junit, new RunFinished(ExitCodes.RUNTIME, Map.of(), List.of(), Duration.ZERO, summary, stopReason));

        assertTrue(
                cases(xml())
                        .endsWith("<testcase classname=\"pytest\" name=\"internal\" time=\"0.000\">"
                                + "<error message=\"internal error\">" + shown + "</error></testcase>"),
                xml());
        assertTrue(xml().contains("errors=\"1\" failures=\"0\" skipped=\"0\" tests=\"2\""), xml());
    }

    @Test
    void shouldReportACrashInThePhaseItHappened() throws IOException {
        PhaseReport crash = Samples.report(
                "a.py::x", "call", "failed", "failed", "F", "CRASHED", "worker gw0 crashed: signal 11", "signal 11");

        assertEquals(
                """
                <testcase classname="a" name="x" time="0.002"><failure message="signal 11">\
                worker gw0 crashed: signal 11</failure></testcase>""",
                written(Samples.finished("a.py::x", Status.CRASH, Outcome.FAILED, crash)));
    }

    @Test
    void shouldKeepADiagnosisAsAProperty() throws IOException {
        Isolation isolation = new Isolation("none", "", "order-dependent");

        assertEquals(
                """
                <testcase classname="a" name="x" time="0.006"><properties>\
                <property name="tach.diagnosis" value="order-dependent" /></properties></testcase>""",
                written(new RunEvent.TestFinished(Samples.result(0, "a.py::x", Status.PASS, Outcome.PASSED)
                        .isolated(isolation))));
    }

    @Test
    void shouldNotShowADeathWithoutReportsAsAPass() throws IOException {
        assertEquals(
                """
                <testcase classname="a" name="x" time="0.001"><error message="" /></testcase>""",
                written(Samples.finished("a.py::x", Status.TIMEOUT, Outcome.FAILED)));
    }

    @Test
    void shouldNotShowATestThatNobodyReportedAsAPass() throws IOException {
        assertEquals(
                """
                <testcase classname="a" name="x" time="0.004"><skipped type="pytest.skip" message="" /></testcase>""",
                written(Samples.finished("a.py::x", Status.SKIP, Outcome.SKIPPED)));
    }

    @Test
    void shouldReportFailedSubtestsInTheirTest() throws IOException {
        PhaseReport sub = Samples.report("a.py::x", "call", "failed", "failed", "u", "SUBFAILED(i=1)", "sub", "no");

        assertEquals(
                """
                <testcase classname="a" name="x" time="0.007"><failure message="no">sub</failure></testcase>""",
                written(Samples.finished("a.py::x", Status.FAIL, Outcome.FAILED, sub)));
    }

    @Test
    void shouldGiveEachRerunAnEmptyElement() throws IOException {
        PhaseReport rerun = Samples.report("a.py::x", "call", "rerun", "rerun", "R", "RERUN", "text", "no");

        assertEquals(
                """
                <testcase classname="a" name="x" time="0.002" /><testcase classname="a" name="x" time="0.005" />""",
                written(Samples.finished("a.py::x", Status.PASS, Outcome.PASSED, rerun)));
    }

    @Test
    void shouldGiveFileAndLineInTheOlderFamily() throws IOException {
        assertEquals(
                """
                <testcase classname="pkg.test_a.TestX" name="test_y[a::b]" file="pkg/test_a.py" line="6" time="0.004">\
                <skipped type="pytest.skip" message="why">/project/test_a.py:7: why</skipped></testcase>""",
                written(
                        "xunit1",
                        Samples.finished(
                                "pkg/test_a.py::TestX::test_y[a::b]",
                                Status.SKIP,
                                Outcome.SKIPPED,
                                Samples.skip("pkg/test_a.py::TestX::test_y[a::b]", "why"))));
    }

    @Test
    void shouldWriteXmlForAnyText() throws Exception {
        String name = "x[<&>\"'\n\t\r\u0000\u001b\u007f\ufffe\ud800 \uD83D\uDE00]";

        String xml = written(Samples.failed("a.py::" + name));

        assertTrue(
                xml.contains("name=\"x[&lt;&amp;&gt;&quot;'&#10;&#09;&#13;#x00#x1B#x7F#xFFFE#xD800 \uD83D\uDE00]\""),
                xml);
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(xml())));
    }

    @Test
    void shouldSayWhichFileCannotBeWritten() throws IOException {
        Files.writeString(directory.resolve("file"), "");
        JunitReporter junit = junit();

        UncheckedIOException failure =
                assertThrows(UncheckedIOException.class, () -> junit.on(session("file/out.xml", "xunit2")));

        assertTrue(
                failure.getMessage().startsWith("cannot write JUnit file: path=file/out.xml reason="),
                failure.getMessage());
        tell(junit, Samples.collected("a.py::x"), Samples.passed("a.py::x"), Samples.end());
        junit.close();
        assertEquals(List.of(directory.resolve("file")), files());
    }

    @Test
    void shouldReplaceAnOlderFileAndFollowLinks() throws IOException {
        Files.writeString(directory.resolve("old.xml"), "old");
        Files.createSymbolicLink(directory.resolve("out.xml"), Path.of("old.xml"));

        written(Samples.passed("a.py::x"));

        assertTrue(Files.isSymbolicLink(directory.resolve("out.xml")));
        assertTrue(Files.readString(directory.resolve("old.xml")).startsWith("<?xml"));
    }

    @Test
    void shouldNotReplaceADevice() {
        JunitReporter junit = junit();

        tell(junit, session("/dev/null", "xunit2"), Samples.collected(), Samples.end());

        assertFalse(Files.isRegularFile(Path.of("/dev/null")));
    }

    private JunitReporter junit() {
        return new JunitReporter(directory, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), "host");
    }

    private static RunEvent session(String path, String family) {
        return Samples.session(0, Optional.of(Samples.junit(path, family)));
    }

    private static void tell(JunitReporter junit, RunEvent... events) {
        List.of(events).forEach(junit::on);
    }

    /** The elements of a run of one test. */
    private String written(RunEvent.TestFinished event) throws IOException {
        return written("xunit2", event);
    }

    private String written(String family, RunEvent.TestFinished event) throws IOException {
        tell(
                junit(),
                session("out.xml", family),
                Samples.collected(event.result().nodeId()),
                event,
                Samples.end());
        return cases(xml());
    }

    private String xml() throws IOException {
        return Files.readString(directory.resolve("out.xml"));
    }

    private static String cases(String xml) {
        return xml.substring(xml.indexOf("<testcase "), xml.indexOf("</testsuite>"));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            return paths.filter(Files::isRegularFile).toList();
        }
    }
}
