package io.tach.engine.model;

/** How a test ended, with the seed's status codes (the byte that travels in a {@code TestResult}). */
public enum Status {
    PASS(0, "pass"),
    FAIL(1, "fail"),
    SKIP(2, "skip"),
    CRASH(3, "crash"),
    ERROR(4, "error"),
    HARNESS_ERROR(5, "harness_error"),
    TIMEOUT(6, "timeout");

    private final int code;
    private final String word;

    Status(int code, String word) {
        this.code = code;
        this.word = word;
    }

    /** The byte on the wire, 0 to 6. */
    public int code() {
        return code;
    }

    /** The word in NDJSON events. */
    public String word() {
        return word;
    }

    /** True for every ending that makes a run red. */
    public boolean isFailure() {
        return this != PASS && this != SKIP;
    }

    /**
     * The status of a byte from the wire.
     *
     * @throws IllegalArgumentException for a byte that is no status
     */
    public static Status ofCode(int code) {
        if (code < 0 || code >= values().length) {
            throw new IllegalArgumentException("unknown status code=" + code);
        }
        return values()[code];
    }
}
