package io.tach.reporters;

import java.util.List;

/** Writes letters and the progress at the right edge, wrapping where pytest would. */
final class LetterRow {
    private final TerminalScreen screen;
    private final Progress progress;
    private final int width;

    LetterRow(TerminalScreen screen, Progress progress, int width) {
        this.screen = screen;
        this.progress = progress;
        this.width = width;
    }

    /** Writes the letters of one test. */
    void write(List<Mark> marks) {
        progress.testReported();
        for (Mark mark : marks) {
            progress.count(mark.category());
            screen.write(mark.letter(), mark.style());
            wrapAtEdge();
        }
    }

    /** The last test's line is left to {@link #fill}, which comes after all of its reports. */
    private void wrapAtEdge() {
        if (progress.isShown() && !progress.isLast() && screen.column() + progress.reservedColumns() + 1 >= width) {
            screen.line(progress.message(0), progress.style());
        }
    }

    /** Writes the progress at the right edge; see {@link Progress#message} for the duration. */
    void fill(long durationNs) {
        if (progress.isShown()) {
            String message = progress.message(durationNs);
            int blanks = width - screen.column() - 1 - message.length();
            screen.write(" ".repeat(Math.max(0, blanks)) + message, progress.style());
        }
    }
}
