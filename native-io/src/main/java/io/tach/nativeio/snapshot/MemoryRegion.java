package io.tach.nativeio.snapshot;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A mapping of a process: one line of {@code /proc/<pid>/maps}.
 *
 * @param start first address
 * @param end first address behind it
 * @param prot {@link #READ}, {@link #WRITE} and {@link #EXECUTE} together
 * @param isShared whether others see what is written to it
 * @param path the file behind it, or a name such as {@code [heap]}; empty for an anonymous mapping
 */
public record MemoryRegion(long start, long end, int prot, boolean isShared, String path) {
    public static final int READ = 1;
    public static final int WRITE = 2;
    public static final int EXECUTE = 4;

    private static final int HEX = 16;

    /** Address range, permissions, offset, device and inode stand before the path. */
    private static final int COLUMNS = 6;

    /**
     * The mappings of a process, by ascending address.
     *
     * @throws IOException if it is gone, or nobody of ours
     */
    public static List<MemoryRegion> of(int pid) throws IOException {
        byte[] maps = Files.readAllBytes(Path.of("/proc/" + pid + "/maps"));
        return Arrays.stream(new String(maps, StandardCharsets.ISO_8859_1).split("\n", -1))
                .filter(line -> !line.isEmpty())
                .map(MemoryRegion::parse)
                .toList();
    }

    /** Reads a line such as {@code 55d0-55e0 rw-p 00000000 00:00 0  [heap]}. */
    static MemoryRegion parse(String line) {
        String[] columns = line.split(" +", COLUMNS);
        int dash = columns[0].indexOf('-');
        String flags = columns[1];
        int prot = (flags.charAt(0) == 'r' ? READ : 0)
                | (flags.charAt(1) == 'w' ? WRITE : 0)
                | (flags.charAt(2) == 'x' ? EXECUTE : 0);
        return new MemoryRegion(
                Long.parseUnsignedLong(columns[0], 0, dash, HEX),
                Long.parseUnsignedLong(columns[0], dash + 1, columns[0].length(), HEX),
                prot,
                flags.charAt(3) == 's',
                columns.length < COLUMNS ? "" : columns[COLUMNS - 1]);
    }

    /** Its length in bytes. */
    public long bytes() {
        return end - start;
    }

    public boolean isReadable() {
        return (prot & READ) != 0;
    }

    public boolean isWritable() {
        return (prot & WRITE) != 0;
    }

    /** Whether pages that nobody touched hold zeros, not a file's content. */
    public boolean isAnonymous() {
        return path.isEmpty() || path.startsWith("[");
    }

    public boolean contains(long address) {
        return Long.compareUnsigned(address, start) >= 0 && Long.compareUnsigned(address, end) < 0;
    }

    @Override
    public String toString() {
        String flags = (isReadable() ? "r" : "-") + (isWritable() ? "w" : "-") + ((prot & EXECUTE) != 0 ? "x" : "-");
        return Long.toHexString(start) + "-" + Long.toHexString(end) + " " + flags + (isShared ? "s" : "p")
                + (path.isEmpty() ? "" : " " + path);
    }
}
