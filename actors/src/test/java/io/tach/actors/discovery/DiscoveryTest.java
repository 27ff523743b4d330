package io.tach.actors.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tach.engine.fixture.FixtureProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiscoveryTest {
    /** Long ago, so that a cache written now is newer. */
    private static final FileTime OLD = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));

    @TempDir
    private Path project;

    private void write(String path, String... lines) throws IOException {
        Path file = project.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, String.join("\n", lines) + "\n");
        Files.setLastModifiedTime(file, OLD);
    }

    private Discovery.Found discover(String... words) {
        List<String> unknown = new ArrayList<>();
        Discovery.Request request = new Discovery.Request(project, List.of(words), Optional.empty(), "", false);
        return Discovery.discover(request, unknown).orElseThrow(() -> new AssertionError(unknown));
    }

    private List<String> ids(String... words) {
        Discovery.Found found = discover(words);
        return found.modules().stream()
                .flatMap(module -> module.tests().stream()
                        .filter(test -> found.selects().takes(module.path(), test.nodeId("")))
                        .map(test -> test.nodeId(module.path())))
                .toList();
    }

    @Test
    void filesShouldBeFoundAsPytestFindsThem() throws IOException {
        write("pytest.ini", "[pytest]", "testpaths = tests", "python_files = check_*.py");
        write("tests/check_b.py", "def test_b(): pass");
        write("tests/a/check_a.py", "def test_a(): pass");
        write("tests/test_other.py", "def test_c(): pass");
        write("tests/conftest.py", "collect_ignore = ['check_left_out.py']");
        write("tests/check_left_out.py", "def test_d(): pass");
        write("tests/build/check_e.py", "def test_e(): pass");
        write("elsewhere/check_f.py", "def test_f(): pass");

        assertEquals(List.of("tests/a/check_a.py::test_a", "tests/check_b.py::test_b"), ids());
        assertEquals(List.of("elsewhere/check_f.py::test_f"), ids("elsewhere"));
        assertEquals(List.of("tests/test_other.py::test_c"), ids("tests/test_other.py"));
    }

    @Test
    void aNodeIdShouldSelectWhatIsBelowIt() throws IOException {
        write(
                "test_a.py",
                "class TestA:",
                "    def test_b(self): pass",
                "    def test_c(self): pass",
                "def test_d(): pass");

        assertEquals(List.of("test_a.py::TestA::test_b"), ids("test_a.py::TestA::test_b"));
        assertEquals(List.of("test_a.py::TestA::test_b", "test_a.py::TestA::test_c"), ids("test_a.py::TestA"));
        assertEquals(
                List.of("test_a.py::TestA::test_c", "test_a.py::test_d"),
                ids("--deselect", "test_a.py::TestA::test_b"));
    }

    @Test
    void whatOnlyPytestUnderstandsShouldBeNamed() {
        List<String> unknown = new ArrayList<>();
        Discovery.Request request = new Discovery.Request(project, List.of("-k", "x"), Optional.empty(), "", false);

        assertEquals(Optional.empty(), Discovery.discover(request, unknown));
        assertEquals("-k", unknown.get(0));
    }

    @Test
    void aChangedFileShouldBeReadAgain() throws IOException {
        write("test_a.py", "def test_a(): pass");
        assertEquals(List.of("test_a.py::test_a"), ids());
        assertTrue(Files.exists(project.resolve(".tach/outlines")));

        FileTime written = Files.getLastModifiedTime(project.resolve(".tach/outlines"));
        assertEquals(List.of("test_a.py::test_a"), ids());
        assertEquals(written, Files.getLastModifiedTime(project.resolve(".tach/outlines")));
        Files.writeString(project.resolve("test_a.py"), "def test_b(): pass\n");
        assertEquals(List.of("test_a.py::test_b"), ids());
    }

    @Test
    void aBrokenCacheShouldBeDoneWithout() throws IOException {
        write("test_a.py", "def test_a(): pass");
        write(".tach/outlines", "this is no cache");

        assertEquals(List.of("test_a.py::test_a"), ids());
    }

    @Test
    void fixturesShouldComeFromConftestsAndPluginsOfTheEnvironment() throws IOException {
        write("conftest.py", "import pytest", "@pytest.fixture", "def above(): pass");
        write("a/conftest.py", "import pytest", "@pytest.fixture", "def beside(): pass");
        write("a/test_a.py", "def test_a(above, beside, of_plugin): pass");
        write("b/test_b.py", "def test_b(above, beside): pass");
        write("env/lib/python3.13/site-packages/plug-1.dist-info/entry_points.txt", "[pytest11]", "plug = plug.main");
        write("env/lib/python3.13/site-packages/plug/__init__.py", "");
        write(
                "env/lib/python3.13/site-packages/plug/main.py",
                "import pytest",
                "@pytest.fixture",
                "def of_plugin(): pass");
        write("env/pyvenv.cfg", "");
        Discovery.Request request =
                new Discovery.Request(project, List.of(), Optional.of(project.resolve("env/bin/python")), "", true);

        Discovery.Found found = Discovery.discover(request, new ArrayList<>()).orElseThrow();

        assertEquals(
                List.of("b/test_b.py:1: fixture 'beside' not found"),
                found.problems().stream().map(FixtureProblem::text).toList());
    }
}
