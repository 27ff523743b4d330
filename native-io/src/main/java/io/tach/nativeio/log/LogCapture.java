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
 * <p>Slots may be used from any threads, one slot from one thread at a time: it is the business of the worker's owner.
 */
public final class LogCapture implements AutoCloseable {
    /** The most that is read of a slot at once, in bytes. */
    public static final int LOG_BUFFER_SIZE = 1024 * 1024;

    private static final int PAGE_BYTES = 4096;

    /** A worker's log. A writer goes on where it stood, so nothing is truncated: what was read is remembered. */
    private static final class Log {
        private final FileChannel file;
        private long readUpTo;
        private long freedUpTo;

        Log(FileChannel file) {
            this.file = file;
        }

        String take() throws IOException {
            long end = file.size();
            long start = readUpTo <= end ? readUpTo : 0; // a test may have truncated it
            readUpTo = end;
            return LogText.headAndTail(file, start, end, LOG_BUFFER_SIZE);
        }

        boolean free(Path descriptor, long keepBytes, PosixCalls posix) throws IOException {
            long end = (file.size() - keepBytes) / PAGE_BYTES * PAGE_BYTES;
            if (end - freedUpTo <= keepBytes) {
                return false;
            }
            posix.punchHole(descriptor, 0, end);
            freedUpTo = end;
            return true;
        }
    }

    private final Map<Integer, Log> logs = new ConcurrentHashMap<>();

    /**
     * Takes over a worker's log; closes the one that held the slot before.
     *
     * @param slot the worker
     * @param file opened by {@link ProcFd#open}
     */
    public void attach(int slot, FileChannel file) throws IOException {
        close(logs.put(slot, new Log(file)));
    }

    /** The log of a slot (the seed's {@code get_fd}). */
    public Optional<FileChannel> channel(int slot) {
        return Optional.ofNullable(logs.get(slot)).map(log -> log.file);
    }

    /** How many slots have a log. */
    public int slotCount() {
        return logs.size();
    }

    /**
     * What was written to a slot since the last call, its middle left out if it is more than {@link #LOG_BUFFER_SIZE}.
     *
     * @return empty if the slot has no log
     */
    public String readAndClear(int slot) throws IOException {
        Log log = logs.get(slot);
        return log == null ? "" : log.take();
    }

    /** The last of a slot, at most {@code maxBytes}, read before or not. Empty if the slot has no log. */
    public String tail(int slot, int maxBytes) throws IOException {
        Log log = logs.get(slot);
        return log == null ? "" : LogText.tail(log.file, maxBytes);
    }

    /**
     * Gives back the memory of a log that a living worker has grown by more than twice {@code keepBytes} since the last
     * time, all but its end, so that a test which prints without end does not fill the machine.
     *
     * @param slot the worker
     * @param descriptor {@link ProcFd#path} of the log in the living worker
     * @param keepBytes how much stays
     * @return whether anything was given back
     */
    public boolean punch(int slot, Path descriptor, long keepBytes, PosixCalls posix) throws IOException {
        Log log = logs.get(slot);
        return log != null && log.free(descriptor, keepBytes, posix);
    }

    /** Forgets a slot and closes its file. */
    public void detach(int slot) throws IOException {
        close(logs.remove(slot));
    }

    private static void close(Log log) throws IOException {
        if (log != null) {
            log.file.close();
        }
    }

    @Override
    public void close() throws IOException {
        for (int slot : logs.keySet()) {
            detach(slot);
        }
    }
}
