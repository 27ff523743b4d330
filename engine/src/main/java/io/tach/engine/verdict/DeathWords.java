package io.tach.engine.verdict;

import io.tach.engine.verdict.DeathFacts.Cause;
import java.math.BigDecimal;
import java.time.Duration;

/** How a death is told to people, in one line. */
final class DeathWords {
    private DeathWords() {}

    /**
     * Tells a death.
     *
     * @param where such as {@code in call} or {@code while collecting tests/test_a.py}
     */
    static String tell(Cause cause, String detail, Death death, Duration limit, String where) {
        return switch (cause) {
            case DEADLINE -> "timed out after " + seconds(limit) + " " + where;
            case STOPPED -> "stopped" + inBrackets(detail) + " and timed out after " + seconds(limit) + " " + where;
            case PROTOCOL -> "worker broke the protocol " + where + ": " + detail;
            case CHANNEL_CLOSED -> "worker lost its control channel " + where;
            case ZYGOTE_DIED -> "worker went down with the zygote " + where;
            case OUT_OF_MEMORY -> died(death, where) + " (out of memory)";
            case DIED -> died(death, where);
        };
    }

    private static String died(Death death, String where) {
        return switch (death.kind()) {
            case EXITED ->
                death.exitCode() == CrashVerdict.CHANNEL_CLOSED_EXIT
                        ? "worker lost its control channel " + where
                        : "worker exited with code " + death.exitCode() + " " + where;
            case SIGNALED ->
                "worker died " + where + ": " + death.signal() + (death.coreDumped() ? " (core dumped)" : "");
            case UNKNOWN -> "worker vanished " + where;
        };
    }

    private static String inBrackets(String detail) {
        return detail.isEmpty() ? "" : " (" + detail + ")";
    }

    /** Such as {@code 60 s} or {@code 1.5 s}. */
    static String seconds(Duration limit) {
        return BigDecimal.valueOf(limit.toMillis(), 3).stripTrailingZeros().toPlainString() + " s";
    }
}
