package io.tach.engine.scan;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/**
 * The bytes of a file as UTF-8, whatever its encoding, with a zero behind the last one so that nobody has to ask for the
 * end before each byte.
 */
final class SourceText {
    private static final byte[] BOM = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final String CODING = "coding";
    /** Names that Python knows and Java does not, or knows as something else. */
    private static final Map<String, String> ALIASES = Map.of(
            "utf8", "UTF-8",
            "latin-1", "ISO-8859-1",
            "latin1", "ISO-8859-1",
            "iso-latin-1", "ISO-8859-1",
            "ascii", "US-ASCII",
            "mac-roman", "x-MacRoman",
            "cp949", "x-windows-949",
            "euc-jis-2004", "EUC-JP",
            "shift-jis", "Shift_JIS",
            "big5-hkscs", "Big5-HKSCS");

    final byte[] bytes;
    /** Where the text begins, behind a byte order mark. */
    final int start;
    /** Where it ends; {@code bytes[end]} is zero. */
    final int end;

    private SourceText(byte[] padded, int start, int end) {
        this.bytes = padded;
        this.start = start;
        this.end = end;
    }

    static SourceText of(byte[] file, int length, Errors errors) {
        boolean marked = length >= 3 && Arrays.equals(file, 0, 3, BOM, 0, 3);
        int begin = marked ? 3 : 0;
        String encoding = marked ? "" : declared(file, length);
        if (!encoding.isEmpty() && !isUtf8(encoding)) {
            return transcoded(file, length, encoding, errors);
        }
        byte[] padded = file.length > length && file[length] == 0 ? file : Arrays.copyOf(file, length + 1);
        return new SourceText(padded, begin, length);
    }

    private static SourceText transcoded(byte[] file, int length, String encoding, Errors errors) {
        Charset charset = charset(encoding);
        if (charset == null) {
            errors.add(1, 1, "unknown encoding: " + encoding);
            charset = StandardCharsets.ISO_8859_1;
        }
        byte[] text = new String(file, 0, length, charset).getBytes(StandardCharsets.UTF_8);
        return new SourceText(Arrays.copyOf(text, text.length + 1), 0, text.length);
    }

    private static boolean isUtf8(String encoding) {
        return encoding.equals("utf-8") || encoding.startsWith("utf-8-") || encoding.equals("utf8");
    }

    private static Charset charset(String encoding) {
        try {
            return Charset.forName(ALIASES.getOrDefault(encoding, encoding));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** The encoding that a comment in one of the first two lines declares (PEP 263), normalised; empty if none does. */
    private static String declared(byte[] file, int length) {
        int first = lineEnd(file, 0, length);
        String found = cookie(file, 0, first);
        if (found.isEmpty() && isBlankOrComment(file, 0, first) && first < length) {
            int second = first + 1;
            if (file[first] == '\r' && second < length && file[second] == '\n') {
                second++;
            }
            found = cookie(file, second, lineEnd(file, second, length));
        }
        return found;
    }

    private static int lineEnd(byte[] file, int from, int length) {
        int at = from;
        while (at < length && file[at] != '\n' && file[at] != '\r') {
            at++;
        }
        return at;
    }

    private static boolean isBlankOrComment(byte[] file, int from, int to) {
        int at = skipBlanks(file, from, to);
        return at == to || file[at] == '#';
    }

    private static int skipBlanks(byte[] file, int from, int to) {
        int at = from;
        while (at < to && (file[at] == ' ' || file[at] == '\t' || file[at] == '\f')) {
            at++;
        }
        return at;
    }

    /** Reads {@code # -*- coding: NAME -*-}, by Python's rule {@code ^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)}. */
    private static String cookie(byte[] file, int from, int to) {
        int hash = skipBlanks(file, from, to);
        if (hash == to || file[hash] != '#') {
            return "";
        }
        String line = new String(file, hash, to - hash, StandardCharsets.ISO_8859_1);
        for (int at = line.indexOf(CODING); at >= 0; at = line.indexOf(CODING, at + 1)) {
            int mark = at + CODING.length();
            if (mark < line.length() && (line.charAt(mark) == ':' || line.charAt(mark) == '=')) {
                String name = encodingName(line, mark + 1);
                if (!name.isEmpty()) {
                    return name;
                }
            }
        }
        return "";
    }

    private static String encodingName(String line, int from) {
        int begin = from;
        while (begin < line.length() && (line.charAt(begin) == ' ' || line.charAt(begin) == '\t')) {
            begin++;
        }
        int end = begin;
        while (end < line.length() && isNamePart(line.charAt(end))) {
            end++;
        }
        return line.substring(begin, end).toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static boolean isNamePart(char c) {
        return c == '-' || c == '.' || (c < 128 && Bytes.isInWord((byte) c));
    }
}
