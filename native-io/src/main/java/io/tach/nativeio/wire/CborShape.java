package io.tach.nativeio.wire;

import java.nio.ByteBuffer;

/**
 * Checks a body before anything is built from it: exactly one item, definite lengths that fit, texts in UTF-8, no tags, no short floats,
 * bounded depth and number of values. What passes cannot make the decoder allocate more than a small multiple of the
 * frame.
 */
final class CborShape {
    /** The most values a body may hold; the largest real frames stay far below. */
    static final int MAX_VALUES = 1 << 21;

    private static final int UNSIGNED = 0;
    private static final int NEGATIVE = 1;
    private static final int BYTES = 2;
    private static final int TEXT = 3;
    private static final int ARRAY = 4;
    private static final int MAP = 5;
    private static final int SIMPLE = 7;

    private static final int FALSE = 20;
    private static final int NULL = 22;
    private static final int FLOAT64 = 27;

    private final ByteBuffer in;
    private final long[] open = new long[WireDescriptor.MAX_DEPTH];
    private int depth;
    private int values;

    private CborShape(ByteBuffer in) {
        this.in = in;
    }

    /**
     * Passes a well-formed body.
     *
     * @param body from its position to its limit; neither is moved
     * @throws WireException if it is anything else
     */
    static void check(ByteBuffer body) throws WireException {
        new CborShape(body.duplicate()).walk();
    }

    private void walk() throws WireException {
        if (!in.hasRemaining() || (in.get(in.position()) & 0xff) >> 5 != MAP) {
            throw new WireException("not-a-map", "bytes=" + in.remaining());
        }
        do {
            item();
            closeFull();
        } while (depth > 0);
        if (in.hasRemaining()) {
            throw bad("trailing bytes=" + in.remaining());
        }
    }

    private void item() throws WireException {
        if (++values > MAX_VALUES) {
            throw new WireException("too-many-values", "limit=" + MAX_VALUES);
        }
        if (depth > 0) {
            open[depth - 1]--;
        }
        int head = need(1).get() & 0xff;
        int major = head >> 5;
        int info = head & 0x1f;
        switch (major) {
            case UNSIGNED, NEGATIVE -> argument(info);
            case BYTES -> skip(argument(info));
            case TEXT -> text(argument(info));
            case ARRAY -> enter(argument(info), 1);
            case MAP -> enter(argument(info), 2);
            case SIMPLE -> simple(info);
            default -> throw bad("tag at=" + (in.position() - 1));
        }
    }

    private void simple(int info) throws WireException {
        if (info == FLOAT64) {
            skip(Double.BYTES);
        } else if (info < FALSE || info > NULL) {
            throw bad("simple value=" + info);
        }
    }

    private long argument(int info) throws WireException {
        return switch (info) {
            case 24 -> need(1).get() & 0xff;
            case 25 -> need(2).getShort() & 0xffff;
            case 26 -> need(4).getInt() & 0xffff_ffffL;
            case 27 -> need(8).getLong();
            case 28, 29, 30, 31 -> throw bad("indefinite or reserved length at=" + (in.position() - 1));
            default -> info;
        };
    }

    private void text(long bytes) throws WireException {
        int start = need(bytes).position();
        if (!WireText.isUtf8(in.slice(start, (int) bytes))) {
            throw bad("text is not utf-8 at=" + start);
        }
        skip(bytes);
    }

    private void skip(long bytes) throws WireException {
        need(bytes);
        in.position(in.position() + (int) bytes);
    }

    /** Each value takes a byte at least, so a count beyond what remains is a lie. */
    private void enter(long count, int valuesEach) throws WireException {
        if (count < 0 || count > in.remaining() / valuesEach) {
            throw bad("count=" + Long.toUnsignedString(count) + " remaining=" + in.remaining());
        }
        if (depth == open.length) {
            throw new WireException("too-deep", "limit=" + open.length);
        }
        open[depth++] = count * valuesEach;
    }

    private void closeFull() {
        while (depth > 0 && open[depth - 1] == 0) {
            depth--;
        }
    }

    private ByteBuffer need(long bytes) throws WireException {
        if (bytes < 0 || bytes > in.remaining()) {
            throw bad("wanted=" + Long.toUnsignedString(bytes) + " remaining=" + in.remaining());
        }
        return in;
    }

    private static WireException bad(String detail) {
        return new WireException("bad-cbor", detail);
    }
}
