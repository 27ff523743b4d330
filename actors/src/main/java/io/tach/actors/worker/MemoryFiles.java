package io.tach.actors.worker;

import io.tach.engine.verdict.Output;
import io.tach.engine.verdict.Phase;
import io.tach.nativeio.log.LogText;
import io.tach.nativeio.log.ProcFd;
import io.tach.nativeio.log.SlotView;
import io.tach.nativeio.log.WorkerSlot;
import io.tach.nativeio.posix.PosixCalls;
import io.tach.nativeio.posix.ProcessState;
import io.tach.nativeio.wire.FromWorker.Fds;
import io.tach.nativeio.wire.FromWorker.WorkerReady;
import io.tach.nativeio.wire.WireDescriptor;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** The memfds of a worker, opened through {@code /proc} while it lives. */
public final class MemoryFiles implements WorkerFiles {
    /** What may be read of one file. */
    private static final int READ_BYTES = 1 << 20;

    private static final long TRIM_BYTES = 64L << 20;
    private static final long KEPT_BYTES = 2L << 20;
    private static final int PAGE_BYTES = 4096;
    private static final String OOM_KILLS = "oom_kill ";

    private final int pid;
    private final Fds fds;
    private final PosixCalls posix;
    private final List<FileChannel> opened;
    private final WorkerSlot slot;

    private MemoryFiles(int pid, Fds fds, PosixCalls posix, List<FileChannel> opened, WorkerSlot slot) {
        this.pid = pid;
        this.fds = fds;
        this.posix = posix;
        this.opened = opened;
        this.slot = slot;
    }

    /**
     * Opens what a worker named; it is still there, since it waits for its first command.
     *
     * @throws IOException if it is gone, or names what it does not have
     */
    public static MemoryFiles open(WorkerReady ready, PosixCalls posix) throws IOException {
        Fds fds = ready.fds();
        List<FileChannel> opened = new ArrayList<>();
        try (FileChannel page = ProcFd.open(ready.pid(), fds.slot())) {
            for (int fd : new int[] {fds.log(), fds.out(), fds.err(), fds.stacks()}) {
                opened.add(ProcFd.open(ready.pid(), fd));
            }
            return new MemoryFiles(ready.pid(), fds, posix, opened, WorkerSlot.map(page));
        } catch (IOException e) {
            closeAll(opened);
            throw e;
        }
    }

    @Override
    public Activity activity() {
        SlotView view = slot.view();
        return new Activity(
                Phase.ofCode(view.phase()), numbered(view.testId()), numbered(view.unit()), view.childPid());
    }

    private static OptionalInt numbered(int value) {
        return value == WireDescriptor.SLOT_NONE ? OptionalInt.empty() : OptionalInt.of(value);
    }

    @Override
    public void requestStop() {
        slot.requestStop();
    }

    @Override
    public long stacksBytes() {
        try {
            return stacks().size();
        } catch (IOException e) {
            return 0; // what cannot be read has not grown
        }
    }

    @Override
    public Output output() {
        return new Output(text(opened.get(1)), text(opened.get(2)), text(opened.get(0)), text(stacks()));
    }

    private FileChannel stacks() {
        return opened.get(3);
    }

    private static String text(FileChannel file) {
        try {
            return LogText.headAndTail(file, READ_BYTES);
        } catch (IOException e) {
            return ""; // a verdict without output is better than none
        }
    }

    @Override
    public void trim() {
        punch(opened.get(0), fds.log());
        punch(opened.get(1), fds.out());
        punch(opened.get(2), fds.err());
    }

    /** Gives back all but the first and last part, so that a test which prints without end does not fill the memory. */
    private void punch(FileChannel file, int fd) {
        try {
            long size = file.size();
            if (size > TRIM_BYTES) {
                long end = (size - KEPT_BYTES) / PAGE_BYTES * PAGE_BYTES;
                posix.punchHole(ProcFd.path(pid, fd), KEPT_BYTES, end - KEPT_BYTES);
            }
        } catch (IOException | RuntimeException e) {
            return; // the worker has gone in the meantime
        }
    }

    @Override
    public long oomKills() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/vmstat"))) {
            return lines.filter(line -> line.startsWith(OOM_KILLS))
                    .mapToLong(line -> Long.parseLong(line.substring(OOM_KILLS.length())))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0; // then nobody can tell
        }
    }

    @Override
    public boolean isStopped() {
        int child = slot.view().childPid();
        return ProcessState.of(child != 0 ? child : pid) == ProcessState.STOPPED;
    }

    @Override
    public void close() {
        closeAll(opened);
    }

    private static void closeAll(List<FileChannel> files) {
        files.forEach(MemoryFiles::closeQuietly);
    }

    /** Nothing was written, so nothing can be lost. */
    private static void closeQuietly(FileChannel file) {
        try {
            file.close();
        } catch (IOException e) {
            return;
        }
    }
}
