package io.tach.nativeio.posix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel says a process is at. */
public enum ProcessState {
    /** By a signal, until SIGCONT; not by a debugger. */
    STOPPED,
    /** Not there, or only to be reaped. */
    GONE,
    OTHER;

    /** Reads {@code /proc/<pid>/stat}: the state follows the command's closing parenthesis. */
    public static ProcessState of(int pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return ofLetter(stat.charAt(stat.lastIndexOf(')') + 2));
        } catch (IOException e) {
            return GONE;
        }
    }

    private static ProcessState ofLetter(char letter) {
        return switch (letter) {
            case 'T' -> STOPPED;
            case 'Z', 'X' -> GONE;
            default -> OTHER;
        };
    }
}
