package io.tach.nativeio.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** Writes whole frames to a blocking channel. Any thread may call it; frames never mix. */
public final class FrameWriter {
    private final WritableByteChannel channel;

    /**
     * A writer that does not own the channel.
     *
     * @param channel in blocking mode
     */
    public FrameWriter(WritableByteChannel channel) {
        this.channel = channel;
    }

    /** Writes a message for the zygote; blocks while the peer's buffer is full. */
    public void write(ToZygote message) throws IOException {
        writePayload(MessageCodec.encode(message));
    }

    /** Writes a message for a worker; blocks while the peer's buffer is full. */
    public void write(ToWorker message) throws IOException {
        writePayload(MessageCodec.encode(message));
    }

    /**
     * Writes one frame.
     *
     * @param payload command byte and body; not moved
     */
    public synchronized void writePayload(ByteBuffer payload) throws IOException {
        ByteBuffer frame = FrameCodec.encodeWithLength(payload);
        while (frame.hasRemaining()) {
            channel.write(frame);
        }
    }
}
