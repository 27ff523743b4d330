package io.tach.engine.discover.cache;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Grows bytes: numbers of variable length, and strings by their index in one table. */
final class ByteSink {
    private byte[] bytes = new byte[1 << 12];
    private int length;

    void number(long value) {
        long left = value;
        while ((left & ~0x7FL) != 0) {
            single((int) (left & 0x7F) | 0x80);
            left >>>= 7;
        }
        single((int) left);
    }

    void single(int value) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, length * 2);
        }
        bytes[length++] = (byte) value;
    }

    void fixed(long value) {
        for (int shift = 0; shift < 64; shift += 8) {
            single((int) (value >>> shift));
        }
    }

    void bytes(byte[] other, int count) {
        if (length + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
        }
        System.arraycopy(other, 0, bytes, length, count);
        length += count;
    }

    void append(ByteSink other) {
        bytes(other.bytes, other.length);
    }

    int length() {
        return length;
    }

    byte[] toArray() {
        return Arrays.copyOf(bytes, length);
    }

    /** Strings in order of their first use. */
    static final class Strings {
        private final Map<String, Integer> indexes = new HashMap<>();
        private final ByteSink table = new ByteSink();

        int indexOf(String text) {
            Integer known = indexes.get(text);
            if (known != null) {
                return known;
            }
            int index = indexes.size();
            indexes.put(text, index);
            byte[] utf8 = modified(text);
            table.number(utf8.length);
            table.bytes(utf8, utf8.length);
            return index;
        }

        int size() {
            return indexes.size();
        }

        ByteSink table() {
            return table;
        }

        private static byte[] wide(String text) {
            byte[] units = new byte[2 + 2 * text.length()];
            for (int i = 0; i < text.length(); i++) {
                units[2 + 2 * i] = (byte) (text.charAt(i) >> 8);
                units[3 + 2 * i] = (byte) text.charAt(i);
            }
            return units;
        }

        /** A zero before UTF-16 stands for text with lone surrogates, which UTF-8 cannot say. */
        private static byte[] modified(String text) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            boolean exact =
                    text.isEmpty() || (text.charAt(0) != 0 && new String(utf8, StandardCharsets.UTF_8).equals(text));
            return exact ? utf8 : wide(text);
        }
    }
}
