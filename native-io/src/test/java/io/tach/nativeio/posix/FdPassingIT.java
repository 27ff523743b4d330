package io.tach.nativeio.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FdPassingIT {
    private static final int O_RDONLY = 0;
    private static final int O_RDWR = 2;
    private static final int EPIPE = 32;
    private static final int EBADF = 9;
    private static final int EBADMSG = 74;

    /** What only these tests call. */
    public interface More {
        int open(String path, int flags);

        long write(int fd, byte[] data, long count);

        int socket(int domain, int type, int protocol);

        int connect(int socket, Pointer address, int length);
    }

    private static final More LIBC = LibraryLoader.create(More.class).load("c");

    @TempDir
    private Path directory;

    private final FdPassing.Pair pair = FdPassing.socketPair();

    @AfterEach
    void closeSockets() {
        FdPassing.close(pair.first());
        try {
            FdPassing.close(pair.second());
        } catch (PosixException e) {
            assertEquals(EBADF, e.errno()); // the test closed it
        }
    }

    private static Path behind(int fd) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd));
    }

    @Test
    void shouldPassADescriptorOn() throws IOException {
        Path file = Files.writeString(directory.resolve("golden"), "content");
        int fd = LIBC.open(file.toString(), O_RDONLY);

        FdPassing.sendFd(pair.first(), fd);
        FdPassing.close(fd);
        int received = FdPassing.recvFd(pair.second()).getAsInt();

        assertEquals(file.toRealPath(), behind(received));
        assertEquals("content", Files.readString(Path.of("/proc/self/fd/" + received)));
        FdPassing.close(received);
    }

    @Test
    void shouldPassSeveralInOrder() throws IOException {
        int[] sent = new int[3];
        for (int i = 0; i < sent.length; i++) {
            Path file = Files.createFile(directory.resolve("f" + i));
            sent[i] = LIBC.open(file.toString(), O_RDWR);
            FdPassing.sendFd(pair.first(), sent[i]);
        }
        for (int fd : sent) {
            int received = FdPassing.recvFd(pair.second()).getAsInt();
            assertNotEquals(fd, received);
            assertEquals(behind(fd), behind(received));
            FdPassing.close(fd);
            FdPassing.close(received);
        }
    }

    @Test
    void shouldNotLeakToProgramsThatAreStarted() throws IOException {
        FdPassing.sendFd(pair.first(), pair.first());
        int received = FdPassing.recvFd(pair.second()).getAsInt();

        String flags = Files.readString(Path.of("/proc/self/fdinfo/" + received));

        assertTrue(flags.matches("(?s).*flags:\\s+02[0-7]{6}\\n.*"), flags); // O_CLOEXEC is 02000000
        FdPassing.close(received);
    }

    @Test
    void shouldSeeTheEndOfTheStream() {
        FdPassing.close(pair.second());

        assertEquals(OptionalInt.empty(), FdPassing.recvFd(pair.first()));
    }

    @Test
    void shouldSayThatNobodyListens() {
        FdPassing.close(pair.second());

        PosixException failure = assertThrows(PosixException.class, () -> FdPassing.sendFd(pair.first(), pair.first()));

        assertEquals(EPIPE, failure.errno());
    }

    @Test
    void shouldNotTakeAByteForADescriptor() {
        assertEquals(1, LIBC.write(pair.first(), new byte[] {7}, 1));

        PosixException failure = assertThrows(PosixException.class, () -> FdPassing.recvFd(pair.second()));

        assertEquals(EBADMSG, failure.errno());
    }

    @Test
    void shouldSpeakWithPython() throws Exception {
        Path socket = directory.resolve("s");
        String program =
                """
                import os, socket, sys
                listener = socket.socket(socket.AF_UNIX)
                listener.bind(sys.argv[1])
                listener.listen()
                print(flush=True)
                peer = listener.accept()[0]
                fd = socket.recv_fds(peer, 1, 1)[1][0]
                text = os.pread(fd, 100, 0)
                memory = os.memfd_create("answer")
                os.write(memory, text.upper())
                socket.send_fds(peer, [b"x"], [memory])
                """;
        Process python = new ProcessBuilder("python3", "-c", program, socket.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertEquals("", python.inputReader().readLine());
        int fd = LIBC.open(Files.writeString(directory.resolve("q"), "question").toString(), O_RDONLY);
        int peer = connect(socket);

        FdPassing.sendFd(peer, fd);
        int answer = FdPassing.recvFd(peer).getAsInt();

        assertEquals("QUESTION", Files.readString(Path.of("/proc/self/fd/" + answer)));
        assertEquals(0, python.waitFor());
        for (int open : new int[] {fd, answer, peer}) {
            FdPassing.close(open);
        }
    }

    private static int connect(Path path) {
        byte[] name = path.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
        Pointer address = Memory.allocateDirect(Runtime.getRuntime(LIBC), 2 + name.length + 1, true);
        address.putShort(0, (short) 1);
        address.put(2, name, 0, name.length);
        int socket = LIBC.socket(1, 1, 0);
        assertEquals(0, LIBC.connect(socket, address, 2 + name.length + 1));
        return socket;
    }
}
