package io.tach.actors.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProjectMemoryTest {
    @TempDir
    Path project;

    @Test
    void readingShouldMakeNothing() throws IOException {
        assertArrayEquals(new byte[0], ProjectMemory.of(project).read("numbers"));
        assertFalse(Files.exists(project.resolve(".tach")));
    }

    @Test
    void whatIsWrittenShouldBeRead() throws IOException {
        // Given
        ProjectMemory memory = ProjectMemory.of(project);

        // When
        memory.updateText("words", before -> before + "ä");
        memory.updateText("words", before -> before + "日本");

        // Then
        assertEquals("ä日本", ProjectMemory.of(project).readText("words"));
    }

    @Test
    void gitShouldSeeNothingOfIt() throws IOException {
        // When
        ProjectMemory.of(project).updateText("words", before -> "x");

        // Then
        assertTrue(Files.readAllLines(project.resolve(".tach/.gitignore")).contains("*"));
    }

    @Test
    void aFileShouldStayAsItWasIfTheChangeThrows() throws IOException {
        // Given
        ProjectMemory memory = ProjectMemory.of(project);
        memory.updateText("words", before -> "kept");

        // When
        assertThrows(
                IllegalStateException.class,
                () -> memory.updateText("words", before -> {
                    throw new IllegalStateException("no");
                }));

        // Then
        assertEquals("kept", memory.readText("words"));
        memory.updateText("words", before -> before + ", and free");
        assertEquals("kept, and free", memory.readText("words"));
    }

    @Test
    void whatAKilledRunLeftHalfWrittenShouldNotCount() throws IOException {
        // Given
        ProjectMemory memory = ProjectMemory.of(project);
        memory.updateText("words", before -> "whole");
        Files.writeString(project.resolve(".tach/words.new"), "a much longer half of a fi");

        // When
        memory.updateText("words", before -> before + "!");

        // Then
        assertEquals("whole!", memory.readText("words"));
        assertEquals(Set.of(".gitignore", "lock", "words"), filesIn(project.resolve(".tach")));
    }

    @Test
    void threadsShouldLoseNothingOfEachOther() throws IOException {
        // When
        List<CompletableFuture<Void>> writers = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.runAsync(() -> append(project, i + "\n", 25)))
                .toList();
        writers.forEach(CompletableFuture::join);

        // Then
        assertEquals(200, ProjectMemory.of(project).readText("lines").lines().count());
    }

    @Test
    void processesShouldLoseNothingOfEachOther() throws IOException, InterruptedException {
        // When
        Process one = writer("a\n");
        Process two = writer("b\n");
        append(project, "c\n", 100);

        // Then
        assertEquals(0, one.waitFor());
        assertEquals(0, two.waitFor());
        assertEquals(300, ProjectMemory.of(project).readText("lines").lines().count());
    }

    @Test
    void aFileInTheWayShouldBeAnError() throws IOException {
        // Given
        Files.writeString(project.resolve(".tach"), "not a directory");

        // Then
        assertThrows(IOException.class, () -> ProjectMemory.of(project).updateText("words", before -> "x"));
    }

    private Process writer(String line) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        project.toString(),
                        line)
                .inheritIO()
                .start();
    }

    private static Set<String> filesIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(f -> f.getFileName().toString()).collect(Collectors.toSet());
        }
    }

    private static void append(Path project, String line, int times) {
        try {
            for (int i = 0; i < times; i++) {
                ProjectMemory.of(project).updateText("lines", before -> before + line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Another run of the same project. */
    public static final class Writer {
        private Writer() {}

        public static void main(String[] args) {
            append(Path.of(args[0]), args[1], 100);
        }
    }
}
