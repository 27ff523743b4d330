package io.tach.engine.history;

import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How a {@link History} is written: a line for each thing that is known, sorted, so that files can be put together by any
 * means, one after the other included. Reading takes from each line what it can: a line that is damaged, or a mark of a
 * merge, is passed over; of two lines for the same thing the later seen counts.
 *
 * <pre>
 *   T  node id  seen (seconds since 1970)  tests  mean duration (microseconds, -1: unknown)  failed
 *   F  path     seen (seconds since 1970)  setup of the file's fixtures (microseconds)
 * </pre>
 *
 * Columns are parted by tabs; in names, control characters, backslashes and halves of surrogate pairs are written as
 * {@code \}{@code uXXXX}.
 */
public final class HistoryCodec {
    /** The name carries the version: what this one does not understand it does not overwrite either. */
    public static final String FILE_NAME = "history-1.tsv";

    private static final String HEADER =
            "# What tach knows of earlier runs. T: node, seen, tests, mean us, failed." + " F: file, seen, setup us.\n";
    private static final int TEST_COLUMNS = 6;
    private static final int FILE_COLUMNS = 4;
    private static final int BYTES_A_LINE = 64;

    private HistoryCodec() {}

    /** Writes it. */
    public static String encode(History history) {
        StringBuilder text = new StringBuilder(HEADER.length() + history.tests().size() * BYTES_A_LINE);
        text.append(HEADER);
        history.files().forEach((path, e) -> {
            text.append("F\t");
            escape(path, text);
            text.append('\t').append(e.seenS()).append('\t').append(e.setupUs()).append('\n');
        });
        history.tests().forEach((nodeId, e) -> {
            text.append("T\t");
            escape(nodeId, text);
            text.append('\t').append(e.seenS()).append('\t').append(e.tests());
            text.append('\t').append(e.meanUs()).append('\t').append(e.failed()).append('\n');
        });
        return text.toString();
    }

    /** Reads what can be read; never throws. */
    public static History decode(String text) {
        NavigableMap<String, TestEntry> tests = new TreeMap<>();
        NavigableMap<String, FileEntry> files = new TreeMap<>();
        int begin = 0;
        while (begin < text.length()) {
            int end = text.indexOf('\n', begin);
            end = end < 0 ? text.length() : end;
            decodeLine(text.substring(begin, end), tests, files);
            begin = end + 1;
        }
        return new History(tests, files);
    }

    private static void decodeLine(
            String line, NavigableMap<String, TestEntry> tests, NavigableMap<String, FileEntry> files) {
        if (line.startsWith("T\t")) {
            String[] columns = line.split("\t", -1);
            testEntry(columns).ifPresent(e -> tests.merge(unescape(columns[1]), e, TestEntry::or));
        } else if (line.startsWith("F\t")) {
            String[] columns = line.split("\t", -1);
            fileEntry(columns).ifPresent(e -> files.merge(unescape(columns[1]), e, FileEntry::or));
        }
    }

    private static Optional<TestEntry> testEntry(String[] columns) {
        if (columns.length != TEST_COLUMNS) {
            return Optional.empty();
        }
        long seen = number(columns[2]);
        int tests = (int) Math.min(number(columns[3]), Integer.MAX_VALUE);
        long mean = columns[4].equals("-1") ? -1 : number(columns[4]);
        int failed = (int) Math.min(number(columns[5]), Integer.MAX_VALUE);
        boolean sane = seen >= 0 && tests > 0 && failed >= 0 && (mean >= 0 || columns[4].equals("-1"));
        return sane ? Optional.of(new TestEntry(seen, tests, mean, failed)) : Optional.empty();
    }

    private static Optional<FileEntry> fileEntry(String[] columns) {
        if (columns.length != FILE_COLUMNS) {
            return Optional.empty();
        }
        long seen = number(columns[2]);
        long setup = number(columns[3]);
        return seen >= 0 && setup >= 0 ? Optional.of(new FileEntry(seen, setup)) : Optional.empty();
    }

    /** A number of up to fifteen digits, so that sums of many do not overflow; else -1. */
    private static long number(String digits) {
        if (digits.isEmpty() || digits.length() > 15) {
            return -1;
        }
        long value = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + (c - '0');
        }
        return value;
    }

    private static void escape(String name, StringBuilder text) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < name.length() && Character.isLowSurrogate(name.charAt(i + 1))) {
                text.append(c).append(name.charAt(++i));
            } else if (c < ' ' || c == '\\' || Character.isSurrogate(c)) {
                text.append(String.format("\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
    }

    private static String unescape(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        StringBuilder name = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            int code = text.startsWith("\\u", i) ? hex(text, i + 2) : -1;
            if (code >= 0) {
                name.append((char) code);
                i += 5;
            } else {
                name.append(text.charAt(i));
            }
        }
        return name.toString();
    }

    /** The four hexadecimal digits at a place, or -1. */
    private static int hex(String text, int at) {
        int code = 0;
        for (int i = at; i < at + 4; i++) {
            int digit = i < text.length() ? Character.digit(text.charAt(i), 16) : -1;
            if (digit < 0) {
                return -1;
            }
            code = code * 16 + digit;
        }
        return code;
    }
}
