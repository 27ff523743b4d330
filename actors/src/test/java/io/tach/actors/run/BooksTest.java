package io.tach.actors.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tach.engine.model.Outcome;
import io.tach.engine.model.PhaseReport;
import io.tach.engine.model.PhaseTimes;
import io.tach.engine.model.Section;
import io.tach.engine.model.Status;
import io.tach.engine.model.TestResult;
import io.tach.nativeio.wire.MessageCodec;
import io.tach.nativeio.wire.ToZygote;
import io.tach.nativeio.wire.ToZygote.MadeReport;
import io.tach.nativeio.wire.ToZygote.PytestReport;
import io.tach.nativeio.wire.Warning;
import io.tach.nativeio.wire.WireDescriptor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BooksTest {
    private final Books books = new Books();

    @Test
    void shouldTakeOneResultPerTest() {
        books.open(2, 0);
        assertTrue(books.enter(passed(0)));
        assertFalse(books.enter(passed(0)));
        assertFalse(books.enter(passed(2)));
        assertEquals(Map.of("passed", 1), books.countsBesideReports());
    }

    @Test
    void shouldSendDurationsOfPhasesThatNoReportTells() {
        books.wants(true, false);
        books.open(1, 0);
        books.enter(result(0, List.of(report("call", "pytest's own"))));
        List<ToZygote.Duration> durations =
                parts(books).flatMap(p -> p.durations().stream()).toList();
        assertEquals(List.of(new ToZygote.Duration("t0", "setup", 1.0)), durations);
    }

    @Test
    void shouldSendOutcomesOnlyToThoseWhoAsk() {
        books.open(1, 0);
        books.enter(passed(0));
        assertEquals(0, parts(books).mapToInt(p -> p.outcomes().size()).sum());

        Books asked = new Books();
        asked.wants(false, true);
        asked.open(1, 0);
        asked.enter(passed(0));
        assertEquals(
                "passed",
                parts(asked).findFirst().orElseThrow().outcomes().get(0).text());
    }

    @Test
    void reportsWithoutPytestsFormShouldBeMadeByHand() {
        books.collectReport(0, report("collect", ""));
        books.collectReport(0, report("collect", "pytest's own"));
        books.open(0, 0);
        assertEquals(2, books.collectErrors());
        List<ToZygote.Reports> parts = parts(books).toList();
        assertEquals(1, parts.stream().mapToInt(p -> p.collectReports().size()).sum());
        assertTrue(parts.stream().flatMap(p -> p.reports().stream()).allMatch(MadeReport.class::isInstance));
    }

    @Test
    void theSummaryShouldComeInSessionOrder() {
        books.collectReport(1, named("b.py", "collect"));
        books.collectReport(0, named("a.py", "collect"));
        books.warning(new Warning("late", "W", "a.py", 1, "runtest", "t1"));
        books.warning(new Warning("early", "W", "a.py", 1, "runtest", "t0"));
        books.collectWarning(0, new Warning("second file", "W", "b.py", 1, "collect", ""));
        books.collected(0, 1);
        books.collectWarning(-1, new Warning("first file", "W", "a.py", 1, "collect", ""));
        books.collected(-1, 0);
        books.open(2, 0);
        books.enter(result(1, List.of(named("t1", "call"))));
        books.enter(result(0, List.of(named("t0", "call"))));
        List<String> reports = parts(books)
                .flatMap(p -> p.reports().stream())
                .map(r -> ((MadeReport) r).nodeId())
                .toList();
        List<String> warnings = parts(books)
                .flatMap(p -> p.warnings().stream())
                .map(Warning::message)
                .toList();
        assertEquals(List.of("a.py", "b.py", "t0", "t1"), reports);
        assertEquals(List.of("first file", "second file", "early", "late"), warnings);
    }

    @Test
    void maxfailShouldEndTheCollectionToo() {
        books.collectReport(2, named("c.py", "collect"));
        books.collectReport(1, named("b.py", "collect"));
        books.collectWarning(0, new Warning("late", "W", "c.py", 1, "collect", ""));
        books.collected(0, 2);
        assertFalse(books.endCollection(0));
        assertFalse(books.endCollection(3));
        assertTrue(books.endCollection(1));
        assertEquals(
                List.of("b.py"),
                books.collectReports().stream().map(PhaseReport::nodeId).toList());
        assertEquals(0, parts(books).mapToInt(p -> p.warnings().size()).sum());
    }

    @Test
    void largeReportsShouldBeCutIntoFramesThatFit() {
        books.open(12, 0);
        for (int id = 0; id < 12; id++) {
            books.enter(result(id, List.of(report("call", "x".repeat(2 << 20)))));
        }
        List<ToZygote.Reports> parts = parts(books).toList();
        assertEquals(12, parts.stream().mapToInt(p -> p.reports().size()).sum());
        assertTrue(parts.stream().flatMap(p -> p.reports().stream()).allMatch(PytestReport.class::isInstance));
        for (ToZygote.Reports part : parts) {
            assertTrue(MessageCodec.encode(part).remaining() < WireDescriptor.MAX_FRAME_LENGTH / 2);
        }
    }

    @Test
    void aCollectionThatIsVoidShouldLeaveNothing() {
        books.collectReport(0, report("collect", ""));
        books.deselected(3);
        books.collectWarning(0, new Warning("old", "W", "a.py", 1, "collect", ""));
        books.collectWarning(1, new Warning("old too", "W", "a.py", 1, "collect", ""));
        books.collected(0, 0);
        books.warning(new Warning("kept", "W", "a.py", 1, "config", ""));
        books.forgetCollection();
        assertEquals(0, books.collectErrors());
        assertEquals(0, books.deselected());
        List<Warning> warnings =
                parts(books).flatMap(p -> p.warnings().stream()).toList();
        assertEquals(List.of("kept"), warnings.stream().map(Warning::message).toList());
    }

    private static Stream<ToZygote.Reports> parts(Books books) {
        return books.frames(List.of("t0", "t1"), false).stream().map(ToZygote.Reports.class::cast);
    }

    private static TestResult passed(int id) {
        return result(id, List.of());
    }

    private static TestResult result(int id, List<PhaseReport> reports) {
        return new TestResult(
                id,
                "t" + id,
                Status.PASS,
                Outcome.PASSED,
                1,
                "",
                new PhaseTimes(1_000_000_000, 2, 0),
                reports,
                List.of(),
                "gw0",
                List.of());
    }

    private static PhaseReport report(String when, String data) {
        return report("a.py", when, data);
    }

    private static PhaseReport named(String nodeId, String when) {
        return report(nodeId, when, "");
    }

    private static PhaseReport report(String nodeId, String when, String data) {
        return new PhaseReport(
                nodeId,
                when,
                "failed",
                when.equals("collect") ? "error" : "failed",
                "F",
                "FAILED",
                List.of(),
                1,
                "longrepr",
                "message",
                Optional.empty(),
                List.of(new Section("Captured stdout", "text")),
                null,
                ByteBuffer.wrap(data.getBytes(StandardCharsets.UTF_8)));
    }
}
