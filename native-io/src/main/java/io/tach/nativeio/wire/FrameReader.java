package io.tach.nativeio.wire;

import static io.tach.nativeio.wire.WireDescriptor.LENGTH_BYTES;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Optional;

/**
 * Reads frames from a blocking channel, as many per system call as have arrived. Owned by the one thread that reads this
 * peer.
 */
public final class FrameReader {
    private static final int USUAL_BYTES = 64 * 1024;

    private final ReadableByteChannel channel;
    private ByteBuffer buffer = ByteBuffer.allocate(USUAL_BYTES).limit(0);

    /**
     * A reader that does not own the channel.
     *
     * @param channel in blocking mode
     */
    public FrameReader(ReadableByteChannel channel) {
        this.channel = channel;
    }

    /**
     * The next payload; blocks until it is there.
     *
     * @return a view that is valid until the next call, or empty at the end of the stream
     * @throws WireException if the length is wrong or the stream ends within a frame
     * @throws IOException if reading fails, or another thread closed the channel
     */
    public Optional<ByteBuffer> next() throws IOException {
        Optional<ByteBuffer> payload = FrameCodec.decodeWithLength(buffer);
        while (payload.isEmpty()) {
            if (!fill()) {
                return atEnd();
            }
            payload = FrameCodec.decodeWithLength(buffer);
        }
        return payload;
    }

    /**
     * True if {@link #next} would not block: what arrived together can be handed on together.
     *
     * @throws WireException if the next length is wrong
     */
    public boolean hasBuffered() throws WireException {
        return buffer.remaining() >= LENGTH_BYTES && buffer.remaining() - LENGTH_BYTES >= FrameCodec.peekLength(buffer);
    }

    private Optional<ByteBuffer> atEnd() throws WireException {
        if (buffer.hasRemaining()) {
            throw new WireException(WireException.HALF_FRAME, "bytes=" + buffer.remaining());
        }
        return Optional.empty();
    }

    /** False at the end of the stream. The length has been checked before the buffer grows for it. */
    private boolean fill() throws IOException {
        int wanted = buffer.remaining() < LENGTH_BYTES ? LENGTH_BYTES : LENGTH_BYTES + FrameCodec.peekLength(buffer);
        makeRoom(wanted);
        int read = channel.read(buffer);
        buffer.flip();
        return read >= 0;
    }

    /** Moves what is left to the front and leaves the buffer ready to be read into. */
    private void makeRoom(int wanted) {
        int capacity = Math.max(USUAL_BYTES, wanted);
        if (buffer.capacity() < wanted || buffer.capacity() > capacity) {
            buffer = ByteBuffer.allocate(capacity).put(buffer);
        } else {
            buffer.compact();
        }
    }
}
