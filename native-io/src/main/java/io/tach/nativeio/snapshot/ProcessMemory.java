package io.tach.nativeio.snapshot;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Reads another process's memory through {@code /proc/<pid>/mem}: a process of ours, or any for root. Reading marks no
 * page as written. Blocks only for as long as copying takes; one thread at a time.
 */
public final class ProcessMemory implements AutoCloseable {
    /** Bytes of a page. */
    public static final int PAGE_BYTES = 4096;

    /** The bits of a page's word in {@code pagemap} that say that it has content of its own. */
    private static final long PRESENT_OR_SWAPPED = 1L << 63 | 1L << 62;

    private final int pid;
    private final FileChannel memory;
    private final FileChannel pagemap;

    private ProcessMemory(int pid, FileChannel memory, FileChannel pagemap) {
        this.pid = pid;
        this.memory = memory;
        this.pagemap = pagemap;
    }

    /**
     * Opens it; it stays the same process's even when the number is given to another.
     *
     * @throws IOException if it is gone, or must not be read
     */
    public static ProcessMemory of(int pid) throws IOException {
        FileChannel memory = open(pid, "mem");
        try {
            return new ProcessMemory(pid, memory, open(pid, "pagemap"));
        } catch (IOException e) {
            memory.close();
            throw e;
        }
    }

    private static FileChannel open(int pid, String file) throws IOException {
        return FileChannel.open(Path.of("/proc/" + pid + "/" + file), StandardOpenOption.READ);
    }

    /**
     * Fills a buffer from an address on.
     *
     * @throws IOException if not all of it is mapped and readable, or the process has ended
     */
    public void read(long address, ByteBuffer into) throws IOException {
        fill(memory, address, into);
    }

    /**
     * Says of each page of a range whether it has content of its own: memory, or a place in the swap. An anonymous page
     * without holds zeros, any other what its file holds.
     *
     * @param start address of the first page
     * @param pages how many
     */
    boolean[] populated(long start, int pages) throws IOException {
        ByteBuffer words = ByteBuffer.allocate(pages * Long.BYTES).order(ByteOrder.nativeOrder());
        fill(pagemap, start / PAGE_BYTES * Long.BYTES, words);
        boolean[] populated = new boolean[pages];
        for (int i = 0; i < pages; i++) {
            populated[i] = (words.getLong(i * Long.BYTES) & PRESENT_OR_SWAPPED) != 0;
        }
        return populated;
    }

    private void fill(FileChannel from, long position, ByteBuffer into) throws IOException {
        long at = position;
        while (into.hasRemaining()) {
            int count = from.read(into, at);
            if (count <= 0) {
                throw new EOFException("nothing to read: pid=" + pid + " position=0x" + Long.toHexString(at));
            }
            at += count;
        }
        into.flip();
    }

    @Override
    public void close() throws IOException {
        memory.close();
        pagemap.close();
    }
}
