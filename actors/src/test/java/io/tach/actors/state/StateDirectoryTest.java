package io.tach.actors.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDirectoryTest {
    @TempDir
    Path project;

    @Test
    void readingShouldMakeNothing() throws IOException {
        // When
        Optional<byte[]> content = StateDirectory.of(project).read("history");

        // Then
        assertTrue(content.isEmpty());
        assertFalse(Files.exists(project.resolve(".tach")));
    }

    @Test
    void whatIsWrittenShouldBeReadAndIgnoredByGit() throws IOException {
        // Given
        StateDirectory state = StateDirectory.of(project);

        // When
        state.update("history", old -> bytes(text(old) + "one"));
        state.update("history", old -> bytes(text(old) + ", two"));

        // Then
        assertEquals("one, two", text(state.read("history").orElseThrow()));
        assertTrue(Files.readAllLines(project.resolve(".tach/.gitignore")).contains("*"));
    }

    @Test
    void whoeverEditedTheIgnoreFileShouldBeLeftAlone() throws IOException {
        // Given
        Files.createDirectory(project.resolve(".tach"));
        Files.writeString(project.resolve(".tach/.gitignore"), "lock\n");

        // When
        StateDirectory.of(project).update("history", old -> bytes("x"));

        // Then
        assertEquals("lock\n", Files.readString(project.resolve(".tach/.gitignore")));
    }

    @Test
    void writersShouldNotOverwriteEachOther() throws IOException {
        // Given
        int writers = 50;

        // When
        IntStream.range(0, writers).parallel().forEach(i -> append());

        // Then
        assertEquals(
                writers,
                text(StateDirectory.of(project).read("history").orElseThrow()).length());
    }

    @Test
    void aFailedChangeShouldLeaveTheOldContent() throws IOException {
        // Given
        StateDirectory state = StateDirectory.of(project);
        state.update("history", old -> bytes("old"));

        // When
        assertThrows(
                IllegalStateException.class,
                () -> state.update("history", old -> {
                    throw new IllegalStateException();
                }));
        state.update("history", old -> bytes(text(old) + "er"));

        // Then
        assertEquals("older", text(state.read("history").orElseThrow()));
    }

    @Test
    void onlyWhatWasAskedForShouldStay() throws IOException {
        // When
        StateDirectory.of(project).update("history", old -> bytes("x"));

        // Then
        try (var files = Files.list(project.resolve(".tach"))) {
            assertEquals(
                    List.of(".gitignore", "history", "lock"),
                    files.map(f -> f.getFileName().toString()).sorted().toList());
        }
    }

    @Test
    void aProjectThatCannotBeWrittenToShouldSaySo() throws IOException {
        // Given
        Files.writeString(project.resolve(".tach"), "in the way");

        // Then
        assertThrows(IOException.class, () -> StateDirectory.of(project).update("history", old -> bytes("x")));
    }

    private void append() {
        try {
            StateDirectory.of(project).update("history", old -> bytes(text(old) + "x"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(byte[] content) {
        return new String(content, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
