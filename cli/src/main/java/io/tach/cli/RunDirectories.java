package io.tach.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Tidies up behind runs that were killed together with their zygote. A directory's name says whose it is,
 * {@code tach-<pid>-<start time of that process>-<random>}. Containers may share the directory above and see nothing of
 * each other's processes: so the file {@code lock} names the machine, and is locked while the run lasts.
 */
final class RunDirectories {
    private static final Pattern NAME = Pattern.compile("tach-(\\d+)-(\\d+)-\\d+");
    private static final String LOCK = "lock";

    /** Where the launcher wrote the zygote's pid. */
    private static final String ZYGOTE = "zygote.pid";

    /** Where the start time stands in /proc/pid/stat, counted from the field after the command's name. */
    private static final int START_TIME = 19;

    private final Path processes;

    @SuppressWarnings("UnusedVariable") // held: the file of a lock that is collected is closed
    private FileLock claim;

    /** Takes {@code /proc}. */
    RunDirectories(Path processes) {
        this.processes = processes;
    }

    /**
     * Claims a run's directory for as long as this process lives, and deletes those of dead runs beside it. What cannot
     * be deleted is left: it may not be ours, and the next run tries again.
     */
    void claimAndSweep(Path runDir) {
        try {
            claim = lockFile(runDir).lock();
            sweepBeside(runDir);
        } catch (IOException e) {
            return; // the run does not need this
        }
    }

    private void sweepBeside(Path runDir) throws IOException {
        try (DirectoryStream<Path> siblings = Files.newDirectoryStream(runDir.getParent(), "tach-*-*-*")) {
            for (Path sibling : siblings) {
                if (!sibling.equals(runDir) && isDead(sibling)) {
                    delete(sibling);
                }
            }
        }
    }

    private boolean isDead(Path directory) {
        Matcher name = NAME.matcher(directory.getFileName().toString());
        return name.matches() && !startTime(name.group(1)).equals(name.group(2)) && isOurs(directory);
    }

    /** When a process started, in the kernel's ticks; empty if there is none. */
    private String startTime(String pid) {
        try {
            String stat = Files.readString(processes.resolve(pid).resolve("stat"));
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ", START_TIME + 2)[START_TIME];
        } catch (IOException e) {
            return "";
        }
    }

    /** True if the run was one of this machine and does not hold its lock. */
    private boolean isOurs(Path directory) {
        try (FileChannel file = lockFile(directory);
                FileLock lock = file.tryLock()) {
            String machine = Files.readString(directory.resolve(LOCK));
            return lock != null && machine.equals(Files.readString(processes.resolve("sys/kernel/hostname")));
        } catch (IOException | OverlappingFileLockException e) {
            return false; // held by this process, half made, or somebody else's
        }
    }

    private static FileChannel lockFile(Path directory) throws IOException {
        return FileChannel.open(directory.resolve(LOCK), StandardOpenOption.WRITE);
    }

    /**
     * Kills the zygote that the launcher has started, as there will be no run. It would end by itself, but not before it
     * has booted. It is our child, so the number is still its own.
     */
    static void endZygote(Path runDir) {
        try {
            long pid = Long.parseLong(Files.readString(runDir.resolve(ZYGOTE)).strip());
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        } catch (IOException | NumberFormatException e) {
            return; // there is none
        }
    }

    /** Deletes a directory with all that is in it, as far as it can be deleted. */
    static void delete(Path directory) {
        try (Stream<Path> content = Files.walk(directory)) {
            for (Path path : (Iterable<Path>) content.sorted(Comparator.reverseOrder())::iterator) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException e) {
            return; // in use, gone already, or somebody else's
        }
    }
}
