package io.tach.nativeio.snapshot;

import static io.tach.nativeio.snapshot.ProcessMemory.PAGE_BYTES;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Whole pages of a process's memory, copied.
 *
 * @param base address of the first page
 * @param data their bytes; read-only, position 0
 */
public record AlignedSegment(long base, ByteBuffer data) {

    /** @throws IllegalArgumentException if it does not begin or end at a page's edge */
    public AlignedSegment {
        if (base % PAGE_BYTES != 0 || data.remaining() % PAGE_BYTES != 0) {
            throw new IllegalArgumentException(
                    "not whole pages: base=0x" + Long.toHexString(base) + " bytes=" + data.remaining());
        }
        data = data.slice().asReadOnlyBuffer();
    }

    /**
     * Copies pages.
     *
     * @param base address of the first
     * @param pages how many
     */
    public static AlignedSegment read(ProcessMemory memory, long base, int pages) throws IOException {
        ByteBuffer data = ByteBuffer.allocate(pages * PAGE_BYTES);
        memory.read(base, data);
        return new AlignedSegment(base, data);
    }

    /** How many pages it has. */
    public int pages() {
        return data.limit() / PAGE_BYTES;
    }

    /**
     * How many bytes are not the same.
     *
     * @throws IllegalArgumentException if the other is not as long
     */
    public long differingBytes(AlignedSegment other) {
        if (other.data.limit() != data.limit()) {
            throw new IllegalArgumentException("bytes=" + data.limit() + " other=" + other.data.limit());
        }
        long count = 0;
        for (int i = 0; i < data.limit(); i++) {
            count += data.get(i) == other.data.get(i) ? 0 : 1;
        }
        return count;
    }
}
