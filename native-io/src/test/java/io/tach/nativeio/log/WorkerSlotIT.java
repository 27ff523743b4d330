package io.tach.nativeio.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tach.nativeio.testing.PythonChild;
import io.tach.nativeio.wire.WireDescriptor;
import java.io.IOException;
import java.nio.channels.FileChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a page that a real process shares. */
class WorkerSlotIT {
    private PythonChild child;
    private int fd;

    @BeforeEach
    void makePage() throws IOException {
        child = new PythonChild();
        fd = Integer.parseInt(child.run("answer = fd = os.memfd_create('slot'); os.ftruncate(fd, 4096)"));
        child.run("page = mmap.mmap(fd, 4096)");
        child.run("struct.pack_into('<4sIIB3xIIB7xQ', page, 0, b'TACH', 1, 0xffffffff, 6, 0, 0xffffffff, 0, 0)");
    }

    @AfterEach
    void close() throws InterruptedException {
        child.killHard();
    }

    private WorkerSlot map() throws IOException {
        try (FileChannel file = ProcFd.open(child.pid(), fd)) {
            return WorkerSlot.map(file);
        }
    }

    @Test
    void shouldSeeAWorkerThatDoesNothing() throws IOException {
        SlotView view = map().view();

        assertEquals(
                new SlotView(WireDescriptor.SLOT_NONE, WireDescriptor.PHASE_BOOT, 0, WireDescriptor.SLOT_NONE, 0),
                view);
        assertFalse(view.hasTest());
    }

    @Test
    void shouldSeeWhatAKilledWorkerWasDoing() throws Exception {
        WorkerSlot slot = map();
        child.run("struct.pack_into('<IB3xIIB7xQ', page, 8, 70000, 3, 4711, 12, 0, 1 << 40)");
        child.killHard();

        SlotView view = slot.view();

        assertEquals(new SlotView(70_000, WireDescriptor.PHASE_CALL, 4711, 12, 1L << 40), view);
        assertTrue(view.hasTest());
    }

    @Test
    void shouldTellTheWorkerToStop() throws IOException {
        assertEquals("0", child.run("answer = page[24]"));

        map().requestStop();

        assertEquals("1", child.run("answer = page[24]"));
    }

    @Test
    void shouldTellTimeAsTheWorkerDoes() throws IOException {
        long before = System.nanoTime();
        child.run("import time; struct.pack_into('<Q', page, 32, time.monotonic_ns())");
        long after = System.nanoTime();

        long startedNs = map().view().startedNs();

        assertTrue(before <= startedNs && startedNs <= after, before + " <= " + startedNs + " <= " + after);
    }

    @Test
    void shouldRefuseAFileThatIsNoSlot() throws IOException {
        child.run("page[0] = 0");
        assertThrows(IOException.class, this::map);

        child.run("page.close(); os.ftruncate(fd, 100)");
        assertThrows(IOException.class, this::map);
    }
}
