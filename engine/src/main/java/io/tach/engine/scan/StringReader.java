package io.tach.engine.scan;

import java.nio.charset.StandardCharsets;

/** Resolves the value of one string literal. */
final class StringReader {
    private final byte[] bytes;
    private int at;
    private int end;
    private boolean isBytes;
    private boolean unknown;

    StringReader(byte[] bytes) {
        this.bytes = bytes;
    }

    /** True if the literal that was read last is one of bytes. */
    boolean isBytes() {
        return isBytes;
    }

    /**
     * Reads a plain literal (no f-string).
     *
     * @return the value, of bytes one char each; {@code null} if it cannot be told, such as for a character by a name that
     *     Java does not know
     */
    String read(int from, int to) {
        int quote = from;
        boolean raw = false;
        isBytes = false;
        unknown = false;
        for (; Bytes.classOf(bytes[quote]) == Bytes.WORD; quote++) {
            raw |= (bytes[quote] | 0x20) == 'r';
            isBytes |= (bytes[quote] | 0x20) == 'b';
        }
        boolean triple = to - quote >= 6 && bytes[quote + 1] == bytes[quote] && bytes[quote + 2] == bytes[quote];
        int width = triple ? 3 : 1;
        at = quote + width;
        end = Math.max(to - width, at);
        return isPlain(raw) ? new String(bytes, at, end - at, StandardCharsets.UTF_8) : resolve(raw);
    }

    private boolean isPlain(boolean raw) {
        for (int i = at; i < end; i++) {
            if (bytes[i] == '\r' || (bytes[i] == '\\' && !raw)) {
                return false;
            }
        }
        return true;
    }

    private String resolve(boolean raw) {
        StringBuilder value = new StringBuilder(end - at);
        int plain = at;
        while (at < end) {
            byte b = bytes[at];
            if (b == '\r') {
                appendPlain(value, plain);
                at = Bytes.behindNewline(bytes, at);
                value.append('\n');
                plain = at;
            } else if (b == '\\' && !raw) {
                appendPlain(value, plain);
                at++;
                escape(value);
                plain = at;
            } else {
                at++;
            }
        }
        appendPlain(value, plain);
        return unknown ? null : value.toString();
    }

    private void appendPlain(StringBuilder value, int from) {
        if (from < at) {
            value.append(new String(bytes, from, Math.min(at, end) - from, StandardCharsets.UTF_8));
        }
    }

    /** Resolves the escape whose letter is at {@code at}. */
    private void escape(StringBuilder value) {
        byte letter = bytes[at];
        switch (letter) {
            case '\n', '\r' -> at = Bytes.behindNewline(bytes, at);
            case '\\', '\'', '"' -> letter(value, letter);
            case 'a' -> letter(value, 7);
            case 'b' -> letter(value, '\b');
            case 'f' -> letter(value, '\f');
            case 'n' -> letter(value, '\n');
            case 'r' -> letter(value, '\r');
            case 't' -> letter(value, '\t');
            case 'v' -> letter(value, 11);
            case 'x' -> hex(value, 2);
            case 'u' -> unicode(value, 4);
            case 'U' -> unicode(value, 8);
            case 'N' -> named(value);
            default -> octalOrNone(value, letter);
        }
    }

    private void letter(StringBuilder value, int resolved) {
        value.append((char) resolved);
        at++;
    }

    private void unicode(StringBuilder value, int digits) {
        if (isBytes) {
            value.append('\\');
        } else {
            hex(value, digits);
        }
    }

    private void hex(StringBuilder value, int digits) {
        long code = 0;
        at++;
        for (int i = 0; i < digits; i++, at++) {
            if (at >= end || !Bytes.isHexDigit(bytes[at])) {
                unknown = true;
                return;
            }
            code = code * 16 + Character.digit(bytes[at], 16);
        }
        if (code <= Character.MAX_CODE_POINT) {
            value.appendCodePoint((int) code);
        } else {
            unknown = true;
        }
    }

    private void named(StringBuilder value) {
        if (isBytes) {
            value.append('\\');
            return;
        }
        int open = at + 1;
        int close = open;
        while (close < end && bytes[close] != '}') {
            close++;
        }
        String name = close == end || bytes[open] != '{'
                ? ""
                : new String(bytes, open + 1, close - open - 1, StandardCharsets.UTF_8);
        try {
            value.appendCodePoint(Character.codePointOf(name));
            at = close + 1;
        } catch (IllegalArgumentException e) {
            unknown = true;
            at++;
        }
    }

    private void octalOrNone(StringBuilder value, byte letter) {
        if (letter < '0' || letter > '7') {
            value.append('\\'); // no escape: the backslash stays, and what follows it is read as text
            return;
        }
        int code = 0;
        for (int i = 0; i < 3 && at < end && bytes[at] >= '0' && bytes[at] <= '7'; i++, at++) {
            code = code * 8 + bytes[at] - '0';
        }
        value.append((char) (isBytes ? code & 0xFF : code));
    }
}
