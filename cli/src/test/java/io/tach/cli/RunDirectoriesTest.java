package io.tach.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoriesTest {
    @TempDir
    private Path base;

    @TempDir
    private Path processes;

    private Path mine;

    @BeforeEach
    void startOneRunAndOneOther() throws IOException {
        mine = runDirectory("tach-10-1000-1");
        Files.createDirectories(processes.resolve("sys/kernel"));
        Files.writeString(processes.resolve("sys/kernel/hostname"), "here\n");
        process(20, "a name) with (parens", 2000);
    }

    @Test
    void shouldDeleteWhatADeadRunLeft() throws IOException {
        Path dead = runDirectory("tach-99-1-7");
        Files.writeString(Files.createDirectory(dead.resolve("inside")).resolve("file"), "x");

        sweep();

        assertFalse(Files.exists(dead));
        assertTrue(Files.exists(mine));
    }

    @Test
    void shouldKnowAProcessThatGotTheNumberOfADeadOne() throws IOException {
        Path dead = runDirectory("tach-20-1999-7");
        Path alive = runDirectory("tach-20-2000-8");

        sweep();

        assertFalse(Files.exists(dead));
        assertTrue(Files.exists(alive));
    }

    @Test
    void shouldLeaveARunOfAnotherMachine() throws IOException {
        Path far = runDirectory("tach-99-1-7");
        Files.writeString(far.resolve("lock"), "there\n");

        sweep();

        assertTrue(Files.exists(far));
    }

    @Test
    void shouldLeaveARunThatHoldsItsLock() throws IOException {
        Path unseen = runDirectory("tach-99-1-7");
        RunDirectories owner = new RunDirectories(processes);
        owner.claimAndSweep(unseen);

        try {
            sweep();

            assertTrue(Files.exists(unseen));
        } finally {
            Reference.reachabilityFence(owner);
        }
    }

    @Test
    void shouldLeaveDirectoriesOfOthers() throws IOException {
        Path other = runDirectory("tach-a-b-c");

        sweep();

        assertTrue(Files.exists(other));
    }

    @Test
    void shouldHoldItsOwnLock() throws IOException {
        RunDirectories directories = sweep();

        try (FileChannel channel = FileChannel.open(mine.resolve("lock"), StandardOpenOption.WRITE)) {
            assertTrue(overlaps(channel));
        } finally {
            Reference.reachabilityFence(directories);
        }
    }

    private RunDirectories sweep() {
        RunDirectories directories = new RunDirectories(processes);
        directories.claimAndSweep(mine);
        return directories;
    }

    private static boolean overlaps(FileChannel channel) throws IOException {
        try (FileLock lock = channel.tryLock()) {
            return lock == null;
        } catch (OverlappingFileLockException e) {
            return true;
        }
    }

    private Path runDirectory(String name) throws IOException {
        Path directory = Files.createDirectory(base.resolve(name));
        Files.writeString(directory.resolve("lock"), "here\n");
        return directory;
    }

    private void process(int pid, String command, int startTime) throws IOException {
        Path directory = Files.createDirectory(processes.resolve(String.valueOf(pid)));
        String fields = "S" + " 0".repeat(18) + " " + startTime + " 0 0";
        Files.writeString(directory.resolve("stat"), pid + " (" + command + ") " + fields);
    }
}
