package io.tach.nativeio.log;

import io.tach.nativeio.posix.PosixCalls;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What workers write outside pytest's capture, one memfd each, by slot. A slot is a worker's number. The files are the
 * workers' own; they are held here so that they can be read after a worker was killed.
 *
 * <p>Safe for any thread; reading and clearing one slot is the business of the one actor that owns the worker.
 */
public final class LogCapture implements AutoCloseable {
    /** The most that is read of a slot, in bytes. */
    public static final int LOG_BUFFER_SIZE = 1024 * 1024;

    private static final int PAGE_BYTES = 4096;

    private final Map<Integer, FileChannel> files = new ConcurrentHashMap<>();

    /**
     * Takes over a worker's log; closes the one that held the slot before.
     *
     * @param slot the worker
     * @param file opened by {@link ProcFd#open}
     */
    public void attach(int slot, FileChannel file) throws IOException {
        FileChannel before = files.put(slot, file);
        if (before != null) {
            before.close();
        }
    }

    /** The log of a slot (the seed's {@code get_fd}). */
    public Optional<FileChannel> channel(int slot) {
        return Optional.ofNullable(files.get(slot));
    }

    /** How many slots have a log. */
    public int slotCount() {
        return files.size();
    }

    /**
     * What was written to a slot since it was cleared, its middle left out if it is more than {@link #LOG_BUFFER_SIZE},
     * and clears it. The worker appends, so it goes on at the start. What it writes between the two is lost.
     *
     * @return empty if the slot has no log
     */
    public String readAndClear(int slot) throws IOException {
        FileChannel file = files.get(slot);
        if (file == null) {
            return "";
        }
        String text = LogText.headAndTail(file, LOG_BUFFER_SIZE);
        if (file.size() > 0) {
            file.truncate(0);
        }
        return text;
    }

    /** The last of a slot, at most {@code maxBytes}; stays there. Empty if the slot has no log. */
    public String tail(int slot, int maxBytes) throws IOException {
        FileChannel file = files.get(slot);
        return file == null ? "" : LogText.tail(file, maxBytes);
    }

    /**
     * Gives back the memory of a log that a living worker has grown beyond a limit, all but its first and last part, so
     * that a test which prints without end does not fill the machine.
     *
     * @param slot the worker
     * @param descriptor {@link ProcFd#path} of the log in the living worker
     * @param limitBytes how much stays
     * @return whether anything was given back
     */
    public boolean punch(int slot, Path descriptor, long limitBytes, PosixCalls posix) throws IOException {
        FileChannel file = files.get(slot);
        if (file == null || file.size() <= limitBytes) {
            return false;
        }
        long start = roundUp(limitBytes / 2);
        long end = (file.size() - limitBytes / 2) / PAGE_BYTES * PAGE_BYTES;
        if (end <= start) {
            return false;
        }
        posix.punchHole(descriptor, start, end - start);
        return true;
    }

    private static long roundUp(long bytes) {
        return (bytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
    }

    /** Forgets a slot and closes its file. */
    public void detach(int slot) throws IOException {
        FileChannel file = files.remove(slot);
        if (file != null) {
            file.close();
        }
    }

    @Override
    public void close() throws IOException {
        for (int slot : files.keySet()) {
            detach(slot);
        }
    }
}
