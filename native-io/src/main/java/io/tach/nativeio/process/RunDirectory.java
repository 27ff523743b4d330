package io.tach.nativeio.process;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The directory of one run, mode 0700: its sockets live here and nothing else is listened on. Closing it deletes it.
 *
 * @param path the directory, absolute
 */
public record RunDirectory(Path path) implements AutoCloseable {

    /** Makes a new one below {@code java.io.tmpdir}. */
    public static RunDirectory create() throws IOException {
        FileAttribute<?> onlyMine = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        return new RunDirectory(Files.createTempDirectory("tach-", onlyMine).toAbsolutePath());
    }

    /**
     * Takes over one that the launcher made.
     *
     * @throws IOException if it is no directory, is not ours, or others may enter it
     */
    public static RunDirectory adopt(Path path) throws IOException {
        Path real = path.toRealPath();
        if (!Files.isDirectory(real)) {
            throw new IOException("run directory is no directory: path=" + real);
        }
        String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(real));
        if (!mode.equals("rwx------")) {
            throw new IOException("run directory is open to others: path=" + real + " mode=" + mode);
        }
        return new RunDirectory(real);
    }

    /** Where the zygote listens. */
    public Path zygoteSocket() {
        return path.resolve("zygote.sock");
    }

    /** Where the supervisor listens for workers. */
    public Path workersSocket() {
        return path.resolve("workers.sock");
    }

    /** The FIFO whose writing end says that the supervisor lives; only the launcher makes it. */
    public Path lifeline() {
        return path.resolve("lifeline");
    }

    /** Deletes the directory with all that is in it; links are not followed. Does nothing if it is gone. */
    @Override
    public void close() throws IOException {
        try {
            Files.walkFileTree(path, new Deleter());
        } catch (NoSuchFileException e) {
            return; // somebody else tidied up
        }
    }

    private static final class Deleter extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
