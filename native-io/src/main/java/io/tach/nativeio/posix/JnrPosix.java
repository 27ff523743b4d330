package io.tach.nativeio.posix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * {@link PosixCalls} through jnr. The library is bound at the first call that needs it, which costs some 100 ms; create it
 * freely, call it off the critical path.
 */
public final class JnrPosix implements PosixCalls {
    private static final int ESRCH = 3;
    private static final int WNOHANG = 1;
    private static final int PR_SET_CHILD_SUBREAPER = 36;
    private static final int O_RDWR = 2;
    private static final int O_CLOEXEC = 0x80000;
    private static final int FALLOC_FL_KEEP_SIZE = 1;
    private static final int FALLOC_FL_PUNCH_HOLE = 2;
    private static final long TIOCGWINSZ = 0x5413;

    /** struct winsize: rows, columns and two sizes in pixels, 16 bits each. */
    private static final int WINSIZE_BYTES = 8;

    private static final int WINSIZE_COLUMNS_OFFSET = 2;

    /** Loads the library when it is first touched, once. */
    private static final class Bound {
        static final LibC LIBC = LibraryLoader.create(LibC.class).load("c");
        static final Runtime RUNTIME = Runtime.getRuntime(LIBC);
    }

    @Override
    public boolean kill(int pid, int signal) {
        if (pid <= 0) {
            throw new IllegalArgumentException("not a process: pid=" + pid);
        }
        return send(pid, signal);
    }

    @Override
    public boolean killGroup(int groupId, int signal) {
        if (groupId <= 1) {
            throw new IllegalArgumentException("not a process group: id=" + groupId);
        }
        return send(-groupId, signal);
    }

    private static boolean send(int target, int signal) {
        if (Bound.LIBC.kill(target, signal) == 0) {
            return true;
        }
        if (errno() == ESRCH) {
            return false;
        }
        throw new PosixException("kill", errno(), "pid=" + target + " signal=" + signal);
    }

    @Override
    public void raise(int signal) {
        check(Bound.LIBC.raise(signal), "raise", "signal=" + signal);
    }

    @Override
    public void setSubreaper() {
        check(Bound.LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), "prctl", "option=PR_SET_CHILD_SUBREAPER");
    }

    @Override
    public OptionalInt reap(int pid) {
        Pointer status = Memory.allocateDirect(Bound.RUNTIME, Integer.BYTES);
        int reaped = check(Bound.LIBC.waitpid(pid, status, WNOHANG), "waitpid", "pid=" + pid);
        return reaped == 0 ? OptionalInt.empty() : OptionalInt.of(status.getInt(0));
    }

    @Override
    public void punchHole(Path file, long offset, long length) {
        int fd = check(Bound.LIBC.open(file.toString(), O_RDWR | O_CLOEXEC), "open", "path=" + file);
        try {
            int mode = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
            check(Bound.LIBC.fallocate(fd, mode, offset, length), "fallocate", "path=" + file + " length=" + length);
        } finally {
            Bound.LIBC.close(fd);
        }
    }

    /** Reads /proc: a child belongs to the thread that forked it, so every thread is asked. */
    @Override
    public List<Integer> childrenOf(int pid) {
        List<Integer> children = new ArrayList<>();
        try (Stream<Path> tasks = Files.list(Path.of("/proc", Integer.toString(pid), "task"))) {
            tasks.forEach(task -> children.addAll(childrenOfTask(task)));
        } catch (IOException e) {
            return List.of();
        }
        return List.copyOf(children);
    }

    private static List<Integer> childrenOfTask(Path task) {
        try {
            String line = Files.readString(task.resolve("children")).strip();
            return line.isEmpty()
                    ? List.of()
                    : Stream.of(line.split(" ", -1)).map(Integer::valueOf).toList();
        } catch (IOException e) {
            return List.of(); // the thread ended between the listing and the reading
        }
    }

    @Override
    public Optional<TerminalSize> terminalSize(int fd) {
        Pointer size = Memory.allocateDirect(Bound.RUNTIME, WINSIZE_BYTES);
        if (Bound.LIBC.ioctl(fd, TIOCGWINSZ, size) != 0) {
            return Optional.empty();
        }
        return Optional.of(new TerminalSize(size.getShort(WINSIZE_COLUMNS_OFFSET) & 0xffff, size.getShort(0) & 0xffff));
    }

    @Override
    public boolean isTerminal(int fd) {
        return Bound.LIBC.isatty(fd) == 1;
    }

    private static int check(int result, String call, String detail) {
        if (result < 0) {
            throw new PosixException(call, errno(), detail);
        }
        return result;
    }

    private static int errno() {
        return Bound.RUNTIME.getLastError();
    }
}
