package io.tach.actors.memory;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * The directory {@code .tach} of a project. Its files are read without a lock, since they are only ever replaced as a
 * whole; they are changed under one, so that two runs of one project lose nothing of each other. Everything blocks; any
 * thread may call.
 */
public final class ProjectMemory {
    /** Its name in the project. */
    public static final String DIRECTORY = ".tach";

    private static final byte[] NOTHING = {};
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(5);

    /** A lock on a file belongs to the whole JVM: threads need one of their own. */
    private static final ReentrantLock AMONG_THREADS = new ReentrantLock();

    private final Path directory;

    private ProjectMemory(Path directory) {
        this.directory = directory;
    }

    /**
     * The memory of a project; nothing is made before the first {@link #update}.
     *
     * @param project pytest's root directory, which node ids are relative to
     */
    public static ProjectMemory of(Path project) {
        return new ProjectMemory(project.resolve(DIRECTORY));
    }

    /**
     * What a file holds.
     *
     * @param name its name, without directories
     * @return nothing if there is no such file
     * @throws IOException if there is one that cannot be read
     */
    public byte[] read(String name) throws IOException {
        try {
            return Files.readAllBytes(directory.resolve(name));
        } catch (NoSuchFileException e) {
            return NOTHING;
        }
    }

    /** As {@link #read} for UTF-8; what is no UTF-8 is replaced. */
    public String readText(String name) throws IOException {
        return new String(read(name), StandardCharsets.UTF_8);
    }

    /**
     * Replaces a file by what is made of it, atomically and with nobody else in between.
     *
     * @param change from what the file holds (nothing if there is none) to what it is to hold
     * @throws IOException if that cannot be written (a project may be read-only), or somebody else holds the lock for
     *     seconds; the file is as it was
     */
    public void update(String name, UnaryOperator<byte[]> change) throws IOException {
        AMONG_THREADS.lock();
        try {
            make();
            try (FileChannel channel = FileChannel.open(directory.resolve("lock"), CREATE, WRITE);
                    FileLock lock = lock(channel)) {
                assert lock.isValid();
                replace(name, change.apply(read(name)));
            }
        } finally {
            AMONG_THREADS.unlock();
        }
    }

    /** As {@link #update} for UTF-8. */
    public void updateText(String name, UnaryOperator<String> change) throws IOException {
        update(name, before -> change.apply(new String(before, StandardCharsets.UTF_8))
                .getBytes(StandardCharsets.UTF_8));
    }

    /** What is remembered is of use on this machine only, so that git must not see it. */
    private void make() throws IOException {
        Path ignore = directory.resolve(".gitignore");
        if (!Files.exists(ignore)) {
            Files.createDirectories(directory);
            Files.writeString(ignore, "# Made by tach, which can do without everything in here.\n*\n");
        }
    }

    /** Not for ever: whoever holds the lock may have been stopped by a signal. */
    private FileLock lock(FileChannel channel) throws IOException {
        long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
        FileLock lock = channel.tryLock();
        while (lock == null) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new IOException("another run has locked " + directory + " for " + PATIENCE.toSeconds() + " s");
            }
            LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
            lock = channel.tryLock();
        }
        return lock;
    }

    /** The lock is held: what a killed process left of its half-written file is in nobody's way. */
    private void replace(String name, byte[] content) throws IOException {
        Path half = directory.resolve(name + ".new");
        Files.write(half, content);
        Files.move(half, directory.resolve(name), ATOMIC_MOVE, REPLACE_EXISTING);
    }
}
