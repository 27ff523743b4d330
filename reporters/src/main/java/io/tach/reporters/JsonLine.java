package io.tach.reporters;

import java.nio.charset.StandardCharsets;

/**
 * Builds JSON objects of one line each. Written by hand because node ids may hold lone surrogates, which JSON can
 * escape but a generator for UTF-8 refuses, and because start-up is dear.
 */
final class JsonLine {
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private final StringBuilder out = new StringBuilder(4096);
    private boolean comma;

    /** Begins an object at the top or, after {@link #key}, as a value. */
    JsonLine open() {
        return bracket('{');
    }

    JsonLine openArray() {
        return bracket('[');
    }

    JsonLine close() {
        out.append('}');
        comma = true;
        return this;
    }

    JsonLine closeArray() {
        out.append(']');
        comma = true;
        return this;
    }

    /** Ends a top-level object. */
    void endLine() {
        out.append("}\n");
        comma = false;
    }

    JsonLine key(String key) {
        separate();
        quote(key);
        out.append(':');
        comma = false;
        return this;
    }

    JsonLine value(String text) {
        separate();
        quote(text);
        comma = true;
        return this;
    }

    JsonLine put(String key, String text) {
        return key(key).value(text);
    }

    /** Leaves the key out if there is nothing to say. */
    JsonLine putIfAny(String key, String text) {
        return text.isEmpty() ? this : put(key, text);
    }

    JsonLine put(String key, long number) {
        key(key);
        out.append(number);
        comma = true;
        return this;
    }

    JsonLine put(String key, boolean flag) {
        key(key);
        out.append(flag);
        comma = true;
        return this;
    }

    /** Nanoseconds as milliseconds with three decimals. */
    JsonLine putMillis(String key, long ns) {
        key(key);
        long micros = (ns + 500) / 1000;
        out.append(micros / 1000);
        long rest = micros % 1000;
        if (rest > 0) {
            out.append(rest < 10 ? ".00" : rest < 100 ? ".0" : ".").append(rest);
        }
        comma = true;
        return this;
    }

    /** Characters waiting. */
    int length() {
        return out.length();
    }

    /** The lines so far; they are forgotten here. */
    byte[] take() {
        byte[] bytes = out.toString().getBytes(StandardCharsets.UTF_8);
        out.setLength(0);
        return bytes;
    }

    private JsonLine bracket(char bracket) {
        separate();
        out.append(bracket);
        comma = false;
        return this;
    }

    private void separate() {
        if (comma) {
            out.append(',');
        }
    }

    private void quote(String text) {
        out.append('"');
        int plain = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c != '"' && c != '\\' && !Character.isSurrogate(c)) {
                continue;
            }
            if (isPair(text, i)) {
                i++;
                continue;
            }
            out.append(text, plain, i);
            escape(c);
            plain = i + 1;
        }
        out.append(text, plain, text.length()).append('"');
    }

    private static boolean isPair(String text, int i) {
        return Character.isHighSurrogate(text.charAt(i))
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
    }

    private void escape(char c) {
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default ->
                out.append("\\u")
                        .append(HEX[c >> 12])
                        .append(HEX[c >> 8 & 15])
                        .append(HEX[c >> 4 & 15])
                        .append(HEX[c & 15]);
        }
    }
}
