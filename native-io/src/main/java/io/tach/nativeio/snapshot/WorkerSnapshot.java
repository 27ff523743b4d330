package io.tach.nativeio.snapshot;

import static io.tach.nativeio.snapshot.ProcessMemory.PAGE_BYTES;

import io.tach.nativeio.snapshot.PageChange.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a process's memory was like: the hash of every page that it may write and that nobody shares, which are the pages
 * a rewind restores. Two of them tell whether a rewind was exact, or how a worker differs from its twin. Immutable.
 *
 * <p>The caller sees to it that the process stands still meanwhile: stopped, or waiting for something that does not come.
 */
public final class WorkerSnapshot {
    /** So many pages are read at once. */
    private static final int BATCH_PAGES = 256;

    private final int pid;
    private final List<MemoryRegion> regions;
    /** Pages by address; those of zeros are left out. */
    private final NavigableMap<Long, Long> hashes;

    private WorkerSnapshot(int pid, List<MemoryRegion> regions, NavigableMap<Long, Long> hashes) {
        this.pid = pid;
        this.regions = regions;
        this.hashes = hashes;
    }

    /**
     * Takes one; 40 MB take about a tenth of a second.
     *
     * @throws IOException if the process is gone, must not be read, or changed its mappings meanwhile
     */
    public static WorkerSnapshot of(int pid) throws IOException {
        List<MemoryRegion> regions = MemoryRegion.of(pid).stream()
                .filter(r -> r.isReadable() && r.isWritable() && !r.isShared())
                .toList();
        NavigableMap<Long, Long> hashes = new TreeMap<>();
        try (ProcessMemory memory = ProcessMemory.of(pid)) {
            Reader reader = new Reader(memory, hashes);
            for (MemoryRegion region : regions) {
                reader.read(region);
            }
        }
        return new WorkerSnapshot(pid, regions, hashes);
    }

    /** Reads regions batch by batch. */
    private static final class Reader {
        private final ProcessMemory memory;
        private final Map<Long, Long> hashes;
        private final PageHash hash = new PageHash();
        private final ByteBuffer page = ByteBuffer.allocate(PAGE_BYTES);

        Reader(ProcessMemory memory, Map<Long, Long> hashes) {
            this.memory = memory;
            this.hashes = hashes;
        }

        void read(MemoryRegion region) throws IOException {
            for (long start = region.start(); start < region.end(); start += (long) BATCH_PAGES * PAGE_BYTES) {
                int pages = (int) Math.min(BATCH_PAGES, (region.end() - start) / PAGE_BYTES);
                boolean[] populated = memory.populated(start, pages);
                for (int i = 0; i < pages; i++) {
                    if (populated[i] || !region.isAnonymous()) {
                        add(start + (long) i * PAGE_BYTES);
                    }
                }
            }
        }

        private void add(long address) throws IOException {
            memory.read(address, page.clear());
            long value = hash.of(page);
            if (value != PageHash.ZEROS) {
                hashes.put(address, value);
            }
        }
    }

    /** The process. */
    public int pid() {
        return pid;
    }

    /** The mappings it covers, by ascending address. */
    public List<MemoryRegion> regions() {
        return regions;
    }

    /** How many pages hold anything but zeros. */
    public int pages() {
        return hashes.size();
    }

    /**
     * The hash of a page.
     *
     * @param address any address in it
     * @return 0 for a page of zeros; empty if it is not covered
     */
    public Optional<Long> hashAt(long address) {
        long page = address / PAGE_BYTES * PAGE_BYTES;
        return regionAt(page).map(region -> hashes.getOrDefault(page, PageHash.ZEROS));
    }

    /** What is different in a later snapshot of this process, or in one of another; by ascending address. */
    public List<PageChange> changesTo(WorkerSnapshot later) {
        List<PageChange> changes = new ArrayList<>();
        hashes.forEach((page, hash) -> {
            Optional<Long> now = later.hashAt(page);
            MemoryRegion region = regionAt(page).orElseThrow();
            if (now.isEmpty()) {
                changes.add(new PageChange(page, Kind.GONE, region));
            } else if (!now.get().equals(hash)) {
                changes.add(new PageChange(page, Kind.CHANGED, region));
            }
        });
        later.hashes.keySet().stream().filter(page -> !hashes.containsKey(page)).forEach(page -> {
            Optional<MemoryRegion> here = regionAt(page);
            Kind kind = here.isPresent() ? Kind.CHANGED : Kind.APPEARED;
            changes.add(new PageChange(
                    page, kind, here.or(() -> later.regionAt(page)).orElseThrow()));
        });
        changes.sort((a, b) -> Long.compareUnsigned(a.address(), b.address()));
        return List.copyOf(changes);
    }

    /** The mappings that the other does not have exactly so: same addresses, permissions and file. */
    public List<MemoryRegion> regionsNotIn(WorkerSnapshot other) {
        return regions.stream().filter(r -> !other.regions.contains(r)).toList();
    }

    private Optional<MemoryRegion> regionAt(long address) {
        int low = 0;
        int high = regions.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            MemoryRegion region = regions.get(middle);
            if (region.contains(address)) {
                return Optional.of(region);
            }
            if (Long.compareUnsigned(address, region.start()) < 0) {
                high = middle - 1;
            } else {
                low = middle + 1;
            }
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return "WorkerSnapshot[pid=" + pid + ", regions=" + regions.size() + ", pages=" + pages() + "]";
    }
}
