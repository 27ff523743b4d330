package io.tach.engine.verdict;

import java.util.Locale;

/** What a worker is doing, with the numbers of the slot page. */
public enum Phase {
    IDLE,
    COLLECT,
    SETUP,
    CALL,
    TEARDOWN,
    FINISH,
    BOOT;

    private static final Phase[] BY_CODE = values();

    /** The phase of the slot's byte; {@link #IDLE} for a byte that is none, as a dying worker may have written anything. */
    public static Phase ofCode(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : IDLE;
    }

    /** The word in messages and, for the three phases of a test, in pytest's {@code when}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
