package io.tach.nativeio.wire;

import static io.tach.nativeio.wire.WireDescriptor.LENGTH_BYTES;
import static io.tach.nativeio.wire.WireDescriptor.MAX_FRAME_LENGTH;
import static io.tach.nativeio.wire.WireDescriptor.MIN_FRAME_LENGTH;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** The length prefix of a frame. Stateless, for any thread. */
public final class FrameCodec {
    private FrameCodec() {}

    /**
     * A payload with its length before it.
     *
     * @param payload from its position to its limit; not moved
     * @throws IllegalArgumentException if it is longer than a frame may be; who makes messages splits them
     */
    public static ByteBuffer encodeWithLength(ByteBuffer payload) {
        int length = payload.remaining();
        if (length < MIN_FRAME_LENGTH || length > MAX_FRAME_LENGTH) {
            throw new IllegalArgumentException("frame does not fit: length=" + length + " limit=" + MAX_FRAME_LENGTH);
        }
        ByteBuffer frame = ByteBuffer.allocate(LENGTH_BYTES + length).order(ByteOrder.LITTLE_ENDIAN);
        return frame.putInt(length).put(payload.duplicate()).flip();
    }

    /**
     * Takes the next payload off bytes that were read.
     *
     * @param in advanced beyond the frame, or not at all if the frame is not there yet
     * @return a view of {@code in}
     * @throws WireException for a length no frame has, as soon as the prefix is there
     */
    public static Optional<ByteBuffer> decodeWithLength(ByteBuffer in) throws WireException {
        if (in.remaining() < LENGTH_BYTES) {
            return Optional.empty();
        }
        int length = peekLength(in);
        if (in.remaining() - LENGTH_BYTES < length) {
            return Optional.empty();
        }
        ByteBuffer payload = in.slice(in.position() + LENGTH_BYTES, length);
        in.position(in.position() + LENGTH_BYTES + length);
        return Optional.of(payload);
    }

    /** The length that the prefix at the position says, checked. */
    static int peekLength(ByteBuffer in) throws WireException {
        int length = in.duplicate().order(ByteOrder.LITTLE_ENDIAN).getInt();
        if (length < MIN_FRAME_LENGTH || length > MAX_FRAME_LENGTH) {
            throw new WireException("bad-length", "length=" + Integer.toUnsignedString(length));
        }
        return length;
    }
}
