package io.tach.nativeio.wire;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Text that may not be valid Unicode. Python holds file names it could not decode, and {@code "\ud800"} in a test's id,
 * as lone surrogates; such a text travels as bytes, each surrogate in three of them ({@code surrogatepass}).
 */
final class WireText {
    private static final char REPLACEMENT = '\ufffd';

    private WireText() {}

    /** The text as UTF-8; empty if it holds a lone surrogate. */
    static Optional<ByteBuffer> utf8(String text) {
        try {
            return Optional.of(StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text)));
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** Whether bytes are UTF-8, in which a surrogate has no place. Nothing is moved. */
    static boolean isUtf8(ByteBuffer bytes) {
        if (isAscii(bytes)) {
            return true;
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate());
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static boolean isAscii(ByteBuffer bytes) {
        for (int i = bytes.position(); i < bytes.limit(); i++) {
            if (bytes.get(i) < 0) {
                return false;
            }
        }
        return true;
    }

    /** The text as UTF-8, lone surrogates encoded as if they were characters. */
    static ByteBuffer surrogatePass(String text) {
        ByteBuffer out = ByteBuffer.allocate(text.length() * 3);
        text.codePoints().forEach(c -> put(out, c));
        return out.flip();
    }

    private static void put(ByteBuffer out, int c) {
        if (c < 0x80) {
            out.put((byte) c);
        } else if (c < 0x800) {
            out.put((byte) (0xc0 | c >> 6)).put(tail(c));
        } else if (c < 0x10000) {
            out.put((byte) (0xe0 | c >> 12)).put(tail(c >> 6)).put(tail(c));
        } else {
            out.put((byte) (0xf0 | c >> 18))
                    .put(tail(c >> 12))
                    .put(tail(c >> 6))
                    .put(tail(c));
        }
    }

    private static byte tail(int bits) {
        return (byte) (0x80 | (bits & 0x3f));
    }

    /** The text of bytes that {@link #surrogatePass} made. Bytes that mean nothing become U+FFFD. */
    static String ofSurrogatePass(ByteBuffer bytes) {
        ByteBuffer in = bytes.duplicate();
        StringBuilder text = new StringBuilder(in.remaining());
        while (in.hasRemaining()) {
            text.appendCodePoint(next(in));
        }
        return text.toString();
    }

    private static int next(ByteBuffer in) {
        int lead = in.get() & 0xff;
        if (lead < 0x80) {
            return lead;
        }
        int tails = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
        if (lead < 0xc2 || lead > 0xf4 || in.remaining() < tails) {
            return REPLACEMENT;
        }
        int c = lead & (0x3f >> tails);
        for (int i = 0; i < tails; i++) {
            int tail = in.get(in.position());
            if ((tail & 0xc0) != 0x80) {
                return REPLACEMENT;
            }
            in.get();
            c = (c << 6) | (tail & 0x3f);
        }
        return Character.isValidCodePoint(c) ? c : REPLACEMENT;
    }
}
