package io.tach.nativeio.posix;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What Java cannot ask of Linux. None of the calls blocks; all may be used from any thread. Failures are
 * {@link PosixException} unless said otherwise.
 */
public interface PosixCalls {

    /**
     * Sends a signal to a process.
     *
     * @param pid the process
     * @param signal its number, 0 to ask only whether the process is there
     * @return false if there is no such process (ESRCH)
     */
    boolean kill(int pid, int signal);

    /** Sends a signal to a process group, as {@link #kill}. */
    boolean killGroup(int groupId, int signal);

    /**
     * Sends a signal to the calling thread, which has been dealt with when this returns: where it stops the process, that
     * is when the process goes on.
     */
    void raise(int signal);

    /** Makes this process the one that orphans below it are given to. */
    void setSubreaper();

    /**
     * Reaps a child if it has ended.
     *
     * @param pid a child of this process
     * @return its raw wait status; empty while it runs
     */
    OptionalInt reap(int pid);

    /**
     * Gives a file's pages back and leaves zeros; its size stays.
     *
     * @param file a regular file or memfd, such as {@code /proc/<pid>/fd/<n>}
     * @param offset in bytes
     * @param length in bytes
     */
    void punchHole(Path file, long offset, long length);

    /** The direct children of a process; empty if it is gone. */
    List<Integer> childrenOf(int pid);

    /** The size of the terminal behind a descriptor of this process; empty if it is none. */
    Optional<TerminalSize> terminalSize(int fd);

    /** Whether a descriptor of this process is a terminal. */
    boolean isTerminal(int fd);

    /** Columns and rows. */
    record TerminalSize(int columns, int rows) {}
}
