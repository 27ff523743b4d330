package io.tach.nativeio.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {

    /** Hands out bytes in pieces and counts how often it was asked. */
    private static final class PiecesChannel implements ReadableByteChannel {
        private final ByteBuffer bytes;
        private final int pieceBytes;
        private int reads;

        PiecesChannel(ByteBuffer bytes, int pieceBytes) {
            this.bytes = bytes;
            this.pieceBytes = pieceBytes;
        }

        @Override
        public int read(ByteBuffer to) {
            reads++;
            int length = Math.min(Math.min(pieceBytes, to.remaining()), bytes.remaining());
            if (length == 0) {
                return -1;
            }
            to.put(bytes.slice(bytes.position(), length));
            bytes.position(bytes.position() + length);
            return length;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    private static ByteBuffer stream(List<ToWorker> messages) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        FrameWriter writer = new FrameWriter(Channels.newChannel(out));
        for (ToWorker message : messages) {
            writer.write(message);
        }
        return ByteBuffer.wrap(out.toByteArray());
    }

    private static List<ToWorker> readAll(ReadableByteChannel channel) throws IOException {
        FrameReader reader = new FrameReader(channel);
        List<ToWorker> messages = new ArrayList<>();
        for (var payload = reader.next(); payload.isPresent(); payload = reader.next()) {
            messages.add(MessageCodec.decodeToWorker(payload.get()));
        }
        return messages;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 1000})
    void shouldReadFramesHoweverTheyArrive(int pieceBytes) throws IOException {
        assertEquals(
                SampleMessages.TO_WORKER, readAll(new PiecesChannel(stream(SampleMessages.TO_WORKER), pieceBytes)));
    }

    @Test
    void shouldReadManyFramesPerCall() throws IOException {
        List<ToWorker> many = Collections.nCopies(1000, new ToWorker.SignalTest(1, 2));
        PiecesChannel channel = new PiecesChannel(stream(many), Integer.MAX_VALUE);

        assertEquals(many, readAll(channel));

        assertEquals(2, channel.reads); // all of it, and the end
    }

    @Test
    void shouldReadAFrameThatIsLargerThanTheBufferAndSmallOnesAfterIt() throws IOException {
        List<ToWorker> messages = new ArrayList<>(SampleMessages.TO_WORKER);
        messages.add(1, new ToWorker.Collect(Collections.nCopies(200_000, 70_000)));

        assertEquals(messages, readAll(new PiecesChannel(stream(messages), 100_000)));
    }

    @Test
    void shouldReportAStreamThatEndsWithinAFrame() throws IOException {
        ByteBuffer cut = stream(List.of(new ToWorker.Drain()));
        cut.limit(cut.limit() - 1);
        FrameReader reader = new FrameReader(new PiecesChannel(cut, Integer.MAX_VALUE));

        assertEquals(
                "half-frame", assertThrows(WireException.class, reader::next).slug());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, WireDescriptor.MAX_FRAME_LENGTH + 1, Integer.MAX_VALUE, Integer.MIN_VALUE, -1})
    void shouldRefuseALengthNoFrameHasBeforeReadingIt(int length) {
        ByteBuffer prefix = ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(length)
                .flip();
        FrameReader reader = new FrameReader(new PiecesChannel(prefix, Integer.MAX_VALUE));

        assertEquals(
                "bad-length", assertThrows(WireException.class, reader::next).slug());
    }

    @Test
    void shouldTakeTheLargestFrameAndRefuseToMakeALargerOne() throws WireException {
        ByteBuffer largest = ByteBuffer.allocate(WireDescriptor.MAX_FRAME_LENGTH);
        ByteBuffer frame = FrameCodec.encodeWithLength(largest);

        assertEquals(largest, FrameCodec.decodeWithLength(frame).orElseThrow());
        assertFalse(frame.hasRemaining());
        assertThrows(
                IllegalArgumentException.class,
                () -> FrameCodec.encodeWithLength(ByteBuffer.allocate(WireDescriptor.MAX_FRAME_LENGTH + 1)));
    }
}
