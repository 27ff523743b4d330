package io.tach.nativeio.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Messages of every kind, some with all keys, some with all defaults. */
final class SampleMessages {
    static final ByteBuffer TOKEN = bytes("0123456789abcdef");

    static final Warning WARNING = new Warning("old", "DeprecationWarning", "a.py", 7, "runtest", "a.py::test");
    static final Location LOCATION = new Location("a.py", 3, "TestA.test");

    static final FromWorker.Report REPORT = new FromWorker.Report(
            4,
            "a.py::test[\ud800]",
            "call",
            "failed",
            "failed",
            "F",
            "FAILED",
            List.of("red", "bold"),
            1_000_000_007L,
            "E   assert 1 == 2",
            "assert 1 == 2",
            Optional.of("reason"),
            List.of(new NamedText("Captured stdout call", "hello\n")),
            List.of(new NamedText("key", "value")),
            LOCATION,
            bytes("opaque"));

    static final FromWorker.Report PLAIN_REPORT = new FromWorker.Report(
            FromWorker.Report.NO_TEST,
            "a.py",
            "collect",
            "skipped",
            "skipped",
            "s",
            "SKIPPED",
            List.of(),
            0,
            "",
            "",
            Optional.empty(),
            List.of(),
            List.of(),
            null,
            bytes(""));

    static final Collected COLLECTED = new Collected(
            2,
            List.of("a.py::test[0]", "a.py::test[\udcff]"),
            12,
            3,
            Map.of(0, 1.5, 1, 60.0),
            Map.of(1, "group"),
            List.of(PLAIN_REPORT),
            Optional.of("conftest.py"),
            1,
            true);

    static final List<ToZygote> TO_ZYGOTE = List.of(
            new ToZygote.Exit(),
            new ToZygote.Fork(3, TOKEN, 8, ToZygote.Isolation.of("fork"), false),
            new ToZygote.Fork(
                    3, TOKEN, 8, new ToZygote.Isolation("snapshot", true, true, OptionalLong.of(Long.MAX_VALUE)), true),
            new ToZygote.Kill(3, 15, true),
            new ToZygote.Kill(3, 9, false),
            new ToZygote.CollectAll(),
            new ToZygote.Reports(
                    List.of(
                            new ToZygote.PytestReport(bytes("opaque")),
                            new ToZygote.MadeReport(
                                    "a.py::test",
                                    "call",
                                    "failed",
                                    "worker died",
                                    List.of(new NamedText("log", "text")),
                                    LOCATION,
                                    "failed"),
                            new ToZygote.MadeReport("b.py", "call", "failed", "", List.of(), null, "error")),
                    List.of(bytes("collect")),
                    List.of(WARNING),
                    List.of(new ToZygote.Duration("a.py::test", "setup", 0.25)),
                    List.of(new NamedText("a.py::test", "passed")),
                    List.of("a.py::test")),
            new ToZygote.Reports(List.of(), List.of(), List.of(), List.of(), List.of(), List.of()),
            new ToZygote.Finish(
                    Map.of("passed", 40), 41, 1, 1, 2.5, Optional.of(new ToZygote.Stop("fail", "stopping", 3))),
            new ToZygote.Finish(Map.of(), 0, 0, 5, 0.0, Optional.empty()));

    static final List<ToWorker> TO_WORKER = List.of(
            new ToWorker.Exit(),
            new ToWorker.RunTest(List.of(
                    TestPayload.of(1, 2, 3),
                    new TestPayload(
                            4,
                            5,
                            6,
                            "/a/a.py",
                            "test_a",
                            true,
                            List.of(new FixtureInfo("tmp_path", "function")),
                            7,
                            "/run/debug.sock",
                            true))),
            new ToWorker.Collect(List.of(0, 1, 70_000)),
            new ToWorker.SignalTest(4, 61),
            new ToWorker.Drain());

    static final List<FromZygote> FROM_ZYGOTE = List.of(
            ready(Optional.of(new FromZygote.Junit("j.xml", "xunit2", "pytest", "no", "", true, "total"))),
            ready(Optional.empty()),
            new FromZygote.Collecting("/a/a.py"),
            new FromZygote.BootFailed("usage", "error: no such option", 4),
            new FromZygote.Forked(3, 4711),
            new FromZygote.Exited(3, 4711, 0x8b, List.of("sleep")),
            new FromZygote.Exited(3, 4711, 0, List.of()),
            new FromZygote.Summary("=== FAILURES ===\n", false, 0),
            new FromZygote.Summary("", true, 1),
            new FromZygote.Units(
                    List.of(new FromZygote.Unit(0, "/a/a.py"), new FromZygote.Unit(1, "/a/\udce4.py")),
                    "global",
                    true,
                    List.of("run-last-failure: rerun previous 1 failure")),
            new Note("collecting in one process"),
            COLLECTED,
            WARNING);

    static final List<FromWorker> FROM_WORKER = List.of(
            new FromWorker.WorkerReady(3, TOKEN, 4711, new FromWorker.Fds(3, 4, 5, 6, 7)),
            new FromWorker.Started(4),
            new FromWorker.Again(4),
            REPORT,
            PLAIN_REPORT,
            new FromWorker.Result(
                    4,
                    WireDescriptor.STATUS_FAIL,
                    6,
                    "assert 1 == 2",
                    "failed",
                    new FromWorker.Phases(1, 2, 3),
                    List.of(new NamedText("key", "value")),
                    OptionalInt.of(11),
                    WireDescriptor.PHASE_CALL,
                    List.of(new NamedText("Captured stdout call", "last words")),
                    List.of("thread 'x'"),
                    new FromWorker.Isolation("snapshot", "thread 'x'", "order-dependent")),
            new FromWorker.Result(
                    4,
                    WireDescriptor.STATUS_PASS,
                    6,
                    "",
                    "passed",
                    new FromWorker.Phases(1, 2, Long.MAX_VALUE),
                    List.of(),
                    OptionalInt.empty(),
                    WireDescriptor.PHASE_IDLE,
                    List.of(),
                    List.of(),
                    FromWorker.Isolation.UNSAID),
            new FromWorker.Rewinds(1, 14, 2, 3, 4, 5, 6, 7, 8, 9, 10, Map.of("thread", 11), 12, 13),
            new FromWorker.Rewinds(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Map.of(), 0, 0),
            new FromWorker.Stopping("exit", "pytest.exit", 3),
            new FromWorker.Stopping("stop", "", -1),
            new FromWorker.NotRun(List.of(8, 9)),
            new FromWorker.Leaving(),
            Collected.of(0, List.of(), 5),
            WARNING,
            new Note("no faulthandler"));

    private SampleMessages() {}

    private static FromZygote.Ready ready(Optional<FromZygote.Junit> junit) {
        return new FromZygote.Ready(
                WireDescriptor.PROTOCOL_VERSION,
                4711,
                "3.13.0",
                "9.2.0",
                "/a",
                "\u001b[1m=== test session starts ===\u001b[0m\n",
                true,
                80,
                -1,
                "count",
                "distributed",
                "",
                12,
                1,
                "auto",
                "loadgroup",
                false,
                "fd",
                "",
                true,
                -1,
                false,
                true,
                junit);
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)).asReadOnlyBuffer();
    }
}
