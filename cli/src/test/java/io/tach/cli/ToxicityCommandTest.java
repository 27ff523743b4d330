package io.tach.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tach.actors.memory.ProjectMemory;
import io.tach.actors.toxicity.ProjectToxicity;
import io.tach.conf.ConfigException;
import io.tach.conf.ToxicitySettings;
import io.tach.engine.run.ExitCodes;
import io.tach.engine.toxicity.Observation;
import io.tach.engine.toxicity.RecordedTruth;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ToxicityCommandTest {
    private static final String SOURCE =
            """
            import threading
            import numpy

            def poll():
                threading.Thread(target=print).start()

            def test_poll():
                poll()

            def test_fine():
                pass
            """;

    @TempDir
    Path project;

    @BeforeEach
    void files() throws IOException {
        write("tests/test_a.py", SOURCE.replace("import numpy\n", ""));
        write("tests/net/test_b.py", SOURCE.replace("    poll()", "    pass"));
    }

    @Test
    void shouldPrintTheChainOfEvidence() throws IOException {
        // Given
        record(
                new Observation("tests/test_a.py::test_fine[1]", true, "child process 'sleep'", ""),
                new Observation("tests/test_a.py::test_poll", false, "", "starts a thread (threading.Thread)"));

        // Then
        assertEquals(
                """
                tests/net/test_b.py::test_poll: entangled: shares with others what starts a pool of threads (import numpy)
                    tests/net/test_b.py:7: test_poll stands in test_b
                    tests/net/test_b.py:2: test_b starts a pool of threads (import numpy)
                tests/net/test_b.py::test_fine: entangled: shares with others what starts a pool of threads (import numpy)
                    tests/net/test_b.py:10: test_fine stands in test_b
                    tests/net/test_b.py:2: test_b starts a pool of threads (import numpy)
                tests/test_a.py::test_poll: toxic: starts a thread (threading.Thread)
                    tests/test_a.py:7: test_poll uses poll
                    tests/test_a.py:4: poll starts a thread (threading.Thread)
                tests/test_a.py::test_poll: not toxic: on trial, suspected: starts a thread (threading.Thread)
                tests/test_a.py::test_fine[1]: toxic: seen: child process 'sleep'
                4 test functions: 1 toxic, 2 entangled, 1 clean, as the sources say
                """,
                run(project));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tests/test_a.py", "tests/test_a.py::test_poll", "../tests/test_a.py"})
    void shouldPrintOnlyWhatWasAskedFor(String word) throws IOException {
        Path directory = Files.createDirectories(word.startsWith("..") ? project.resolve("docs") : project);

        assertEquals(
                List.of("tests/test_a.py::test_poll: toxic: starts a thread (threading.Thread)"),
                run(directory, word).lines().filter(l -> l.contains(": toxic")).toList());
    }

    @Test
    void shouldMeasureThePredictionByWhatRunsHaveShown() throws IOException {
        // Given
        record(
                new Observation("tests/test_a.py::test_poll", true, "", "starts a thread (threading.Thread)"),
                new Observation("tests/test_a.py::test_fine[\u001b[2J]", true, "child process 'sleep'", ""));

        // Then
        assertEquals(
                """
                missed: tests/test_a.py::test_fine[\\x1b[2J]: child process 'sleep'
                false alarm: tests/test_a.py::test_poll: starts a thread (threading.Thread)
                toxic and foreseen: 0, missed: 1, false alarms: 1, suspected but not watched yet: 0
                precision 0.0 %, recall 0.0 %
                """,
                run(project, "--accuracy"));
        assertEquals(
                "precision unknown, recall unknown",
                run(project, "--accuracy", "tests/net")
                        .lines()
                        .reduce((a, b) -> b)
                        .orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--all", "tests/test_gone.py", "nowhere::test_a"})
    void shouldRefuseOtherWords(String word) {
        assertThrows(ConfigException.class, () -> run(project, word));
    }

    private void record(Observation... seen) throws IOException {
        ProjectMemory.of(project).updateText(ProjectToxicity.TRUTH, text -> RecordedTruth.decode(text)
                .after(List.of(seen), 1_764_085_335L)
                .encode());
    }

    private String run(Path directory, String... words) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            ToxicityCommand command = new ToxicityCommand(
                    directory, project, Optional.empty(), out, List.of(words), ToxicitySettings.NONE);
            assertEquals(ExitCodes.PASSED, command.run());
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private void write(String path, String text) throws IOException {
        Path file = project.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
