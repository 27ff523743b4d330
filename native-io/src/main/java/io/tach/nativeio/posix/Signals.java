package io.tach.nativeio.posix;

import java.util.List;

/** Linux signal numbers and names, as on x86-64 and arm64. */
public final class Signals {
    public static final int SIGINT = 2;
    public static final int SIGABRT = 6;
    public static final int SIGKILL = 9;
    public static final int SIGSEGV = 11;
    public static final int SIGTERM = 15;
    public static final int SIGCONT = 18;
    public static final int SIGSTOP = 19;
    public static final int SIGTSTP = 20;

    private static final List<String> NAMES = List.of(
            "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
            "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
            "WINCH", "IO", "PWR", "SYS");

    /** glibc keeps 32 and 33 to itself. */
    private static final int RTMIN = 34;

    private static final int RTMAX = 64;

    private Signals() {}

    /** The name of a signal, such as {@code SIGSEGV} or {@code SIGRTMIN+3}; {@code signal 99} if it has none. */
    public static String name(int signal) {
        if (signal >= 1 && signal <= NAMES.size()) {
            return "SIG" + NAMES.get(signal - 1);
        }
        if (signal == RTMIN) {
            return "SIGRTMIN";
        }
        if (signal == RTMAX) {
            return "SIGRTMAX";
        }
        if (signal > RTMIN && signal < RTMAX) {
            return "SIGRTMIN+" + (signal - RTMIN);
        }
        return "signal " + signal;
    }
}
