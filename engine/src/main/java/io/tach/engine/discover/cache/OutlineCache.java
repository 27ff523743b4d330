package io.tach.engine.discover.cache;

import io.tach.engine.discover.Outline;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Outlines of a project by path, as one file. Layout, all numbers of variable length but the first:
 *
 * <pre>
 *   8 bytes   magic and version
 *   number    when it was written, nanoseconds since 1970
 *   number    strings; then each: length, UTF-8
 *   number    files; then each: path (string), size, modified, 8 bytes content, length of its outline
 *   bytes     the outlines, in the same order
 * </pre>
 *
 * A file of another version, or a broken one, is an empty cache. Reading makes only what is asked for. Not for several
 * threads at once.
 */
public final class OutlineCache {
    /** "TACHOUT" and the version, which changes whenever the scanner sees something new. */
    private static final long MAGIC = 0x02_54_55_4F_48_43_41_54L;

    private final byte[] file;
    private final long writtenNs;
    private final ByteSource.Strings strings;
    private final Map<String, Entry> entries;

    private record Entry(FileStamp stamp, int from, int length) {}

    private OutlineCache(byte[] file, long writtenNs, ByteSource.Strings strings, Map<String, Entry> entries) {
        this.file = file;
        this.writtenNs = writtenNs;
        this.strings = strings;
        this.entries = entries;
    }

    /** Reads a file; anything that is none is an empty cache. */
    public static OutlineCache read(byte[] file) {
        try {
            ByteSource in = new ByteSource(file, 0);
            if (file.length > 8 && in.fixed() == MAGIC) {
                return readBody(file, in);
            }
        } catch (RuntimeException e) {
            // broken: whoever killed the writer owes nobody an explanation, and the outlines can be read again
        }
        return new OutlineCache(file, 0, null, Map.of());
    }

    private static OutlineCache readBody(byte[] file, ByteSource in) {
        long writtenNs = in.longNumber();
        int stringBytes = in.number();
        int count = in.number();
        ByteSource.Strings strings = new ByteSource.Strings(file, in.position(), count);
        in.skip(stringBytes);
        int files = in.number();
        Map<String, Entry> entries = new LinkedHashMap<>();
        int offset = 0;
        for (int i = 0; i < files; i++) {
            String path = strings.get(in.number());
            FileStamp stamp = new FileStamp(in.longNumber(), in.longNumber(), in.fixed());
            int length = in.number();
            entries.put(path, new Entry(stamp, offset, length));
            offset += length;
        }
        int base = in.position();
        entries.replaceAll((path, entry) -> new Entry(entry.stamp(), base + entry.from(), entry.length()));
        return new OutlineCache(file, writtenNs, strings, entries);
    }

    /** By what the file at a path was known, {@code null} if it is not in here. */
    public FileStamp stamp(String path) {
        Entry entry = entries.get(path);
        return entry == null ? null : entry.stamp();
    }

    /**
     * True if a stamp that agrees can be believed: a file that was written in the same instant as the cache may have been
     * written once more without its time changing.
     */
    public boolean isSettled(FileStamp stamp) {
        return stamp.modifiedNs() < writtenNs - 2_000_000_000L;
    }

    /** The outline of a path that has a stamp, {@code null} if it is broken. */
    public Outline outline(String path) {
        Entry entry = entries.get(path);
        try {
            return new OutlineReader(file, entry.from(), strings).read();
        } catch (RuntimeException e) {
            return null;
        }
    }

    /** Every path in here. */
    public Set<String> paths() {
        return new TreeSet<>(entries.keySet());
    }

    /**
     * An outline with the stamp of the file it was read from.
     *
     * @param outline of a file with these bytes
     */
    public record Stamped(FileStamp stamp, Outline outline) {}

    /**
     * Makes a file.
     *
     * @param outlines by path
     * @param nowNs nanoseconds since 1970, no later than the first of the files was read
     */
    public static byte[] write(Map<String, Stamped> outlines, long nowNs) {
        ByteSink.Strings strings = new ByteSink.Strings();
        ByteSink index = new ByteSink();
        ByteSink bodies = new ByteSink();
        index.number(outlines.size());
        outlines.forEach((path, stamped) -> {
            int before = bodies.length();
            new OutlineWriter(bodies, strings).write(stamped.outline());
            index.number(strings.indexOf(path));
            index.number(stamped.stamp().size());
            index.number(stamped.stamp().modifiedNs());
            index.fixed(stamped.stamp().content());
            index.number(bodies.length() - before);
        });
        ByteSink file = new ByteSink();
        file.fixed(MAGIC);
        file.number(nowNs);
        file.number(strings.table().length());
        file.number(strings.size());
        file.append(strings.table());
        file.append(index);
        file.append(bodies);
        return file.toArray();
    }

    /** The outlines of a cache that are to be kept in the next one. */
    public Map<String, Stamped> kept(Set<String> paths) {
        Map<String, Stamped> kept = new HashMap<>();
        for (String path : paths) {
            Outline outline = entries.containsKey(path) ? outline(path) : null;
            if (outline != null) {
                kept.put(path, new Stamped(entries.get(path).stamp(), outline));
            }
        }
        return kept;
    }
}
