package io.tach.reporters;

import java.io.PrintStream;
import java.util.List;

/**
 * The one writer to the terminal: knows the column, adds colours if they are wanted, and keeps a bar below the text.
 * What is written waits in a buffer for {@link #flush()} or for the buffer to fill. Not safe for several threads.
 *
 * <p>The cursor always stands where the text goes on; the bar is drawn below and the cursor moved back. So text can be
 * written at any time after clearing everything below the cursor, and a tach that is killed leaves no broken terminal.
 */
final class TerminalScreen {
    private static final int BUFFER_CHARS = 16 * 1024;
    private static final String CLEAR_BELOW = "\u001b[J";

    private final PrintStream out;
    private final StringBuilder buffer = new StringBuilder(BUFFER_CHARS + 1024);
    private boolean markup;
    private int width = 80;
    private int column;
    private List<String> bar = List.of();

    TerminalScreen(PrintStream out) {
        this.out = out;
    }

    /**
     * Says what the terminal is like; until then it is taken for 80 columns without colours.
     *
     * @param colours whether styles are written
     * @param columns its width
     */
    void configure(boolean colours, int columns) {
        markup = colours;
        width = Math.max(1, columns);
    }

    /** Columns already used on the current line. */
    int column() {
        return column;
    }

    /** Writes text in a {@link Style}. The text holds no escape sequences and no line feed but a last one. */
    void write(String text, String style) {
        eraseBar();
        if (markup && !style.isEmpty()) {
            buffer.append(style).append(text).append(Style.RESET);
        } else {
            buffer.append(text);
        }
        column += TextWidth.of(text);
        spill();
    }

    /** Writes text as it is. */
    void write(String text) {
        write(text, Style.NONE);
    }

    void newline() {
        eraseBar();
        buffer.append('\n');
        column = 0;
    }

    /** Ends the current line if something stands on it. */
    void endLine() {
        if (column > 0) {
            newline();
        }
    }

    void line(String text, String style) {
        write(text, style);
        newline();
    }

    /** Writes whole lines that bring their own colours. */
    void block(String text) {
        eraseBar();
        buffer.append(text);
        if (!text.isEmpty() && !text.endsWith("\n")) {
            buffer.append('\n');
        }
        column = 0;
        spill();
    }

    /** Goes back to the start of the line, to write over it. */
    void carriageReturn() {
        eraseBar();
        buffer.append('\r');
        column = 0;
    }

    /** Shows the lines below the text until more text comes; each must fit the width and may hold colours. */
    void showBar(List<String> lines) {
        if (lines.equals(bar)) {
            return;
        }
        eraseBar();
        if (column > 0) {
            buffer.append('\n');
        }
        buffer.append(String.join("\n", lines));
        moveBack(lines.size() - (column > 0 ? 0 : 1));
        bar = lines;
    }

    void eraseBar() {
        if (!bar.isEmpty()) {
            buffer.append(CLEAR_BELOW);
            bar = List.of();
        }
    }

    private void moveBack(int rows) {
        buffer.append('\r');
        if (rows > 0) {
            buffer.append("\u001b[").append(rows).append('A');
        }
        if (column % width > 0) { // a line that is too long goes on in the next row
            buffer.append("\u001b[").append(column % width).append('C');
        }
    }

    private void spill() {
        if (buffer.length() >= BUFFER_CHARS) {
            drain();
        }
    }

    private void drain() {
        out.append(buffer);
        buffer.setLength(0);
    }

    /** Hands everything to the operating system. A reader that has gone away is not an error here. */
    void flush() {
        if (buffer.length() > 0) {
            drain();
        }
        out.flush();
    }
}
