package io.tach.nativeio.posix;

import java.util.OptionalInt;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * Descriptors through unix sockets (SCM_RIGHTS), which Java's own channels cannot pass. One byte travels with each, since
 * a stream carries no message without one. The calls block as the socket does; any thread may call.
 *
 * <pre>
 *   struct msghdr                                   iovec            cmsghdr                    byte
 *   0        8        16       24     32       40    48   56    64    80     88     92    96     104
 *  +--------+--------+--------+------+--------+-----+----+- - -+-----+------+------+-----+------+---+
 *  | name   | length | iovec  | 1    | control| size|flag|     |     | len  |level |type | fd   | 0 |
 *  +--------+--------+--------+------+--------+-----+----+- - -+-----+------+------+-----+------+---+
 * </pre>
 */
public final class FdPassing {
    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;
    private static final int EINTR = 4;
    private static final int EBADMSG = 74;

    private static final int IOVEC_POINTER = 16;
    private static final int IOVEC_COUNT = 24;
    private static final int CONTROL_POINTER = 32;
    private static final int CONTROL_SIZE = 40;
    private static final int IOVEC = 64;
    private static final int CONTROL = 80;
    private static final int CONTROL_LEVEL = CONTROL + 8;
    private static final int CONTROL_TYPE = CONTROL + 12;
    private static final int CONTROL_DATA = CONTROL + 16;
    private static final int PAYLOAD = 104;
    private static final int MESSAGE_BYTES = 112;

    /** CMSG_LEN and CMSG_SPACE of one descriptor. */
    private static final int CONTROL_LENGTH = 20;

    private static final int CONTROL_SPACE = 24;

    /** Loads the library when it is first touched, once. */
    private static final class Bound {
        static final LibC LIBC = LibraryLoader.create(LibC.class).load("c");
        static final Runtime RUNTIME = Runtime.getRuntime(LIBC);
    }

    private FdPassing() {}

    /** Two connected sockets, closed on exec; the caller closes both. */
    public record Pair(int first, int second) {}

    /** Makes two connected stream sockets. */
    public static Pair socketPair() {
        Pointer fds = Memory.allocateDirect(Bound.RUNTIME, 2 * Integer.BYTES);
        if (Bound.LIBC.socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0) {
            throw failure("socketpair", "");
        }
        return new Pair(fds.getInt(0), fds.getInt(Integer.BYTES));
    }

    /** Closes a descriptor of this process. */
    public static void close(int fd) {
        if (Bound.LIBC.close(fd) < 0) {
            throw failure("close", "fd=" + fd);
        }
    }

    /**
     * Sends a copy of a descriptor (the seed's {@code send_fd}); the caller keeps its own.
     *
     * @param socket a connected unix socket
     * @param fd what is sent
     * @throws PosixException such as EPIPE if the other end is closed
     */
    public static void sendFd(int socket, int fd) {
        Pointer message = message();
        message.putLong(CONTROL, CONTROL_LENGTH);
        message.putInt(CONTROL_LEVEL, SOL_SOCKET);
        message.putInt(CONTROL_TYPE, SCM_RIGHTS);
        message.putInt(CONTROL_DATA, fd);
        long sent;
        do {
            sent = Bound.LIBC.sendmsg(socket, message, MSG_NOSIGNAL);
        } while (sent < 0 && errno() == EINTR);
        if (sent < 0) {
            throw failure("sendmsg", "socket=" + socket + " fd=" + fd);
        }
    }

    /**
     * Receives a descriptor (the seed's {@code recv_fd}); it is closed on exec, and by the caller.
     *
     * @param socket a connected unix socket
     * @return empty at the end of the stream
     * @throws PosixException EBADMSG if what came was no descriptor, or none fitted into this process
     */
    public static OptionalInt recvFd(int socket) {
        Pointer message = message();
        long received;
        do {
            received = Bound.LIBC.recvmsg(socket, message, MSG_CMSG_CLOEXEC);
        } while (received < 0 && errno() == EINTR);
        if (received < 0) {
            throw failure("recvmsg", "socket=" + socket);
        }
        return received == 0 ? OptionalInt.empty() : OptionalInt.of(descriptor(message, socket));
    }

    /** There is room for one descriptor: the kernel closes whatever more was sent. */
    private static int descriptor(Pointer message, int socket) {
        boolean one = message.getLong(CONTROL_SIZE) >= CONTROL_LENGTH
                && message.getInt(CONTROL_LEVEL) == SOL_SOCKET
                && message.getInt(CONTROL_TYPE) == SCM_RIGHTS;
        if (!one) {
            throw new PosixException("recvmsg", EBADMSG, "socket=" + socket + " no descriptor came");
        }
        return message.getInt(CONTROL_DATA);
    }

    /** A message with room for a byte and a descriptor. All of it is one block, so that nothing of it is freed early. */
    private static Pointer message() {
        Pointer block = Memory.allocateDirect(Bound.RUNTIME, MESSAGE_BYTES, true);
        block.putLong(IOVEC_POINTER, block.address() + IOVEC);
        block.putLong(IOVEC_COUNT, 1);
        block.putLong(CONTROL_POINTER, block.address() + CONTROL);
        block.putLong(CONTROL_SIZE, CONTROL_SPACE);
        block.putLong(IOVEC, block.address() + PAYLOAD);
        block.putLong(IOVEC + Long.BYTES, 1);
        return block;
    }

    private static int errno() {
        return Bound.RUNTIME.getLastError();
    }

    private static PosixException failure(String call, String detail) {
        return new PosixException(call, errno(), detail);
    }
}
