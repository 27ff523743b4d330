package io.tach.actors.discovery;

import io.tach.actors.memory.ProjectMemory;
import io.tach.engine.discover.Outline;
import io.tach.engine.discover.cache.FileStamp;
import io.tach.engine.discover.cache.OutlineCache;
import io.tach.engine.scan.OutlineScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.zip.Adler32;
import java.util.zip.CRC32;

/**
 * The outlines of a project's files, from the cache in {@code .tach} where the file is still the same. Safe for several
 * threads.
 */
final class OutlineStore {
    private static final String FILE = "outlines";
    /** Fewer files than this are read before a second thread has started. */
    private static final int FEW = 8;

    private final Path root;
    private final ProjectMemory memory;
    private final OutlineCache before;
    private final long startedNs = now();
    private final Map<String, OutlineCache.Stamped> read = new ConcurrentHashMap<>();
    private final ThreadLocal<OutlineScanner> scanners = ThreadLocal.withInitial(OutlineScanner::new);
    private volatile boolean changed;

    /** @param fresh true to read every file, whatever the cache says */
    OutlineStore(Path root, boolean fresh) {
        this.root = root;
        this.memory = ProjectMemory.of(root);
        this.before = OutlineCache.read(fresh ? new byte[0] : stored());
    }

    private byte[] stored() {
        try {
            return memory.read(FILE);
        } catch (IOException e) {
            return new byte[0];
        }
    }

    private static long now() {
        return TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
    }

    /** Reads many files at once. */
    void readAll(Collection<Path> files) {
        List<Path> missing =
                files.stream().filter(f -> !read.containsKey(key(f))).collect(Collectors.toList());
        if (missing.size() <= FEW) {
            missing.forEach(this::outline);
        } else {
            missing.parallelStream().forEach(this::outline);
        }
    }

    /** The outline of a file; an empty one if it cannot be read. */
    Outline outline(Path file) {
        String key = key(file);
        OutlineCache.Stamped known = read.get(key);
        if (known == null) {
            known = find(file, key);
            read.put(key, known);
        }
        return known.outline();
    }

    private OutlineCache.Stamped find(Path file, String key) {
        try {
            FileStamp stamp = before.stamp(key);
            if (stamp != null && before.isSettled(stamp)) {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                if (stamp.isUntouched(attributes.size(), modifiedNs(attributes))) {
                    Outline outline = cached(key);
                    if (outline != null) {
                        return new OutlineCache.Stamped(stamp, outline);
                    }
                }
            }
            changed = true;
            return scan(file, key, stamp);
        } catch (IOException e) {
            return new OutlineCache.Stamped(new FileStamp(-1, 0, 0), Outline.EMPTY);
        }
    }

    private OutlineCache.Stamped scan(Path file, String key, FileStamp known) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        byte[] bytes = Files.readAllBytes(file);
        FileStamp stamp = new FileStamp(bytes.length, modifiedNs(attributes), checksum(bytes));
        if (known != null && known.isSameContent(stamp.size(), stamp.content())) {
            Outline outline = cached(key);
            if (outline != null) {
                return new OutlineCache.Stamped(stamp, outline);
            }
        }
        return new OutlineCache.Stamped(stamp, scanners.get().scan(bytes));
    }

    private Outline cached(String key) {
        synchronized (before) {
            return before.outline(key);
        }
    }

    private static long modifiedNs(BasicFileAttributes attributes) {
        return attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
    }

    /** Both are native: a digest would be slow until the JVM has compiled it. */
    private static long checksum(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        Adler32 adler = new Adler32();
        adler.update(bytes);
        return crc.getValue() << 32 | adler.getValue();
    }

    private String key(Path file) {
        return file.startsWith(root) ? root.relativize(file).toString() : file.toString();
    }

    /** Writes the cache, if it would say something new; one that cannot be written is done without. */
    void save() {
        if (!changed) {
            return;
        }
        Map<String, OutlineCache.Stamped> all = new HashMap<>(before.kept(before.paths()));
        all.putAll(read);
        all.values().removeIf(stamped -> stamped.stamp().size() < 0);
        all.keySet().removeIf(key -> !read.containsKey(key) && !Files.exists(root.resolve(key)));
        byte[] file = OutlineCache.write(all, startedNs);
        try {
            memory.update(FILE, any -> file);
        } catch (IOException e) {
            changed = false; // a read-only project is read again each time
        }
    }

    /** Notes every file that was asked for. */
    void tell(Grounds grounds) {
        read.forEach((key, stamped) -> grounds.read(
                root.resolve(key),
                new Grounds.Stamp(stamped.stamp().size(), stamped.stamp().modifiedNs())));
    }

    /** How many files were asked for. */
    int size() {
        return read.size();
    }
}
