package io.tach.engine.discover.cache;

import java.nio.charset.StandardCharsets;

/** Reads what {@link ByteSink} wrote. Of broken bytes it may throw any {@link RuntimeException}. */
final class ByteSource {
    private final byte[] bytes;
    private int at;

    ByteSource(byte[] bytes, int from) {
        this.bytes = bytes;
        this.at = from;
    }

    int position() {
        return at;
    }

    void skip(int count) {
        at = Math.addExact(at, count);
    }

    int single() {
        return bytes[at++];
    }

    int number() {
        byte b = bytes[at++];
        return b >= 0 ? b : (int) more(b & 0x7F);
    }

    long longNumber() {
        byte b = bytes[at++];
        return b >= 0 ? b : more(b & 0x7F);
    }

    private long more(long first) {
        long value = first;
        for (int shift = 7; ; shift += 7) {
            byte b = bytes[at++];
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
            if (shift > 63) {
                throw new IllegalArgumentException("a number without end");
            }
        }
    }

    long fixed() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 8) {
            value |= (bytes[at++] & 0xFFL) << shift;
        }
        return value;
    }

    /** The strings of a table, each made when it is first asked for. */
    static final class Strings {
        private final byte[] bytes;
        private final int[] offsets;
        private final String[] made;

        Strings(byte[] bytes, int from, int count) {
            this.bytes = bytes;
            if (count < 0 || count > bytes.length) {
                throw new IllegalArgumentException("a table longer than its file");
            }
            this.offsets = new int[count];
            this.made = new String[count];
            ByteSource source = new ByteSource(bytes, from);
            for (int i = 0; i < count; i++) {
                offsets[i] = source.at;
                source.skip(source.number());
            }
        }

        String get(int index) {
            String text = made[index];
            if (text == null) {
                ByteSource source = new ByteSource(bytes, offsets[index]);
                int length = source.number();
                text = decode(source.at, length);
                made[index] = text;
            }
            return text;
        }

        private String decode(int from, int length) {
            if (length == 0 || bytes[from] != 0) {
                return new String(bytes, from, length, StandardCharsets.UTF_8);
            }
            StringBuilder wide = new StringBuilder();
            for (int at = from + 2; at + 1 < from + length; at += 2) {
                wide.append((char) ((bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF)));
            }
            return wide.toString();
        }
    }
}
