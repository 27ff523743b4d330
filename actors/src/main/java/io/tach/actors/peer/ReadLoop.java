package io.tach.actors.peer;

import io.tach.nativeio.wire.FrameReader;
import io.tach.nativeio.wire.WireException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads one peer until it ends. What arrived together is handed on together, so an actor gets one message per read and
 * not one per frame. Runs on a thread of its own for as long as the peer lives.
 *
 * @param <M> what the peer says
 */
public final class ReadLoop<M> implements Runnable {

    /** Decodes one frame. */
    @FunctionalInterface
    public interface Decode<M> {
        M decode(ByteBuffer payload) throws WireException;
    }

    /** Told on the loop's thread; must not block. */
    public interface Listener<M> {

        /** Frames arrived. */
        void onBatch(List<M> batch);

        /**
         * How long to let frames gather before the next read, in nanoseconds. Each read wakes a chain of threads; a peer
         * whose news can wait a moment is heard at a lower cost.
         */
        default long restNs(List<M> batch) {
            return 0;
        }

        /** Nothing follows: the peer hung up, or broke the protocol. */
        void onEnd(Optional<WireException> violation);
    }

    private final FrameReader reader;
    private final Decode<M> decode;
    private final Listener<M> listener;

    /** A loop over a channel that others own and close. */
    public ReadLoop(ReadableByteChannel channel, Decode<M> decode, Listener<M> listener) {
        this(new FrameReader(channel), decode, listener);
    }

    /** A loop that goes on where somebody else has begun to read. */
    public ReadLoop(FrameReader reader, Decode<M> decode, Listener<M> listener) {
        this.reader = reader;
        this.decode = decode;
        this.listener = listener;
    }

    @Override
    public void run() {
        listener.onEnd(readToEnd());
    }

    private Optional<WireException> readToEnd() {
        List<M> batch = new ArrayList<>();
        try {
            Optional<ByteBuffer> frame = reader.next();
            while (frame.isPresent()) {
                batch.add(decode.decode(frame.get()));
                if (!reader.hasBuffered()) {
                    listener.onBatch(batch);
                    rest(batch);
                    batch = new ArrayList<>();
                }
                frame = reader.next();
            }
            return Optional.empty();
        } catch (WireException violation) {
            deliver(batch);
            return Optional.of(violation).filter(v -> !v.isCutOff());
        } catch (IOException hungUp) {
            deliver(batch);
            return Optional.empty();
        }
    }

    private void rest(List<M> batch) {
        long ns = listener.restNs(batch);
        if (ns > 0) {
            LockSupport.parkNanos(ns);
        }
    }

    /** What came before the end counts. */
    private void deliver(List<M> batch) {
        if (!batch.isEmpty()) {
            listener.onBatch(batch);
        }
    }
}
