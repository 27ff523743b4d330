package io.tach.reporters;

import java.util.Locale;
import java.util.Set;

/** How far the progress lines are, and pytest's text and colour for it at their right edge. */
final class Progress {
    /** What stands at the right edge, by the names of {@code SuiteInfo.progress}. */
    enum Kind {
        PROGRESS,
        COUNT,
        TIMES,
        NONE;

        static Kind ofWord(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }
    }

    private static final Set<String> KNOWN = Set.of(
            "failed",
            "passed",
            "skipped",
            "deselected",
            "xfailed",
            "xpassed",
            "warnings",
            "error",
            "subtests passed",
            "subtests failed",
            "subtests skipped");

    private final Kind kind;
    private final int total;
    private int reported;
    private boolean red;
    private boolean yellow;
    private boolean green;

    Progress(Kind kind, int total) {
        this.kind = kind;
        this.total = total;
    }

    /** One more report of this category is on the screen. */
    void count(String category) {
        if (category.equals("passed")) {
            green = true;
        } else if (category.equals("failed") || category.equals("error")) {
            red = true;
        } else if (category.equals("xpassed")
                || category.equals("warnings")
                || (!category.isEmpty() && !KNOWN.contains(category))) {
            yellow = true;
        }
    }

    /** One more test is on the screen. */
    void testReported() {
        reported++;
    }

    boolean isShown() {
        return kind != Kind.NONE;
    }

    boolean isStarted() {
        return reported > 0;
    }

    boolean isLast() {
        return reported == total;
    }

    /** Columns a line must leave free. */
    int reservedColumns() {
        return switch (kind) {
            case COUNT -> " [/]".length() + 2 * digits(total);
            case TIMES -> " 99h 59m".length();
            case PROGRESS, NONE -> " [100%]".length();
        };
    }

    /**
     * The text for the right edge.
     *
     * @param durationNs time of the tests the line is about, or 0 if they are not all finished
     */
    String message(long durationNs) {
        return switch (kind) {
            case PROGRESS -> total == 0 ? " [100%]" : " [" + padded((int) (reported * 100L / total), 3) + "%]";
            case COUNT -> " [" + padded(reported, digits(total)) + "/" + total + "]";
            case TIMES -> durationNs == 0 ? "" : " " + Durations.ofNode(durationNs);
            case NONE -> "";
        };
    }

    /** pytest's main colour at this point. */
    String style() {
        if (red) {
            return Style.RED;
        }
        return !yellow && (green || !isLast()) ? Style.GREEN : Style.YELLOW;
    }

    private static String padded(int number, int width) {
        String digits = Integer.toString(number);
        return " ".repeat(Math.max(0, width - digits.length())) + digits;
    }

    private static int digits(int number) {
        return Integer.toString(number).length();
    }
}
