package io.tach.nativeio.process;

import io.tach.nativeio.posix.PosixCalls;
import io.tach.nativeio.posix.WaitStatus;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/**
 * A zygote, started here or by the launcher. Its standard input is its lifeline: at the end of it the zygote kills what it
 * forked and leaves, so a supervisor need only die to stop everything.
 *
 * <p>A signal that kills the zygote is seen as such only if the launcher started it; Java reports the signals of its own
 * children as exit codes above 128, and so they are told here.
 */
public final class ZygoteProcess {
    /** From this exit code on, Java may mean a signal. */
    private static final int JAVA_SIGNAL_BASE = 128;

    private final ProcessHandle handle;
    private final CompletableFuture<Optional<WaitStatus>> ended;
    /** Held for its whole life: a stream that is collected is closed. */
    private final OutputStream lifeline;

    private ZygoteProcess(ProcessHandle handle, CompletableFuture<Optional<WaitStatus>> ended, OutputStream lifeline) {
        this.handle = handle;
        this.ended = ended;
        this.lifeline = lifeline;
    }

    /**
     * Starts one; it writes to our standard output and error.
     *
     * @throws IOException if the interpreter cannot be run
     */
    public static ZygoteProcess start(ZygoteCommand command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command.toList())
                .directory(command.workingDirectory().toFile())
                .redirectOutput(Redirect.INHERIT)
                .redirectError(Redirect.INHERIT);
        builder.environment().putAll(command.environment());
        Process process = builder.start();
        return new ZygoteProcess(
                process.toHandle(),
                process.onExit().thenApply(p -> Optional.of(ofJavaExitValue(p.exitValue()))),
                process.getOutputStream());
    }

    /**
     * Takes over one that the launcher started before it became this process.
     *
     * @param pid its process id, a child of ours
     * @param posix reaps it
     */
    public static ZygoteProcess attach(int pid, PosixCalls posix) {
        Optional<ProcessHandle> handle = ProcessHandle.of(pid);
        if (handle.isEmpty()) {
            throw new IllegalArgumentException("no such zygote: pid=" + pid);
        }
        return new ZygoteProcess(
                handle.get(),
                handle.get().onExit().thenApply(h -> toStatus(posix.reap((int) h.pid()))),
                OutputStream.nullOutputStream());
    }

    private static Optional<WaitStatus> toStatus(OptionalInt raw) {
        return raw.isPresent() ? Optional.of(new WaitStatus(raw.getAsInt())) : Optional.empty();
    }

    private static WaitStatus ofJavaExitValue(int value) {
        return value > JAVA_SIGNAL_BASE ? WaitStatus.ofSignal(value - JAVA_SIGNAL_BASE) : WaitStatus.ofExit(value);
    }

    /** Its process id. */
    public int pid() {
        return (int) handle.pid();
    }

    /** Whether it has not ended yet. */
    public boolean isAlive() {
        return handle.isAlive();
    }

    /** Completed, on a thread of the JDK, when it has ended; empty if nobody can tell how. */
    public CompletableFuture<Optional<WaitStatus>> ended() {
        return ended.copy();
    }

    /**
     * Lets go of the lifeline of a zygote that was started here, which ends it; does nothing to one that was attached,
     * whose lifeline is this process itself.
     */
    public void release() throws IOException {
        lifeline.close();
    }

    /** Ends it with SIGKILL; it cannot tidy up then. */
    public void killHard() {
        handle.destroyForcibly();
    }
}
