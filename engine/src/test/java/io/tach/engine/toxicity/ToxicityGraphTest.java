package io.tach.engine.toxicity;

import static io.tach.engine.toxicity.FileBuilder.file;
import static io.tach.engine.toxicity.FileBuilder.text;
import static io.tach.engine.toxicity.FileBuilder.truth;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tach.engine.discover.Expression;
import io.tach.engine.discover.Guard;
import io.tach.engine.discover.ModuleOutline;
import io.tach.engine.toxicity.ToxicityReport.Ground;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ToxicityGraphTest {
    private static final ModuleOutline SERVER = file("pkg/server.py", "pkg.server")
            .imports("threading")
            .def("start")
            .call("threading.Thread")
            .end()
            .def("stop")
            .end()
            .build();
    private static final ModuleOutline PKG = file("pkg/__init__.py", "pkg").build();

    // --- evidence in a test

    @Test
    void aTestThatStartsAThreadShouldBeToxic() {
        // Given
        ToxicityGraph graph = graph(file("test_a.py", "test_a")
                .imports("threading")
                .def("test_thread")
                .call("threading.Thread")
                .end()
                .def("test_other")
                .end());

        // Then
        assertEquals(
                new ToxicityReport(true, Optional.of("starts a thread (threading.Thread)"), List.of(), Ground.SOURCES),
                verdict(graph, "test_a.py::test_thread[x::y]"));
        assertEquals(ToxicityReport.CLEAN, verdict(graph, "test_a.py::test_other"));
        assertEquals(
                List.of("test_a.py:3: test_thread starts a thread (threading.Thread)"),
                lines(graph, "test_a.py::test_thread"));
        assertEquals(List.of(), graph.explain("test_a.py::test_other"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "threading.Timer",
                "os.fork",
                "os._exit",
                "os.setsid",
                "os.chroot",
                "signal.signal",
                "ctypes.CDLL",
                "socket.socket",
                "multiprocessing.Process",
                "multiprocessing.shared_memory.SharedMemory",
                "subprocess.Popen",
                "http.server.HTTPServer",
                "concurrent.futures.ThreadPoolExecutor",
                "multiprocessing.pool.ThreadPool",
                "ctypes.cdll.LoadLibrary"
            })
    void usesThatLeaveSomethingShouldBeEvidence(String call) {
        assertTrue(verdict(graph(calling(call)), "test_a.py::test_a").spoilsWorker());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "subprocess.run",
                "subprocess.check_output",
                "os.system",
                "os.path.join",
                "threading.Lock",
                "threading.current_thread",
                "multiprocessing.cpu_count",
                "asyncio.run",
                "asyncio.new_event_loop",
                "socket.gethostname",
                "signal.getsignal",
                "concurrent.futures.wait",
                "tempfile.mkdtemp"
            })
    void usesThatLeaveNothingShouldNot(String call) {
        assertEquals(ToxicityReport.CLEAN, verdict(graph(calling(call)), "test_a.py::test_a"));
    }

    @Test
    void importingShouldNotBeUsing() {
        ToxicityGraph graph = graph(file("test_a.py", "test_a")
                .imports("threading")
                .imports("socket")
                .imports("subprocess")
                .def("test_a"));

        assertEquals(ToxicityReport.CLEAN, verdict(graph, "test_a.py::test_a"));
    }

    @Test
    void whatIsPutRightShouldNotCount() {
        ToxicityGraph graph = graph(file("test_a.py", "test_a")
                .from("threading", "Thread")
                .imports("os")
                .def("test_joined")
                .call("Thread")
                .call("t.start")
                .call("t.join")
                .end()
                .def("test_path")
                .call("Thread")
                .call("os.path.join")
                .end());

        assertFalse(verdict(graph, "test_a.py::test_joined").isToxic());
        assertTrue(verdict(graph, "test_a.py::test_path").isToxic());
    }

    @Test
    void inOtherCodeABranchShouldPutRightButNotAccuse() {
        ToxicityGraph graph = graph(
                PKG,
                file("pkg/pager.py", "pkg.pager")
                        .imports("subprocess")
                        .def("page")
                        .call("subprocess.Popen")
                        .under(Guard.CONDITION)
                        .call("process.wait")
                        .end()
                        .def("maybe")
                        .call("subprocess.Popen")
                        .under(Guard.NONE)
                        .end()
                        .build(),
                file("test_a.py", "test_a")
                        .imports("pkg.pager")
                        .def("test_page")
                        .call("pkg.pager.page")
                        .end()
                        .def("test_maybe")
                        .call("pkg.pager.maybe")
                        .end()
                        .build());

        assertEquals(ToxicityReport.CLEAN, verdict(graph, "test_a.py::test_page"));
        assertEquals(ToxicityReport.CLEAN, verdict(graph, "test_a.py::test_maybe"));
    }

    @Test
    void aThreadOfOnesOwnClassShouldBeAThread() {
        ToxicityGraph graph = graph(file("test_a.py", "test_a")
                .importsAs("threading", "thr")
                .type("Poller", "thr.Thread")
                .def("run", "self")
                .end()
                .end()
                .type("Special", "Poller")
                .end()
                .def("test_a")
                .call("Special"));

        assertEquals(
                Optional.of("starts a thread (threading.Thread)"),
                verdict(graph, "test_a.py::test_a").reason());
    }

    @ParameterizedTest
    @EnumSource(
            value = Guard.class,
            names = {"MAIN", "TYPE_CHECKING"})
    void whatIsNeverReachedShouldNotCount(Guard guard) {
        ToxicityGraph graph = graph(
                PKG,
                file("pkg/threads.py", "pkg.threads")
                        .imports("threading")
                        .call("threading.Thread")
                        .build(),
                file("test_a.py", "test_a")
                        .imports("threading")
                        .under(guard)
                        .from("pkg", "threads")
                        .call("threading.Thread")
                        .under(Guard.NONE)
                        .def("test_a")
                        .build());

        assertEquals(ToxicityReport.CLEAN, verdict(graph, "test_a.py::test_a"));
    }

    // --- helpers

    @Test
    void aHelperShouldTaintThoseThatCallIt() {
        // Given
        ToxicityGraph graph = graph(
                PKG,
                SERVER,
                file("test_a.py", "test_a")
                        .from("pkg.server", "start")
                        .importsAs("pkg.server", "srv")
                        .imports("pkg.server")
                        .def("test_by_name")
                        .call("start")
                        .end()
                        .def("test_by_alias")
                        .call("srv.start")
                        .end()
                        .def("test_by_module")
                        .call("pkg.server.start")
                        .end()
                        .def("test_not")
                        .call("srv.stop")
                        .end()
                        .build());

        // Then
        assertEquals(List.of("start"), verdict(graph, "test_a.py::test_by_name").propagatedFrom());
        assertTrue(verdict(graph, "test_a.py::test_by_alias").spoilsWorker());
        assertTrue(verdict(graph, "test_a.py::test_by_module").spoilsWorker());
        assertEquals(ToxicityReport.CLEAN, verdict(graph, "test_a.py::test_not"));
        assertEquals(
                List.of(
                        "test_a.py:5: test_by_name uses start",
                        "pkg/server.py:3: start starts a thread (threading.Thread)"),
                lines(graph, "test_a.py::test_by_name"));
    }

    @Test
    void namesShouldBeFollowedThroughReExportsStarsAndRelativeImports() {
        ToxicityGraph graph = graph(
                file("pkg/__init__.py", "pkg")
                        .fromRelative(1, "server", "start")
                        .fromRelative(1, "loop", "again")
                        .build(),
                file("pkg/loop.py", "pkg.loop").fromRelative(1, "", "again").build(),
                SERVER,
                file("test_a.py", "test_a")
                        .from("pkg", "*")
                        .def("test_star")
                        .call("start")
                        .end()
                        .def("test_circle")
                        .call("again")
                        .end()
                        .build());

        assertTrue(verdict(graph, "test_a.py::test_star").spoilsWorker());
        assertEquals(ToxicityReport.CLEAN, verdict(graph, "test_a.py::test_circle"));
    }

    @Test
    void functionsThatCallEachOtherShouldShareTheirFate() {
        ToxicityGraph graph = graph(file("test_a.py", "test_a")
                .imports("os")
                .def("even")
                .call("odd")
                .end()
                .def("odd")
                .call("even")
                .call("os.fork")
                .end()
                .def("test_even")
                .call("even")
                .end());

        assertEquals(
                List.of("even", "odd"), verdict(graph, "test_a.py::test_even").propagatedFrom());
    }

    @Test
    void anObjectsMethodsShouldCountWhereItIsMade() {
        ToxicityGraph graph = graph(
                PKG,
                file("pkg/box.py", "pkg.box")
                        .imports("subprocess")
                        .type("Box")
                        .def("__init__", "self")
                        .end()
                        .def("open", "self")
                        .call("self._run")
                        .end()
                        .def("_run", "self")
                        .call("subprocess.Popen")
                        .end()
                        .end()
                        .build(),
                file("test_a.py", "test_a")
                        .from("pkg.box", "Box")
                        .def("test_made")
                        .call("Box")
                        .end()
                        .def("test_opened")
                        .call("Box")
                        .call("box.open")
                        .end()
                        .build());

        assertEquals(ToxicityReport.CLEAN, verdict(graph, "test_a.py::test_made"));
        assertEquals(
                List.of("Box.open", "Box._run"),
                verdict(graph, "test_a.py::test_opened").propagatedFrom());
    }

    // --- imports

    @Test
    void evidenceInAFunctionShouldNotTaintImporters() {
        ToxicityGraph graph = graph(
                PKG,
                SERVER,
                file("test_a.py", "test_a").imports("pkg.server").def("test_a").build());

        assertEquals(ToxicityReport.CLEAN, verdict(graph, "test_a.py::test_a"));
        assertEquals(ToxicityReport.CLEAN, graph.module("pkg/server.py").orElseThrow());
    }

    @Test
    void evidenceInAnImportShouldEntangleTheTestsOfItsImporters() {
        // Given
        ToxicityGraph graph = graph(
                PKG,
                file("pkg/a.py", "pkg.a").fromRelative(1, "", "b").build(),
                file("pkg/b.py", "pkg.b").imports("pkg.a").imports("pkg.poll").build(),
                file("pkg/poll.py", "pkg.poll")
                        .imports("threading")
                        .call("threading.Thread")
                        .build(),
                file("test_a.py", "test_a").dynamic("pkg.a").def("test_a").build());

        // When
        ToxicityReport report = verdict(graph, "test_a.py::test_a");

        // Then
        assertTrue(report.isToxic());
        assertFalse(report.spoilsWorker());
        assertEquals(List.of("test_a", "pkg.a", "pkg.b", "pkg.poll"), report.propagatedFrom());
        assertTrue(graph.module("pkg/a.py").orElseThrow().isToxic());
        assertTrue(graph.module("pkg/b.py").orElseThrow().isToxic());
        assertFalse(graph.module("pkg/__init__.py").orElseThrow().isToxic());
    }

    @Test
    void aPackageShouldBeImportedWithItsModules() {
        ToxicityGraph graph = graph(
                file("pkg/__init__.py", "pkg").imports("os").call("os.fork").build(),
                file("pkg/sub/__init__.py", "pkg.sub").build(),
                file("pkg/sub/m.py", "pkg.sub.m").build());

        assertTrue(graph.module("pkg/sub/m.py").orElseThrow().isToxic());
    }

    @Test
    void anImportWithinAFunctionShouldTaintOnlyThat() {
        ToxicityGraph graph = graph(file("test_a.py", "test_a")
                .def("test_lazy")
                .imports("polars")
                .end()
                .def("test_other")
                .end());

        assertTrue(verdict(graph, "test_a.py::test_lazy").spoilsWorker());
        assertEquals(ToxicityReport.CLEAN, verdict(graph, "test_a.py::test_other"));
    }

    @Test
    void aLibraryThatIsNotThereShouldDoNothing() {
        ModuleOutline file = file("test_a.py", "test_a")
                .imports("numpy.linalg")
                .def("test_a")
                .build();

        assertTrue(verdict(ToxicityGraph.of(List.of(file), Overrides.NONE, "numpy"::equals), "test_a.py::test_a")
                .isEntangled());
        assertEquals(
                ToxicityReport.CLEAN,
                verdict(ToxicityGraph.of(List.of(file), Overrides.NONE, "scipy"::equals), "test_a.py::test_a"));
    }

    @Test
    void whatConftestsImportShouldNotTaintTests() {
        // Given
        ToxicityGraph graph = graph(
                file("conftest.py", "conftest")
                        .imports("numpy")
                        .imports("pkg.poll")
                        .build(),
                PKG,
                file("pkg/poll.py", "pkg.poll")
                        .imports("threading")
                        .call("threading.Thread")
                        .build(),
                file("test_a.py", "test_a")
                        .imports("numpy")
                        .imports("pkg.poll")
                        .def("test_a")
                        .build());

        // Then
        assertEquals(ToxicityReport.CLEAN, verdict(graph, "test_a.py::test_a"));
        assertEquals(
                List.of(List.of(
                        "conftest.py:2: conftest imports pkg.poll",
                        "pkg/poll.py:2: pkg.poll starts a thread (threading.Thread)")),
                graph.zygoteHazards().stream()
                        .map(way -> way.stream().map(Step::toString).toList())
                        .toList());
    }

    // --- fixtures

    @Test
    void aFixtureShouldTaintItsTests() {
        ToxicityGraph graph = graph(
                file("conftest.py", "conftest")
                        .imports("pytest")
                        .imports("socket")
                        .decorated("pytest.fixture")
                        .def("listener")
                        .call("socket.socket")
                        .end()
                        .decorated("pytest.fixture", text("name", "client"))
                        .def("make_client", "listener")
                        .end()
                        .build(),
                file("tests/test_a.py", "test_a")
                        .imports("pytest")
                        .def("test_asks", "client")
                        .end()
                        .decorated("pytest.mark.usefixtures", text("", "client"))
                        .def("test_marked")
                        .end()
                        .def("test_not", "other")
                        .end()
                        .build());

        assertEquals(
                List.of("make_client", "listener"),
                verdict(graph, "tests/test_a.py::test_asks").propagatedFrom());
        assertTrue(verdict(graph, "tests/test_a.py::test_marked").spoilsWorker());
        assertEquals(ToxicityReport.CLEAN, verdict(graph, "tests/test_a.py::test_not"));
    }

    @Test
    void theNearestFixtureShouldBeMeant() {
        ToxicityGraph graph = graph(
                file("conftest.py", "conftest")
                        .imports("pytest")
                        .imports("os")
                        .decorated("pytest.fixture")
                        .def("db")
                        .call("os.fork")
                        .build(),
                file("test_a.py", "test_a")
                        .imports("pytest")
                        .decorated("pytest.fixture")
                        .def("db")
                        .end()
                        .def("test_a", "db")
                        .end()
                        .type("TestB")
                        .decorated("pytest.fixture")
                        .def("db", "self", "db")
                        .end()
                        .def("test_b", "self", "db")
                        .build());

        assertEquals(ToxicityReport.CLEAN, verdict(graph, "test_a.py::test_a"));
        assertEquals(ToxicityReport.CLEAN, verdict(graph, "test_a.py::TestB::test_b"));
    }

    @Test
    void aFixtureThatLastsShouldEntangle() {
        ToxicityGraph graph = graph(file("test_a.py", "test_a")
                .imports("pytest")
                .imports("asyncio")
                .from("threading", "Thread")
                .decorated("pytest.fixture", text("scope", "session"))
                .def("server")
                .call("Thread")
                .end()
                .decorated("pytest.fixture")
                .def("client", "server")
                .end()
                .decorated("pytest.fixture", text("scope", "module"), truth("autouse", true))
                .def("loop")
                .call("asyncio.new_event_loop")
                .end()
                .def("test_client", "client")
                .end()
                .def("test_loop")
                .end());

        assertEquals(
                new ToxicityReport(
                        true,
                        Optional.of("shares with others what keeps an event loop open (asyncio.new_event_loop)"),
                        List.of("loop"),
                        Ground.SURROUNDINGS),
                verdict(graph, "test_a.py::test_loop"));
        assertFalse(verdict(graph, "test_a.py::test_client").spoilsWorker());
    }

    @Test
    void setUpShouldCountForItsTests() {
        ToxicityGraph graph = graph(
                file("base.py", "base")
                        .imports("os")
                        .type("Base", "unittest.TestCase")
                        .def("setUp", "self")
                        .call("os.fork")
                        .end()
                        .build(),
                file("test_a.py", "test_a")
                        .from("base", "Base")
                        .type("TestA", "Base")
                        .def("test_a", "self")
                        .end()
                        .end()
                        .type("TestB")
                        .def("test_b", "self")
                        .build());

        assertEquals(
                List.of("Base.setUp"),
                verdict(graph, "test_a.py::TestA::test_a").propagatedFrom());
        assertEquals(ToxicityReport.CLEAN, verdict(graph, "test_a.py::TestB::test_b"));
    }

    @Test
    void aTestThatIsInheritedShouldBeFound() {
        ToxicityGraph graph = graph(
                file("base.py", "base")
                        .imports("os")
                        .type("Base")
                        .def("test_fork", "self")
                        .call("os.fork")
                        .build(),
                file("test_a.py", "test_a")
                        .from("base", "Base")
                        .type("TestA", "Base")
                        .build());

        assertTrue(verdict(graph, "test_a.py::TestA::test_fork").spoilsWorker());
        assertEquals(Optional.empty(), graph.test("test_a.py::TestA::test_other"));
        assertEquals(Optional.empty(), graph.test("test_gone.py::test_a"));
    }

    // --- what the user says

    @Test
    void marksShouldOverrideTheSources() {
        ToxicityGraph graph = graph(file("test_a.py", "test_a")
                .imports("pytest")
                .imports("os")
                .decorated("pytest.mark.tach_toxic", text("", "talks to a device"))
                .def("test_device")
                .end()
                .decorated("pytest.mark.tach_toxic", truth("", false))
                .def("test_fork")
                .call("os.fork")
                .end()
                .type("TestAll")
                .assign("pytestmark", new Expression.Name("pytest.mark.tach_toxic"))
                .def("test_in_class", "self")
                .end()
                .end());

        assertEquals(
                Optional.of("is marked as toxic: talks to a device"),
                verdict(graph, "test_a.py::test_device").reason());
        assertTrue(verdict(graph, "test_a.py::TestAll::test_in_class").spoilsWorker());
        assertFalse(verdict(graph, "test_a.py::test_fork").isToxic());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tests/test_a.py",
                "tests",
                "tests/test_a.py::test_a",
                "test_a",
                "*_a",
                "tests/*.py",
                "tests/test_a.py::*"
            })
    void configurationShouldOverrideTheSources(String pattern) {
        ModuleOutline file = calling("tests/test_a.py", "os.fork").build();

        ToxicityGraph clean =
                ToxicityGraph.of(List.of(file), new Overrides(List.of(), List.of(pattern)), library -> true);
        assertFalse(verdict(clean, "tests/test_a.py::test_a[1]").isToxic());
        ToxicityGraph toxic =
                ToxicityGraph.of(List.of(file), new Overrides(List.of(pattern), List.of("tests")), library -> true);
        assertEquals(
                Optional.of("configured as toxic (" + pattern + ")"),
                verdict(toxic, "tests/test_a.py::test_a[1]").reason());
    }

    @ParameterizedTest
    @ValueSource(strings = {"tests/test", "test", "tests/test_a.py::test", "est_a", "tests/test_a.p"})
    void aPatternShouldEndWhereANameEnds(String pattern) {
        ModuleOutline file = calling("tests/test_a.py", "os.fork").build();

        ToxicityGraph graph =
                ToxicityGraph.of(List.of(file), new Overrides(List.of(), List.of(pattern)), library -> true);
        assertTrue(verdict(graph, "tests/test_a.py::test_a").isToxic());
    }

    @Test
    void nothingInAFileThatIsClearedShouldCount() {
        List<ModuleOutline> files = List.of(
                PKG,
                SERVER,
                file("test_a.py", "test_a")
                        .from("pkg.server", "start")
                        .def("test_a")
                        .call("start")
                        .build());

        assertFalse(verdict(
                        ToxicityGraph.of(files, new Overrides(List.of(), List.of("pkg.server")), library -> true),
                        "test_a.py::test_a")
                .isToxic());
    }

    // --- the zygote

    // --- helpers of these tests

    private static FileBuilder calling(String call) {
        return calling("test_a.py", call);
    }

    private static FileBuilder calling(String path, String call) {
        return file(path, "test_a")
                .imports(call.substring(0, call.lastIndexOf('.')))
                .def("test_a")
                .call(call);
    }

    private static ToxicityGraph graph(FileBuilder file) {
        return graph(file.build());
    }

    private static ToxicityGraph graph(ModuleOutline... files) {
        return ToxicityGraph.of(List.of(files), Overrides.NONE, library -> true);
    }

    private static ToxicityReport verdict(ToxicityGraph graph, String nodeId) {
        return graph.test(nodeId).orElseThrow();
    }

    private static List<String> lines(ToxicityGraph graph, String nodeId) {
        return graph.explain(nodeId).stream().map(Step::toString).toList();
    }
}
