package io.tach.nativeio.snapshot;

import static io.tach.nativeio.snapshot.ProcessMemory.PAGE_BYTES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tach.nativeio.snapshot.PageChange.Kind;
import io.tach.nativeio.testing.PythonChild;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Looks at a Python process that waits for its next line. */
class WorkerSnapshotIT {
    private PythonChild child;
    private long area;

    @BeforeEach
    void mapFourPages() throws IOException {
        child = new PythonChild();
        child.run("import ctypes; m = mmap.mmap(-1, 4 * 4096, mmap.MAP_PRIVATE)");
        area = Long.parseLong(child.run("answer = ctypes.addressof(ctypes.c_char.from_buffer(m))"));
    }

    @AfterEach
    void end() throws InterruptedException {
        child.killHard();
    }

    /** It has answered before it waits for its next line. */
    private WorkerSnapshot look() throws IOException {
        awaitSleep(child.pid());
        return WorkerSnapshot.of(child.pid());
    }

    @Test
    void shouldFindAnIdleProcessUnchanged() throws IOException {
        WorkerSnapshot first = look();
        WorkerSnapshot second = look();

        assertTrue(first.pages() > 500, first::toString);
        assertEquals(List.of(), first.changesTo(second));
        assertEquals(List.of(), first.regionsNotIn(second));
    }

    @Test
    void shouldFindThePageThatWasWrittenAndSeeItRestored() throws IOException {
        child.run("m[5000] = 1");
        WorkerSnapshot before = look();

        child.run("m[4096 + 904] = 2");
        WorkerSnapshot changed = look();
        child.run("m[5000] = 1");
        WorkerSnapshot restored = look();

        assertEquals(List.of(Kind.CHANGED), kindsAt(before.changesTo(changed), area + PAGE_BYTES));
        assertEquals(List.of(), kindsAt(before.changesTo(restored), area + PAGE_BYTES));
    }

    @Test
    void shouldTakeUntouchedPagesForZeros() throws IOException {
        WorkerSnapshot untouched = look();
        child.run("m[0] = 7");
        WorkerSnapshot written = look();
        child.run("m[0] = 0");
        WorkerSnapshot zeroed = look();

        assertEquals(0, untouched.hashAt(area).orElseThrow());
        assertEquals(List.of(Kind.CHANGED), kindsAt(untouched.changesTo(written), area));
        assertEquals(List.of(Kind.CHANGED), kindsAt(written.changesTo(zeroed), area));
        assertEquals(List.of(), kindsAt(untouched.changesTo(zeroed), area));
    }

    @Test
    void shouldSeeMappingsComeAndGo() throws IOException {
        WorkerSnapshot before = look();
        long address = Long.parseLong(
                child.run(
                        "n = mmap.mmap(-1, 8192, mmap.MAP_PRIVATE); n[0] = 1; answer = ctypes.addressof(ctypes.c_char.from_buffer(n))"));
        WorkerSnapshot mapped = look();

        assertEquals(List.of(Kind.APPEARED), kindsAt(before.changesTo(mapped), address));
        assertEquals(List.of(Kind.GONE), kindsAt(mapped.changesTo(before), address));
        assertTrue(before.hashAt(address).isEmpty());
        assertTrue(mapped.regionsNotIn(before).stream().anyMatch(r -> r.contains(address)));
    }

    @Test
    void shouldCompareAProcessWithItsFork() throws Exception {
        child.run("m[0] = 1; r, w = os.pipe()");
        int pid = Integer.parseInt(
                child.run("answer = os.fork() or [m.__setitem__(4096, 9), os.close(w), os.read(r, 1), os._exit(0)]"));
        awaitSleep(pid);

        List<PageChange> changes = look().changesTo(WorkerSnapshot.of(pid));

        assertEquals(List.of(), kindsAt(changes, area));
        assertEquals(List.of(Kind.CHANGED), kindsAt(changes, area + PAGE_BYTES));
    }

    /** Waits until the process stands in a system call. */
    private static void awaitSleep(int pid) throws IOException {
        java.nio.file.Path stat = java.nio.file.Path.of("/proc/" + pid + "/stat");
        while (!java.nio.file.Files.readString(stat).contains(") S ")) {
            Thread.onSpinWait();
        }
    }

    @Test
    void shouldReadWhatIsThere() throws IOException {
        child.run("m[4096:4102] = b'golden'");
        try (ProcessMemory memory = ProcessMemory.of(child.pid())) {
            AlignedSegment before = AlignedSegment.read(memory, area, 4);
            child.run("m[4096:4102] = b'gilded'");
            AlignedSegment after = AlignedSegment.read(memory, area, 4);

            assertEquals('g', before.data().get(PAGE_BYTES));
            assertEquals(2, before.differingBytes(after)); // o and n
            assertThrows(IOException.class, () -> AlignedSegment.read(memory, PAGE_BYTES, 1));
        }
    }

    @Test
    void shouldNotTakeADeadProcessForAnEmptyOne() throws Exception {
        child.killHard();

        assertThrows(IOException.class, this::look);
    }

    private static List<Kind> kindsAt(List<PageChange> changes, long page) {
        return changes.stream()
                .filter(c -> c.address() == page)
                .map(PageChange::kind)
                .toList();
    }
}
