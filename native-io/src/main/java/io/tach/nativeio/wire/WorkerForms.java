package io.tach.nativeio.wire;

import java.util.List;
import java.util.Map;

/** The wire form of a worker channel's messages. {@code xForm} writes, {@code x} reads. */
final class WorkerForms {
    private WorkerForms() {}

    static Map<String, Object> payloadForm(TestPayload p) {
        return new BodyBuilder()
                .put("test_id", p.testId())
                .put("unit", p.unit())
                .put("index", p.index())
                .putUnless("", "file_path", p.filePath())
                .putUnless("", "test_name", p.testName())
                .putUnless(false, "is_async", p.isAsync())
                .putAny("fixtures", p.fixtures(), f -> Map.of("name", f.name(), "scope", f.scope()))
                .putUnless(TestPayload.OWN_LOG, "log_fd", p.logFd())
                .putUnless("", "debug_socket_path", p.debugSocketPath())
                .putUnless(false, "is_toxic", p.isToxic())
                .map();
    }

    static TestPayload payload(Object value, String key) throws WireException {
        Body body = Body.map(value, key);
        return new TestPayload(
                body.u32("test_id"),
                body.u32("unit"),
                body.u32("index"),
                body.text("file_path", ""),
                body.text("test_name", ""),
                body.flag("is_async", false),
                body.optionalList("fixtures", WorkerForms::fixture),
                body.integer("log_fd", TestPayload.OWN_LOG),
                body.text("debug_socket_path", ""),
                body.flag("is_toxic", false));
    }

    private static FixtureInfo fixture(Object value, String key) throws WireException {
        Body body = Body.map(value, key);
        return new FixtureInfo(body.text("name"), body.text("scope"));
    }

    static Map<String, Object> workerReadyForm(FromWorker.WorkerReady m) {
        FromWorker.Fds fds = m.fds();
        return new BodyBuilder()
                .put("worker", m.worker())
                .put("token", m.token())
                .put("pid", m.pid())
                .put(
                        "fds",
                        new BodyBuilder()
                                .put("log", fds.log())
                                .put("out", fds.out())
                                .put("err", fds.err())
                                .put("stacks", fds.stacks())
                                .put("slot", fds.slot())
                                .map())
                .map();
    }

    static FromWorker.WorkerReady workerReady(Body body) throws WireException {
        Body fds = body.map("fds");
        return new FromWorker.WorkerReady(
                body.u32("worker"),
                body.bytes("token"),
                body.u32("pid"),
                new FromWorker.Fds(fds.u32("log"), fds.u32("out"), fds.u32("err"), fds.u32("stacks"), fds.u32("slot")));
    }

    static Map<String, Object> resultForm(FromWorker.Result m) {
        FromWorker.Phases phases = m.phases();
        return new BodyBuilder()
                .put("test_id", m.testId())
                .put("status", m.status())
                .put("duration_ns", m.durationNs())
                .putUnless("", "message", m.message())
                .putUnless("passed", "outcome", m.outcome())
                .put("phases", List.of(phases.setupNs(), phases.callNs(), phases.teardownNs()))
                .putAny("properties", m.properties(), SharedForms::namedTextForm)
                .putIf(m.died().isPresent(), "died", m.died().orElse(0))
                .putUnless(WireDescriptor.PHASE_IDLE, "phase", m.phase())
                .putAny("sections", m.sections(), SharedForms::namedTextForm)
                .putUnless(List.of(), "leaked", m.leaked())
                .putUnless("", "isolation", m.isolation().ran())
                .putUnless("", "toxic", m.isolation().toxic())
                .putUnless("", "diagnosis", m.isolation().diagnosis())
                .map();
    }

    static FromWorker.Result result(Body body) throws WireException {
        int status = body.u8("status");
        if (status > WireDescriptor.STATUS_TIMEOUT) {
            throw new WireException("out-of-range", "key=status value=" + status);
        }
        return new FromWorker.Result(
                body.u32("test_id"),
                status,
                body.u64("duration_ns"),
                body.text("message", ""),
                body.text("outcome", "passed"),
                phases(body),
                body.optionalList("properties", SharedForms::namedText),
                body.optionalU32("died"),
                body.u32("phase", WireDescriptor.PHASE_IDLE),
                body.optionalList("sections", SharedForms::namedText),
                body.optionalList("leaked", Body::text),
                new FromWorker.Isolation(
                        body.text("isolation", ""), body.text("toxic", ""), body.text("diagnosis", "")));
    }

    private static FromWorker.Phases phases(Body body) throws WireException {
        List<Long> ns = body.list("phases", Body::u64);
        if (ns.size() != 3) {
            throw new WireException("wrong-type", "key=phases length=" + ns.size() + " wanted=3");
        }
        return new FromWorker.Phases(ns.get(0), ns.get(1), ns.get(2));
    }

    static Map<String, Object> rewindsForm(FromWorker.Rewinds m) {
        return new BodyBuilder()
                .put("checkpoints", m.checkpoints())
                .put("moves", m.moves())
                .put("checkpoint_ns", m.checkpointNs())
                .put("rewinds", m.rewinds())
                .put("pages", m.pages())
                .put("scan_ns", m.scanNs())
                .put("copy_ns", m.copyNs())
                .put("ledger_ns", m.ledgerNs())
                .put("layout_ns", m.layoutNs())
                .put("rewind_ns", m.rewindNs())
                .put("forks", m.forks())
                .putUnless(Map.of(), "discards", m.discards())
                .putUnless(0L, "verified_pages", m.verifiedPages())
                .putUnless(0L, "wrong_bytes", m.wrongBytes())
                .map();
    }

    static FromWorker.Rewinds rewinds(Body body) throws WireException {
        return new FromWorker.Rewinds(
                body.u32("checkpoints"),
                body.u32("moves"),
                body.u64("checkpoint_ns"),
                body.u32("rewinds"),
                body.u64("pages"),
                body.u64("scan_ns"),
                body.u64("copy_ns"),
                body.u64("ledger_ns"),
                body.u64("layout_ns"),
                body.u64("rewind_ns"),
                body.u32("forks"),
                body.byText("discards", Body::u32),
                body.u64("verified_pages", 0),
                body.u64("wrong_bytes", 0));
    }

    static Map<String, Object> stoppingForm(FromWorker.Stopping m) {
        return new BodyBuilder()
                .put("kind", m.kind())
                .put("reason", m.reason())
                .putUnless(-1, "returncode", m.returnCode())
                .map();
    }

    static FromWorker.Stopping stopping(Body body) throws WireException {
        return new FromWorker.Stopping(body.text("kind"), body.text("reason"), body.integer("returncode", -1));
    }
}
