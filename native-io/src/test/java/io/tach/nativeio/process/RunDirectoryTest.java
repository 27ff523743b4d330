package io.tach.nativeio.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {

    @Test
    void shouldBeForItsOwnerOnlyAndGoWithAllThatIsInIt(@TempDir Path elsewhere) throws IOException {
        Path kept = Files.writeString(elsewhere.resolve("kept"), "");
        RunDirectory run = RunDirectory.create();

        try (run) {
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(run.path())));
            Files.createDirectories(run.path().resolve("a/b"));
            Files.createSymbolicLink(run.path().resolve("a/link"), elsewhere);
        }

        assertFalse(Files.exists(run.path()));
        assertTrue(Files.exists(kept), "a link was followed");
    }

    @Test
    void shouldNotMindThatItIsGone() throws IOException {
        RunDirectory run = RunDirectory.create();
        run.close();

        run.close();

        assertFalse(Files.exists(run.path()));
    }

    @Test
    void shouldTakeOverWhatTheLauncherMade(@TempDir Path parent) throws IOException {
        Path made = Files.createDirectory(
                parent.resolve("run"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));

        RunDirectory run = RunDirectory.adopt(made);

        assertEquals(made.toRealPath().resolve("zygote.sock"), run.zygoteSocket());
        assertEquals(made.toRealPath().resolve("workers.sock"), run.workersSocket());
        assertEquals(made.toRealPath().resolve("lifeline"), run.lifeline());
    }

    @Test
    void shouldRefuseADirectoryThatOthersMayEnter(@TempDir Path parent) throws IOException {
        Path open = Files.createDirectory(parent.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-x---"));

        assertThrows(IOException.class, () -> RunDirectory.adopt(open));
        assertThrows(IOException.class, () -> RunDirectory.adopt(Files.writeString(parent.resolve("file"), "")));
    }
}
