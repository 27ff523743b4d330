package io.tach.actors.state;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The directory {@code .tach} of a project: what one run leaves for the next. It ignores itself, as {@code .pytest_cache}
 * does, and may be deleted at any time. Several runs may use it at once: whoever changes a file holds a lock, and a
 * reader sees the old or the new content, never half of one. Blocks; any thread.
 *
 * <p>A project that cannot be written to is no reason to fail: callers say in one line what is not kept.
 */
public final class StateDirectory {
    private static final String NAME = ".tach";
    private static final String LOCK = "lock";
    private static final byte[] NOTHING = {};

    /** A file lock is the whole JVM's: its threads queue here. */
    private static final Object THIS_PROCESS = new Object();

    private final Path directory;

    private StateDirectory(Path directory) {
        this.directory = directory;
    }

    /** The directory of that project; nothing is made before something is written. */
    public static StateDirectory of(Path project) {
        return new StateDirectory(project.resolve(NAME));
    }

    /** Where it is, for messages. */
    public Path path() {
        return directory;
    }

    /**
     * A file's content.
     *
     * @param name a plain file name
     * @return empty if there is no such file
     * @throws IOException if there is one that cannot be read
     */
    public Optional<byte[]> read(String name) throws IOException {
        try {
            return Optional.of(Files.readAllBytes(directory.resolve(name)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /**
     * Replaces a file's content by what {@code change} makes of it, in one step.
     *
     * @param name a plain file name
     * @param change given the present content (empty if there is none); called with the lock held
     * @throws IOException if it cannot be written; the old content stays
     */
    public void update(String name, UnaryOperator<byte[]> change) throws IOException {
        make();
        synchronized (THIS_PROCESS) {
            try (FileChannel file = FileChannel.open(
                            directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock held = file.lock()) {
                replace(name, change.apply(read(name).orElse(NOTHING)), held);
            }
        }
    }

    /** The lock makes one name for the file that is being written enough; a killed run's is overwritten. */
    private void replace(String name, byte[] content, FileLock held) throws IOException {
        if (!held.isValid()) {
            throw new IOException("lost the lock of " + directory);
        }
        Path fresh = directory.resolve(name + ".new");
        Files.write(fresh, content);
        Files.move(fresh, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private void make() throws IOException {
        Files.createDirectories(directory);
        Path ignore = directory.resolve(".gitignore");
        if (!Files.exists(ignore)) {
            try {
                Files.writeString(ignore, "# Made by tach. Safe to delete.\n*\n", StandardOpenOption.CREATE_NEW);
            } catch (FileAlreadyExistsException e) {
                return; // another run was first
            }
        }
    }
}
