package io.tach.actors.discovery;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * What a discovery has looked at: if all of that is as it was, it would find the same again. Directories are known again by
 * the names in them, files by size and time. For one thread.
 */
final class Grounds {
    /** A file that is not there. */
    static final Stamp ABSENT = new Stamp(-1, 0);

    /** What tools leave behind, and nobody discovers anything in. */
    private static final Set<String> IRRELEVANT = Set.of(".tach", "__pycache__", ".pytest_cache");

    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    /**
     * By what a file is known again.
     *
     * @param size in bytes
     * @param modifiedNs when it was last written, in nanoseconds since 1970
     */
    record Stamp(long size, long modifiedNs) {}

    private final Map<Path, Long> directories = new HashMap<>();
    private final Map<Path, Stamp> files = new TreeMap<>();
    private boolean complete = true;

    /** The names in a directory are going to matter. */
    void listed(Path directory) {
        if (!directories.containsKey(directory)) {
            directories.put(directory, names(directory.toFile()));
        }
    }

    /** It is going to matter whether there is something, which it would not be without a name somewhere above. */
    void probed(Path path) {
        Path above = path.getParent();
        while (above != null && !Files.isDirectory(above)) {
            above = above.getParent();
        }
        if (above != null) {
            listed(above);
        }
    }

    /** What a file says, or that there is none, is going to matter. */
    void read(Path file) {
        read(file, stamp(file));
    }

    /** A file was read when it was like that; one with a negative size could not be read. */
    void read(Path file, Stamp stamp) {
        complete &= stamp.size() >= 0 || stamp.equals(ABSENT);
        files.put(file, stamp);
    }

    /** False if there is more to it than is known here. */
    boolean isComplete() {
        return complete;
    }

    Map<Path, Stamp> files() {
        return files;
    }

    /** With what {@link #names} said of them. */
    Map<Path, Long> directories() {
        return directories;
    }

    static Stamp stamp(Path file) {
        try {
            BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(found.size(), found.lastModifiedTime().to(TimeUnit.NANOSECONDS));
        } catch (IOException e) {
            return ABSENT;
        }
    }

    /** A number for the names in a directory, in whatever order; -1 if they cannot be read. */
    static long names(File directory) {
        String[] names = directory.list();
        if (names == null) {
            return -1;
        }
        long sum = 0;
        for (String name : names) {
            if (!IRRELEVANT.contains(name)) {
                long mixed = (name.hashCode() + ((long) name.length() << 32)) * SPREAD;
                sum += mixed ^ mixed >>> 29;
            }
        }
        return sum & Long.MAX_VALUE;
    }
}
