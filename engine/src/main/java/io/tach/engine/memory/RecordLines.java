package io.tach.engine.memory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Records as text: a first line that says what they are and in which version, then a line for each record, sorted, its
 * fields separated by tabs.
 *
 * <pre>
 *   tach toxicity 1
 *   tests/test_a.py::test_b	1764085335	0	2	thread 'poll' still runs
 * </pre>
 *
 * Any text may be a field: what would break a line, or has no form in UTF-8, is escaped. Reading forgives: text of
 * another kind or version holds no records, and a line that cannot be read is left out by whoever asks for its fields.
 */
public final class RecordLines {
    private static final String FIRST_WORD = "tach ";
    private static final char FIELD = '\t';
    private static final char RECORD = '\n';
    private static final char ESCAPE = '\\';
    private static final int HEX_DIGITS = 4;

    private final String header;

    /**
     * @param kind one word
     * @param version changed with every change of what the fields mean
     */
    public RecordLines(String kind, int version) {
        header = FIRST_WORD + kind + " " + version;
    }

    /** The text of records. Equal records in any order make equal text. */
    public String encode(Collection<List<String>> records) {
        StringBuilder text = new StringBuilder(header).append(RECORD);
        records.stream().map(RecordLines::line).sorted().forEach(line -> text.append(line)
                .append(RECORD));
        return text.toString();
    }

    /** The records of a text, in its order; none if it is something else. */
    public List<List<String>> decode(String text) {
        List<List<String>> records = new ArrayList<>();
        int end = text.indexOf(RECORD);
        if (end < 0 || !text.substring(0, end).equals(header)) {
            return records;
        }
        text.substring(end + 1).lines().filter(line -> !line.isEmpty()).forEach(line -> records.add(fields(line)));
        return records;
    }

    private static String line(List<String> fields) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < fields.size(); i++) {
            if (i > 0) {
                line.append(FIELD);
            }
            escape(fields.get(i), line);
        }
        return line.toString();
    }

    private static void escape(String field, StringBuilder line) {
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            if (isPair(field, i)) {
                line.append(c).append(field.charAt(++i));
            } else if (c == ESCAPE || Character.isISOControl(c) || Character.isSurrogate(c) || isLineEnd(c)) {
                line.append(ESCAPE).append(String.format("%04x", (int) c));
            } else {
                line.append(c);
            }
        }
    }

    private static boolean isPair(String text, int at) {
        return at + 1 < text.length() && Character.isSurrogatePair(text.charAt(at), text.charAt(at + 1));
    }

    /** What editors, and Python, take for the end of a line beside the control characters. */
    private static boolean isLineEnd(char c) {
        return c == '\u2028' || c == '\u2029';
    }

    private static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        for (String field : line.split(String.valueOf(FIELD), -1)) {
            fields.add(unescape(field));
        }
        return List.copyOf(fields);
    }

    private static String unescape(String field) {
        if (field.indexOf(ESCAPE) < 0) {
            return field;
        }
        StringBuilder text = new StringBuilder(field.length());
        for (int i = 0; i < field.length(); i++) {
            if (field.charAt(i) == ESCAPE && i + HEX_DIGITS < field.length()) {
                text.append((char) hex(field.substring(i + 1, i + 1 + HEX_DIGITS)));
                i += HEX_DIGITS;
            } else {
                text.append(field.charAt(i));
            }
        }
        return text.toString();
    }

    /** The number, or the replacement character's for what somebody else has written there. */
    private static int hex(String digits) {
        try {
            return Integer.parseUnsignedInt(digits, 16);
        } catch (NumberFormatException e) {
            return '\uFFFD';
        }
    }
}
