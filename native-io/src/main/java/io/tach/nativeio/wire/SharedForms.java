package io.tach.nativeio.wire;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/** The wire form of what several messages hold. {@code xForm} writes, {@code x} reads. */
final class SharedForms {
    static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private static final int NO_LINE = -1;

    private SharedForms() {}

    static List<String> namedTextForm(NamedText pair) {
        return List.of(pair.name(), pair.text());
    }

    static NamedText namedText(Object value, String key) throws WireException {
        List<?> pair = Body.tuple(value, key, 2);
        return new NamedText(Body.text(pair.get(0), key), Body.text(pair.get(1), key));
    }

    /** Empty if there is none, to be left out then. */
    static List<Object> locationForm(Location location) {
        return location == null ? List.of() : List.of(location.path(), location.line(), location.domain());
    }

    /** pytest says null for a line it does not know. */
    static Location location(Object value, String key) throws WireException {
        List<?> three = Body.tuple(value, key, 3);
        int line = three.get(1) == null ? NO_LINE : Body.integer(three.get(1), key);
        return new Location(Body.text(three.get(0), key), line, Body.text(three.get(2), key));
    }

    static Map<String, Object> warningForm(Warning warning) {
        return new BodyBuilder()
                .put("message", warning.message())
                .put("category", warning.category())
                .put("filename", warning.fileName())
                .put("lineno", warning.line())
                .put("when", warning.when())
                .put("nodeid", warning.nodeId())
                .map();
    }

    static Warning warning(Body body) throws WireException {
        return new Warning(
                body.text("message"),
                body.text("category"),
                body.text("filename"),
                body.integer("lineno"),
                body.text("when"),
                body.text("nodeid"));
    }

    static Map<String, Object> collectedForm(Collected m) {
        return new BodyBuilder()
                .put("unit", m.unit())
                .put("nodeids", m.nodeIds())
                .put("duration_ns", m.durationNs())
                .putUnless(0, "deselected", m.deselected())
                .putUnless(Map.of(), "timeouts", m.timeouts())
                .putUnless(Map.of(), "groups", m.groups())
                .putAny("reports", m.reports(), SharedForms::reportForm)
                .putIf(
                        m.reorderedBy().isPresent(),
                        "reordered_by",
                        m.reorderedBy().orElse(""))
                .putUnless(0, "part", m.part())
                .putUnless(false, "more", m.more())
                .map();
    }

    static Collected collected(Body body) throws WireException {
        return new Collected(
                body.u32("unit"),
                body.list("nodeids", Body::text),
                body.u64("duration_ns"),
                body.u32("deselected", 0),
                body.byIndex("timeouts", Body::f64),
                body.byIndex("groups", Body::text),
                body.optionalList("reports", (value, key) -> report(Body.map(value, key))),
                body.optionalText("reordered_by"),
                body.u32("part", 0),
                body.flag("more", false));
    }

    static Map<String, Object> reportForm(FromWorker.Report m) {
        return new BodyBuilder()
                .putUnless(FromWorker.Report.NO_TEST, "test_id", m.testId())
                .put("nodeid", m.nodeId())
                .put("when", m.when())
                .put("outcome", m.outcome())
                .put("category", m.category())
                .put("letter", m.letter())
                .put("word", m.word())
                .putUnless(List.of(), "markup", m.markup())
                .put("duration_ns", m.durationNs())
                .putUnless("", "longrepr", m.longrepr())
                .putUnless("", "message", m.message())
                .putIf(m.xfail().isPresent(), "xfail", m.xfail().orElse(""))
                .putAny("sections", m.sections(), SharedForms::namedTextForm)
                .putAny("properties", m.properties(), SharedForms::namedTextForm)
                .putUnless(List.of(), "location", locationForm(m.location()))
                .putUnless(NO_BYTES, "data", m.data())
                .map();
    }

    static FromWorker.Report report(Body body) throws WireException {
        return new FromWorker.Report(
                body.u32("test_id", FromWorker.Report.NO_TEST),
                body.text("nodeid"),
                body.text("when"),
                body.text("outcome"),
                body.text("category"),
                body.text("letter"),
                body.text("word"),
                body.optionalList("markup", Body::text),
                body.u64("duration_ns"),
                body.text("longrepr", ""),
                body.text("message", ""),
                body.optionalText("xfail"),
                body.optionalList("sections", SharedForms::namedText),
                body.optionalList("properties", SharedForms::namedText),
                body.nullable("location", SharedForms::location),
                body.bytes("data", NO_BYTES));
    }
}
