package io.tach.nativeio.posix;

/**
 * How a process ended, as the kernel says it.
 *
 * <pre>
 *   exited     0x0000cc00   cc = exit code
 *   signalled  0x000000ss   ss = signal, bit 7 = a core was dumped
 * </pre>
 *
 * Java's own exit values cannot tell {@code exit(139)} from SIGSEGV.
 *
 * @param raw the status of {@code waitpid}
 */
public record WaitStatus(int raw) {
    private static final int SIGNAL_MASK = 0x7f;
    private static final int CORE_BIT = 0x80;

    /** The status of a process that called {@code exit}. */
    public static WaitStatus ofExit(int code) {
        return new WaitStatus((code & 0xff) << 8);
    }

    /** The status of a process that a signal killed. */
    public static WaitStatus ofSignal(int signal) {
        return new WaitStatus(signal & SIGNAL_MASK);
    }

    /** Whether it left by itself. */
    public boolean exited() {
        return signal() == 0;
    }

    /** The exit code, 0 to 255; 0 if it was killed. */
    public int exitCode() {
        return exited() ? raw >> 8 & 0xff : 0;
    }

    /** The signal that killed it; 0 if it left by itself. */
    public int signal() {
        return raw & SIGNAL_MASK;
    }

    /** The name of that signal, such as {@code SIGSEGV}; empty if it left by itself. */
    public String signalName() {
        return exited() ? "" : Signals.name(signal());
    }

    /** Whether it left a core. */
    public boolean coreDumped() {
        return !exited() && (raw & CORE_BIT) != 0;
    }

    /** For the user: {@code exit code 3} or {@code SIGSEGV}. */
    public String describe() {
        return exited() ? "exit code " + exitCode() : signalName() + (coreDumped() ? " (core dumped)" : "");
    }
}
