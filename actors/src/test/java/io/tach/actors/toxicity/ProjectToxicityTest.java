package io.tach.actors.toxicity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tach.conf.ToxicitySettings;
import io.tach.engine.toxicity.Predictions;
import io.tach.engine.toxicity.RecordedTruth;
import io.tach.engine.toxicity.Step;
import io.tach.engine.toxicity.ToxicityGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real files, read by the real scanner. */
class ProjectToxicityTest {
    @TempDir
    Path project;

    @BeforeEach
    void files() throws IOException {
        write("src/pkg/__init__.py", "from .server import serve\n");
        write(
                "src/pkg/server.py",
                """
                import threading
                from typing import TYPE_CHECKING

                if TYPE_CHECKING:
                    import polars

                def serve(port):
                    thread = threading.Thread(target=print, daemon=True)
                    thread.start()
                    return thread

                if __name__ == "__main__":
                    serve(80)
                """);
        write(
                "tests/conftest.py",
                """
                import pytest
                from pkg import serve

                @pytest.fixture
                def server():
                    return serve(0)
                """);
        write(
                "tests/test_net.py",
                """
                import os

                class TestServer:
                    def test_up(self, server):
                        assert server.is_alive()

                def test_fork():
                    for _ in range(2):
                        if os.fork() == 0:
                            os._exit(0)

                def test_fine(tmp_path):
                    assert os.path.join(tmp_path, "a")
                """);
    }

    @Test
    void theEvidenceShouldBeFoundInRealFiles() {
        // When
        ToxicityGraph graph = ProjectToxicity.graph(project, Optional.empty(), ToxicitySettings.NONE);

        // Then
        assertEquals(
                List.of(
                        "tests/test_net.py:4: TestServer.test_up uses server",
                        "tests/conftest.py:6: server uses serve",
                        "src/pkg/server.py:8: serve starts a thread (threading.Thread)"),
                graph.explain("tests/test_net.py::TestServer::test_up").stream()
                        .map(Step::toString)
                        .toList());
        assertEquals(
                Optional.of("starts a process (os.fork)"),
                graph.test("tests/test_net.py::test_fork").orElseThrow().reason());
        assertFalse(graph.test("tests/test_net.py::test_fine").orElseThrow().isToxic());
        assertFalse(graph.module("src/pkg/server.py").orElseThrow().isToxic());
    }

    @Test
    void whatWasPredictedShouldBeKeptUntilAFileChanges() throws IOException {
        // Given
        Predictions first = ProjectToxicity.predictions(project, Optional.empty(), ToxicitySettings.NONE);
        String kept = Files.readString(project.resolve(".tach/predictions"));
        String changed = kept.replace("os.fork", "os.forkpty");
        Files.writeString(project.resolve(".tach/predictions"), changed);

        // When
        Predictions second =
                ProjectToxicity.kept(project, ToxicitySettings.NONE).orElseThrow();
        write("tests/test_more.py", "import os\n\ndef test_more():\n    os.fork()\n");
        assertEquals(Optional.empty(), ProjectToxicity.kept(project, ToxicitySettings.NONE));
        Predictions third = ProjectToxicity.predictions(project, Optional.empty(), ToxicitySettings.NONE);

        // Then
        String fork = "tests/test_net.py::test_fork";
        assertEquals(Optional.of("starts a process (os.fork)"), first.of(fork).reason());
        assertEquals(
                Optional.of("starts a process (os.forkpty)"), second.of(fork).reason());
        assertEquals(Optional.of("starts a process (os.fork)"), third.of(fork).reason());
        assertTrue(third.of("tests/test_more.py::test_more").spoilsWorker());
    }

    @Test
    void otherWordsOfTheUserShouldMakeOtherPredictions() {
        // Given
        ProjectToxicity.predictions(project, Optional.empty(), ToxicitySettings.NONE);

        // When
        ToxicitySettings settings = new ToxicitySettings(List.of(), List.of("pkg.server"));
        assertEquals(Optional.empty(), ProjectToxicity.kept(project, settings));
        Predictions clean = ProjectToxicity.predictions(project, Optional.empty(), settings);

        // Then
        assertFalse(clean.of("tests/test_net.py::TestServer::test_up").isToxic());
    }

    @Test
    void onlyWhatIsInstalledShouldCount() throws IOException {
        // Given
        Path python = project.resolve(".venv/bin/python");
        write(".venv/pyvenv.cfg", "home = /usr/bin\n");
        write(".venv/bin/python", "");
        write(".venv/lib/python3.11/site-packages/attr/__init__.py", "");
        write("tests/test_np.py", "import numpy\n\ndef test_np(): pass\n");
        String test = "tests/test_np.py::test_np";

        // When
        boolean before = entangled(python, test);
        write(".venv/lib/python3.11/site-packages/numpy/__init__.py", "");

        // Then
        assertFalse(before);
        assertTrue(entangled(python, test));
        assertTrue(entangled(project.resolve("nowhere/python"), test), "of an unknown interpreter anything is thought");
    }

    private boolean entangled(Path python, String test) {
        return ProjectToxicity.graph(project, Optional.of(python), ToxicitySettings.NONE)
                .test(test)
                .orElseThrow()
                .isEntangled();
    }

    @Test
    void onlyFilesOfTheProjectShouldBeRead() throws IOException {
        // Given
        write("env/pyvenv.cfg", "");
        write("env/lib/x.py", "");
        write(".tox/x.py", "");
        write("node_modules/x.py", "");
        write("tests/data.txt", "");

        // Then
        assertEquals(
                Set.of("src/pkg/__init__.py", "src/pkg/server.py", "tests/conftest.py", "tests/test_net.py"),
                SourceFiles.under(project, 1000).stamps().keySet());
        assertEquals(RecordedTruth.NONE, ProjectToxicity.truth(project));
    }

    private void write(String path, String text) throws IOException {
        Path file = project.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
