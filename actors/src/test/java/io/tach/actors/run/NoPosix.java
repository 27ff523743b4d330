package io.tach.actors.run;

import io.tach.nativeio.posix.PosixCalls;
import io.tach.nativeio.posix.PosixException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A machine without processes: threads that play workers can be neither signalled nor reaped. */
final class NoPosix implements PosixCalls {
    private static final int ECHILD = 10;

    @Override
    public boolean kill(int pid, int signal) {
        return false;
    }

    @Override
    public boolean killGroup(int groupId, int signal) {
        return false;
    }

    @Override
    public void raise(int signal) {}

    @Override
    public void setSubreaper() {}

    @Override
    public OptionalInt reap(int pid) {
        throw new PosixException("waitpid", ECHILD, "pid=" + pid);
    }

    @Override
    public void punchHole(Path file, long offset, long length) {
        throw new AssertionError("nobody writes logs here");
    }

    @Override
    public List<Integer> childrenOf(int pid) {
        return List.of();
    }

    @Override
    public Optional<TerminalSize> terminalSize(int fd) {
        return Optional.empty();
    }

    @Override
    public boolean isTerminal(int fd) {
        return false;
    }
}
