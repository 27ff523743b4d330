package io.tach.actors.peer;

import io.tach.nativeio.wire.FrameWriter;
import java.io.IOException;
import java.nio.channels.SocketChannel;

/**
 * A link over a socket.
 *
 * @param <M> what may be sent
 */
public final class ChannelLink<M> implements Link<M> {

    /** Writes one message as a frame. */
    @FunctionalInterface
    public interface Write<M> {
        void write(FrameWriter writer, M message) throws IOException;
    }

    private final SocketChannel channel;
    private final FrameWriter writer;
    private final Write<M> write;

    /**
     * A link that owns the channel.
     *
     * @param channel connected, in blocking mode
     * @param write such as {@code FrameWriter::write}
     */
    public ChannelLink(SocketChannel channel, Write<M> write) {
        this.channel = channel;
        this.writer = new FrameWriter(channel);
        this.write = write;
    }

    @Override
    public void send(M message) {
        try {
            write.write(writer, message);
        } catch (IOException gone) {
            close();
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException alreadyGone) {
            // nothing of the peer is left to release
        }
    }
}
