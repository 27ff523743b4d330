package io.tach.reporters;

import java.time.Duration;
import java.util.Locale;

/** Durations as pytest and the live bar print them. */
final class Durations {
    private static final double NS_PER_SECOND = 1e9;

    private Durations() {}

    /** pytest's text for one test, at most seven characters below 100 hours. */
    static String ofNode(long durationNs) {
        double seconds = durationNs / NS_PER_SECOND;
        if (seconds < 1e-3) {
            return fixed(seconds * 1e6, "us");
        }
        if (seconds < 1) {
            return fixed(seconds * 1e3, "ms");
        }
        if (seconds < 60) {
            return String.format(Locale.ROOT, "%.3fs", seconds);
        }
        long whole = Math.round(seconds);
        return whole < 3600 ? whole / 60 + "m " + whole % 60 + "s" : whole / 3600 + "h " + whole % 3600 / 60 + "m";
    }

    private static String fixed(double value, String unit) {
        int decimals = value < 10 ? 3 : value < 100 ? 2 : 1;
        return String.format(Locale.ROOT, "%." + decimals + "f%s", value, unit);
    }

    /** pytest's text for the whole session. */
    static String ofSession(Duration duration) {
        double seconds = duration.toNanos() / NS_PER_SECOND;
        String text = String.format(Locale.ROOT, "%.2fs", seconds);
        if (seconds < 60) {
            return text;
        }
        return text + " (" + clock(duration.toSeconds()) + ")";
    }

    /** Python's {@code timedelta}. */
    private static String clock(long seconds) {
        long days = seconds / 86400;
        String prefix = days == 0 ? "" : days == 1 ? "1 day, " : days + " days, ";
        return prefix + String.format("%d:%02d:%02d", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    }

    /** Whole seconds for the live bar, such as {@code 7s} or {@code 2m05s}. */
    static String live(long durationNs) {
        long seconds = durationNs / 1_000_000_000L;
        return seconds < 60 ? seconds + "s" : String.format("%dm%02ds", seconds / 60, seconds % 60);
    }

    /** Seconds with three decimals, without the cost of a formatter. */
    static String seconds(long durationNs) {
        long millis = (durationNs + 500_000) / 1_000_000;
        return appendMillis(new StringBuilder(8), millis).toString();
    }

    private static StringBuilder appendMillis(StringBuilder out, long millis) {
        out.append(millis / 1000).append('.');
        long rest = millis % 1000;
        if (rest < 100) {
            out.append('0');
        }
        if (rest < 10) {
            out.append('0');
        }
        return out.append(rest);
    }
}
