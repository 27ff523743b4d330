package io.tach.nativeio.process;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The address of a socket file. An address holds 107 bytes at most; behind a longer path the directory is opened and the
 * address goes through {@code /proc/self/fd}, for as long as this is open.
 */
final class SocketPath implements AutoCloseable {
    private static final int MAX_BYTES = 107;
    private static final Path OWN_FDS = Path.of("/proc/self/fd");

    private final UnixDomainSocketAddress address;
    private final FileChannel directory;

    private SocketPath(Path path, FileChannel directory) {
        this.address = UnixDomainSocketAddress.of(path);
        this.directory = directory;
    }

    static SocketPath of(Path socket) throws IOException {
        if (socket.toString().getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES) {
            return new SocketPath(socket, null);
        }
        Path parent = socket.getParent().toRealPath();
        FileChannel directory = FileChannel.open(parent, StandardOpenOption.READ);
        try {
            return new SocketPath(numbered(parent).resolve(socket.getFileName()), directory);
        } catch (IOException e) {
            directory.close();
            throw e;
        }
    }

    /** The name below {@code /proc/self/fd} that stands for an open directory; Java does not tell the number. */
    private static Path numbered(Path open) throws IOException {
        try (DirectoryStream<Path> fds = Files.newDirectoryStream(OWN_FDS)) {
            for (Path fd : fds) {
                if (pointsTo(fd, open)) {
                    return fd;
                }
            }
        }
        throw new NoSuchFileException(open.toString(), null, "not among the open descriptors");
    }

    private static boolean pointsTo(Path fd, Path open) {
        try {
            return Files.readSymbolicLink(fd).equals(open);
        } catch (IOException e) {
            return false; // closed by another thread since it was listed
        }
    }

    UnixDomainSocketAddress address() {
        return address;
    }

    @Override
    public void close() throws IOException {
        if (directory != null) {
            directory.close();
        }
    }
}
