package io.tach.reporters;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Fits text into columns the way pytest and Python's {@code textwrap} do. */
final class TextWrap {
    private static final String ELLIPSIS = "...";

    /** Blanks, a word up to a hyphen between letters, or a whole word. */
    private static final Pattern CHUNK = Pattern.compile("\\s+|\\S+?(?<=\\p{L}{2}-)(?=\\p{L}{2})|\\S+");

    private TextWrap() {}

    /**
     * The first line of {@code text} between {@code before} and {@code after}, cut with an ellipsis to fit.
     *
     * @return the text, empty if not even the ellipsis fits
     */
    static String trimmed(String before, String text, String after, int columns) {
        int end = text.indexOf('\n');
        String line = end < 0 ? text : text.substring(0, end);
        int frame = TextWidth.of(before) + TextWidth.of(after);
        if (frame + ELLIPSIS.length() > columns) {
            return "";
        }
        if (frame + TextWidth.of(line) > columns) {
            line = TextWidth.cut(line, columns - frame - ELLIPSIS.length()) + ELLIPSIS;
        }
        return before + line + after;
    }

    /**
     * Breaks text into lines at blanks.
     *
     * @param column columns that are already used on the first line
     * @param columns the longest line
     */
    static List<String> wrap(String text, int column, int columns) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        int used = column;
        Matcher chunks = CHUNK.matcher(text);
        while (chunks.find()) {
            String chunk = chunks.group();
            if (used + chunk.length() > columns && used > 0) {
                lines.add(line.toString().stripTrailing());
                line.setLength(0);
                used = 0;
            }
            if (used > 0 || lines.isEmpty() || !chunk.isBlank()) {
                line.append(chunk);
                used += chunk.length();
            }
        }
        lines.add(line.toString());
        return lines;
    }
}
