package io.tach.engine.toxicity;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/** What a use can leave behind that a rewind of memory does not undo. */
public enum EvidenceKind {
    /** A thread: its kernel half lives on when its stack is rewound. */
    THREAD("starts a thread", "join", "cancel", "shutdown"),
    /** A child process. */
    PROCESS("starts a process", "join", "wait", "communicate", "terminate", "kill", "shutdown"),
    /** A socket, whose other end sees no rewind. */
    SOCKET("opens a socket", "close", "server_close", "shutdown"),
    /** Native code, which is mapped and may keep state of its own. */
    NATIVE("loads native code"),
    /** How signals are handled. */
    SIGNAL("changes how signals are handled"),
    /** What the process is to the kernel: its session, user, root directory, limits; or that it ends. */
    IDENTITY("changes what the process is"),
    /** An event loop that outlives a test. */
    LOOP("keeps an event loop open"),
    /** A library that does one of these in code of its own. */
    LIBRARY("uses a library with threads or processes of its own"),
    /** A pool of threads that its library ends before a fork and starts again when it is needed: OpenBLAS. */
    POOL("starts a pool of threads"),
    /** The user says so. */
    MARKED("is marked as toxic");

    private final String words;
    private final String remedies;

    EvidenceKind(String words, String... remedies) {
        this.words = words;
        this.remedies = String.join(" ", remedies);
    }

    /** What it does, such as {@code starts a thread}. */
    public String words() {
        return words;
    }

    /** True if the same code puts it right by one of these methods, such as {@code join} for a thread. */
    boolean isRemediedBy(Set<String> methods) {
        return Arrays.stream(remedies.split(" ")).anyMatch(methods::contains);
    }

    /** True if it is over when the process forks: then a zygote may do it, and must not fear it. */
    boolean endsAtFork() {
        return this == POOL;
    }

    static EvidenceKind ofWord(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
