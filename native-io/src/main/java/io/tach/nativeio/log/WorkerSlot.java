package io.tach.nativeio.log;

import static io.tach.nativeio.wire.WireDescriptor.SLOT_BYTES;
import static io.tach.nativeio.wire.WireDescriptor.SLOT_CHILD_PID;
import static io.tach.nativeio.wire.WireDescriptor.SLOT_MAGIC;
import static io.tach.nativeio.wire.WireDescriptor.SLOT_PHASE;
import static io.tach.nativeio.wire.WireDescriptor.SLOT_STARTED_NS;
import static io.tach.nativeio.wire.WireDescriptor.SLOT_STOP;
import static io.tach.nativeio.wire.WireDescriptor.SLOT_TEST_ID;
import static io.tach.nativeio.wire.WireDescriptor.SLOT_UNIT;
import static io.tach.nativeio.wire.WireDescriptor.SLOT_VERSION;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;

/**
 * The page shared with one worker. Readable after the worker's death, from any thread.
 *
 * <pre>
 *   0        4        8        12  13       16       20       24  25       32               40
 *  +--------+--------+--------+---+--------+--------+--------+---+--------+----------------+
 *  | "TACH" |version | test_id|pha|   -    |child   | unit   |sto|   -    | started_ns     |
 *  +--------+--------+--------+---+--------+--------+--------+---+--------+----------------+
 * </pre>
 */
public final class WorkerSlot {
    private static final VarHandle INTS = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** A worker writes a few words per phase; a reader that keeps meeting it half-way takes what it has. */
    private static final int TRIES = 16;

    private static final int MAGIC_OFFSET = 0;
    private static final int VERSION_OFFSET = 4;
    private static final byte STOP = 1;

    private final MappedByteBuffer page;

    private WorkerSlot(MappedByteBuffer page) {
        this.page = page;
    }

    /**
     * Maps the page of a file; the file may be closed then.
     *
     * @throws IOException if it is too short to be a slot, or says it is something else
     */
    public static WorkerSlot map(FileChannel file) throws IOException {
        if (file.size() < SLOT_BYTES) {
            throw new IOException("no slot page: bytes=" + file.size());
        }
        MappedByteBuffer page = file.map(FileChannel.MapMode.READ_WRITE, 0, SLOT_BYTES);
        page.order(ByteOrder.LITTLE_ENDIAN);
        if (page.getInt(MAGIC_OFFSET) != SLOT_MAGIC || page.getInt(VERSION_OFFSET) != SLOT_VERSION) {
            throw new IOException("no slot page: magic=0x" + Integer.toHexString(page.getInt(MAGIC_OFFSET))
                    + " version=" + page.getInt(VERSION_OFFSET));
        }
        return new WorkerSlot(page);
    }

    /** What the worker is doing, its fields of one moment unless the worker never stands still. */
    public SlotView view() {
        SlotView before = read();
        for (int i = 0; i < TRIES; i++) {
            SlotView now = read();
            if (now.equals(before)) {
                return now;
            }
            before = now;
        }
        return before;
    }

    private SlotView read() {
        return new SlotView(
                (int) INTS.getVolatile(page, SLOT_TEST_ID),
                (int) INTS.getVolatile(page, SLOT_PHASE) & 0xff,
                (int) INTS.getVolatile(page, SLOT_CHILD_PID),
                (int) INTS.getVolatile(page, SLOT_UNIT),
                (long) LONGS.getVolatile(page, SLOT_STARTED_NS));
    }

    /** Tells the worker to start no further test and to hand its queue back. */
    public void requestStop() {
        page.put(SLOT_STOP, STOP);
        VarHandle.fullFence();
    }
}
