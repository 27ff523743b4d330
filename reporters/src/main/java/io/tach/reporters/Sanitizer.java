package io.tach.reporters;

/**
 * Makes text that tests had a hand in safe to print: a terminal must not obey it, and neither must a CI service that
 * reads commands from the output. What is taken away stays visible as an escape, so nobody is fooled.
 */
public final class Sanitizer {
    private static final char ESC = '\u001b';
    private static final String[] COMMANDS = {"##vso[", "##teamcity[", "##["};

    private final boolean newlines;
    private final boolean colours;
    private final StringBuilder clean;
    private final String text;
    private boolean lineStart = true;

    private Sanitizer(String text, boolean newlines, boolean colours) {
        this.text = text;
        this.newlines = newlines;
        this.colours = colours;
        this.clean = new StringBuilder(text.length() + 32);
    }

    /** Text for one line, such as a node id: line feeds are escaped too. */
    public static String line(String text) {
        return isHarmless(text, false) ? text : new Sanitizer(text, false, false).run();
    }

    /** Text of several lines without any colour. */
    public static String text(String text) {
        return isHarmless(text, true) ? text : new Sanitizer(text, true, false).run();
    }

    /** Text of several lines that may set colours ({@code ESC [ ... m}) and nothing else. */
    public static String coloured(String text) {
        return isHarmless(text, true) ? text : new Sanitizer(text, true, true).run();
    }

    /** The common case must cost one pass and no copy; a false alarm only costs the slow pass. */
    private static boolean isHarmless(String text, boolean newlines) {
        char before = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean marker = c == before && (c == '#' || (c == ':' && isLineStart(text, i - 1)));
            if (marker || Character.isSurrogate(c) || (isControl(c) && c != '\t' && !(newlines && c == '\n'))) {
                return false;
            }
            before = c;
        }
        return true;
    }

    private static boolean isLineStart(String text, int end) {
        int i = end - 1;
        while (i >= 0 && text.charAt(i) != '\n' && Character.isWhitespace(text.charAt(i))) {
            i--;
        }
        return i < 0 || text.charAt(i) == '\n';
    }

    /** C0, DEL and C1: some terminals obey the eight-bit forms as well. */
    private static boolean isControl(char c) {
        return c < ' ' || (c >= '\u007f' && c <= '\u009f');
    }

    private String run() {
        int i = 0;
        while (i < text.length()) {
            i += step(i);
        }
        return clean.toString();
    }

    /** Writes what stands at {@code i} and returns how many characters that took. */
    private int step(int i) {
        char c = text.charAt(i);
        if (c == ESC && colours && colourLength(i) > 0) {
            clean.append(text, i, i + colourLength(i));
            return colourLength(i);
        }
        if (c == '\r' && newlines && text.startsWith("\r\n", i)) {
            return 1;
        }
        if (c == '\n' && newlines) {
            clean.append(c);
            lineStart = true;
            return 1;
        }
        if (c != '\t' && isControl(c)) {
            return escape(c);
        }
        if (Character.isSurrogate(c)) {
            return surrogate(i);
        }
        return visible(i, c);
    }

    private int visible(int i, char c) {
        if (isCommand(i)) {
            clean.append(c).append('\\');
        } else {
            clean.append(c);
        }
        lineStart &= Character.isWhitespace(c);
        return 1;
    }

    /** Azure looks for its prefix anywhere in a line, GitHub for two colons after blanks, and two more in the same line. */
    private boolean isCommand(int i) {
        if (lineStart && text.startsWith("::", i) && i + 2 < text.length()) {
            return Character.isLetter(text.charAt(i + 2)) && hasInLine("::", i + 2);
        }
        for (String command : COMMANDS) {
            if (text.startsWith(command, i)) {
                return true;
            }
        }
        return false;
    }

    private boolean hasInLine(String part, int from) {
        int found = text.indexOf(part, from);
        int end = text.indexOf('\n', from);
        return found >= 0 && (end < 0 || found < end);
    }

    private int escape(char c) {
        clean.append(c == '\n' ? "\\n" : c == '\r' ? "\\r" : String.format("\\x%02x", (int) c));
        lineStart = false;
        return 1;
    }

    private int surrogate(int i) {
        lineStart = false;
        if (Character.isHighSurrogate(text.charAt(i))
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1))) {
            clean.append(text, i, i + 2);
            return 2;
        }
        clean.append(String.format("\\u%04x", (int) text.charAt(i)));
        return 1;
    }

    /** Length of the colour sequence at {@code start}, 0 if none is there. */
    private int colourLength(int start) {
        int i = start + 1;
        if (i >= text.length() || text.charAt(i) != '[') {
            return 0;
        }
        i++;
        while (i < text.length() && "0123456789;:".indexOf(text.charAt(i)) >= 0) {
            i++;
        }
        return i < text.length() && text.charAt(i) == 'm' ? i + 1 - start : 0;
    }
}
