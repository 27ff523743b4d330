package io.tach.nativeio.wire;

import static io.tach.nativeio.wire.WireDescriptor.TOKEN_BYTES;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The wire form of the control channel's messages. {@code xForm} writes, {@code x} reads. */
final class ZygoteForms {
    private ZygoteForms() {}

    static Map<String, Object> forkForm(ToZygote.Fork m) {
        ToZygote.Isolation isolation = m.isolation();
        return new BodyBuilder()
                .put("worker", m.worker())
                .put("token", m.token())
                .put("workers", m.workers())
                .put("strategy", isolation.strategy())
                .putUnless(false, "strict", isolation.strict())
                .putUnless(false, "verify", isolation.verify())
                .putIf(isolation.seed().isPresent(), "seed", isolation.seed().orElse(0))
                .putUnless(false, "preimport", m.preImport())
                .map();
    }

    static ToZygote.Fork fork(Body body) throws WireException {
        ByteBuffer token = body.bytes("token");
        if (token.remaining() != TOKEN_BYTES) {
            throw new WireException("out-of-range", "key=token bytes=" + token.remaining());
        }
        return new ToZygote.Fork(
                body.u32("worker"), token, body.u32("workers"), isolation(body), body.flag("preimport", false));
    }

    private static ToZygote.Isolation isolation(Body body) throws WireException {
        return new ToZygote.Isolation(
                body.text("strategy"),
                body.flag("strict", false),
                body.flag("verify", false),
                body.optionalU64("seed"));
    }

    static Map<String, Object> killForm(ToZygote.Kill m) {
        return new BodyBuilder()
                .put("worker", m.worker())
                .put("signal", m.signal())
                .putUnless(false, "group", m.group())
                .map();
    }

    static ToZygote.Kill kill(Body body) throws WireException {
        return new ToZygote.Kill(body.u32("worker"), body.u8("signal"), body.flag("group", false));
    }

    static Map<String, Object> reportsForm(ToZygote.Reports m) {
        return new BodyBuilder()
                .putAny("reports", m.reports(), ZygoteForms::finalReportForm)
                .putAny("collect_reports", m.collectReports(), data -> Map.of("data", data))
                .putAny("warnings", m.warnings(), SharedForms::warningForm)
                .putAny("durations", m.durations(), d -> List.of(d.nodeId(), d.when(), d.seconds()))
                .putAny("outcomes", m.outcomes(), SharedForms::namedTextForm)
                .putUnless(List.of(), "nodeids", m.nodeIds())
                .map();
    }

    static ToZygote.Reports reports(Body body) throws WireException {
        return new ToZygote.Reports(
                body.optionalList("reports", (value, key) -> finalReport(Body.map(value, key))),
                body.optionalList(
                        "collect_reports", (value, key) -> Body.map(value, key).bytes("data")),
                body.optionalList("warnings", (value, key) -> SharedForms.warning(Body.map(value, key))),
                body.optionalList("durations", ZygoteForms::duration),
                body.optionalList("outcomes", SharedForms::namedText),
                body.optionalList("nodeids", Body::text));
    }

    private static Map<String, Object> finalReportForm(ToZygote.FinalReport report) {
        if (report instanceof ToZygote.PytestReport pytest) {
            return Map.of("data", pytest.data());
        }
        ToZygote.MadeReport made = (ToZygote.MadeReport) report;
        return new BodyBuilder()
                .put("nodeid", made.nodeId())
                .put("when", made.when())
                .put("outcome", made.outcome())
                .put("longrepr", made.longrepr())
                .putAll("sections", made.sections(), SharedForms::namedTextForm)
                .putUnless(List.of(), "location", SharedForms.locationForm(made.location()))
                .put("category", made.category())
                .map();
    }

    private static ToZygote.FinalReport finalReport(Body body) throws WireException {
        if (body.has("data")) {
            return new ToZygote.PytestReport(body.bytes("data"));
        }
        return new ToZygote.MadeReport(
                body.text("nodeid"),
                body.text("when"),
                body.text("outcome"),
                body.text("longrepr"),
                body.list("sections", SharedForms::namedText),
                body.nullable("location", SharedForms::location),
                body.text("category"));
    }

    private static ToZygote.Duration duration(Object value, String key) throws WireException {
        List<?> three = Body.tuple(value, key, 3);
        return new ToZygote.Duration(
                Body.text(three.get(0), key), Body.text(three.get(1), key), Body.f64(three.get(2), key));
    }

    static Map<String, Object> finishForm(ToZygote.Finish m) {
        return new BodyBuilder()
                .put("counts", m.counts())
                .put("collected", m.collected())
                .put("deselected", m.deselected())
                .put("exitstatus", m.exitStatus())
                .put("duration", m.durationSeconds())
                .putUnless(Map.of(), "stop", m.stop().map(ZygoteForms::stopForm).orElse(Map.of()))
                .map();
    }

    private static Map<String, Object> stopForm(ToZygote.Stop stop) {
        return Map.of("kind", stop.kind(), "reason", stop.reason(), "returncode", stop.returnCode());
    }

    static ToZygote.Finish finish(Body body) throws WireException {
        return new ToZygote.Finish(
                body.byText("counts", Body::u32),
                body.u32("collected"),
                body.u32("deselected"),
                body.integer("exitstatus"),
                body.f64("duration"),
                Optional.ofNullable(body.nullable("stop", (value, key) -> stop(Body.map(value, key)))));
    }

    private static ToZygote.Stop stop(Body body) throws WireException {
        return new ToZygote.Stop(body.text("kind"), body.text("reason"), body.integer("returncode", -1));
    }

    static Map<String, Object> readyForm(FromZygote.Ready m) {
        return new BodyBuilder()
                .put("protocol", m.protocol())
                .put("pid", m.pid())
                .put("python", m.python())
                .put("pytest", m.pytest())
                .put("rootdir", m.rootDir())
                .put("header", m.header())
                .put("markup", m.markup())
                .put("width", m.width())
                .put("verbose", m.verbose())
                .putUnless("progress", "progress", m.progress())
                .put("mode", m.mode())
                .put("mode_reason", m.modeReason())
                .put("units", m.units())
                .put("maxfail", m.maxFail())
                .put("numprocesses", m.numProcesses())
                .put("dist", m.dist())
                .put("continue_on_collection_errors", m.continueOnCollectionErrors())
                .put("capture", m.capture())
                .put("serial", m.serial())
                .put("timeout_plugin", m.timeoutPlugin())
                .put("durations", m.durations())
                .put("wants_passed", m.wantsPassed())
                .put("cache", m.cache())
                .putUnless(
                        Map.of(), "junit", m.junit().map(ZygoteForms::junitForm).orElse(Map.of()))
                .map();
    }

    static FromZygote.Ready ready(Body body) throws WireException {
        return new FromZygote.Ready(
                body.u32("protocol"),
                body.u32("pid"),
                body.text("python"),
                body.text("pytest"),
                body.text("rootdir"),
                body.text("header"),
                body.flag("markup"),
                body.u32("width"),
                body.integer("verbose"),
                body.text("progress", "progress"),
                body.text("mode"),
                body.text("mode_reason"),
                body.u32("units"),
                body.u32("maxfail"),
                body.text("numprocesses"),
                body.text("dist"),
                body.flag("continue_on_collection_errors"),
                body.text("capture"),
                body.text("serial"),
                body.flag("timeout_plugin"),
                body.integer("durations"),
                body.flag("wants_passed"),
                body.flag("cache"),
                Optional.ofNullable(body.nullable("junit", (value, key) -> junit(Body.map(value, key)))));
    }

    private static Map<String, Object> junitForm(FromZygote.Junit junit) {
        return new BodyBuilder()
                .put("path", junit.path())
                .put("family", junit.family())
                .put("suite", junit.suite())
                .put("logging", junit.logging())
                .put("prefix", junit.prefix())
                .put("log_passing", junit.logPassing())
                .put("duration", junit.duration())
                .map();
    }

    private static FromZygote.Junit junit(Body body) throws WireException {
        return new FromZygote.Junit(
                body.text("path"),
                body.text("family"),
                body.text("suite"),
                body.text("logging"),
                body.text("prefix"),
                body.flag("log_passing"),
                body.text("duration"));
    }

    static Map<String, Object> bootFailedForm(FromZygote.BootFailed m) {
        return Map.of("kind", m.kind(), "text", m.text(), "returncode", m.returnCode());
    }

    static FromZygote.BootFailed bootFailed(Body body) throws WireException {
        return new FromZygote.BootFailed(body.text("kind"), body.text("text"), body.integer("returncode"));
    }

    static Map<String, Object> exitedForm(FromZygote.Exited m) {
        return new BodyBuilder()
                .put("worker", m.worker())
                .put("pid", m.pid())
                .put("status", m.status())
                .putUnless(List.of(), "leaked", m.leaked())
                .map();
    }

    static FromZygote.Exited exited(Body body) throws WireException {
        return new FromZygote.Exited(
                body.u32("worker"), body.u32("pid"), body.u32("status"), body.optionalList("leaked", Body::text));
    }

    static Map<String, Object> summaryForm(FromZygote.Summary m) {
        return new BodyBuilder()
                .put("text", m.text())
                .put("last", m.last())
                .putIf(m.last(), "exitstatus", m.exitStatus())
                .map();
    }

    static FromZygote.Summary summary(Body body) throws WireException {
        boolean last = body.flag("last");
        return new FromZygote.Summary(body.text("text"), last, last ? body.integer("exitstatus") : 0);
    }

    static Map<String, Object> unitsForm(FromZygote.Units m) {
        return new BodyBuilder()
                .putAll("units", m.units(), ZygoteForms::unitForm)
                .put("mode", m.mode())
                .put("last", m.last())
                .putUnless(List.of(), "lines", m.lines())
                .map();
    }

    static FromZygote.Units units(Body body) throws WireException {
        return new FromZygote.Units(
                body.list("units", ZygoteForms::unit),
                body.text("mode"),
                body.flag("last"),
                body.optionalList("lines", Body::text));
    }

    static Map<String, Object> unitForm(FromZygote.Unit unit) {
        return Map.of("unit", unit.unit(), "path", unit.path());
    }

    static FromZygote.Unit unit(Object value, String key) throws WireException {
        Body body = Body.map(value, key);
        return new FromZygote.Unit(body.u32("unit"), body.text("path"));
    }
}
