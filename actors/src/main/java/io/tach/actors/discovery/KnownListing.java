package io.tach.actors.discovery;

import io.tach.actors.memory.ProjectMemory;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What the last {@code tach list} of a project has said, and what it has looked at for that. If the same is asked and
 * nothing has changed, it is said again. One file in {@code .tach}, big-endian, texts with their length before them:
 *
 * <pre>
 *   8 bytes  magic and version
 *   text     what was asked, and by which build of tach
 *   8 bytes  when, nanoseconds since 1970
 *   number   directories; each: path, names
 *   number   files; each: path, size, modified
 *   4 bytes  exit code
 *   text     standard output
 *   text     standard error
 * </pre>
 *
 * A file that is anything else is as good as none.
 */
public final class KnownListing {
    private static final String FILE = "listing";
    private static final long MAGIC = 0x54_41_43_48_4C_53_54_01L;
    /** A file may be written again within the same tick of its file system's clock. */
    private static final long TICK_NS = 2_000_000_000L;

    private final byte[] out;
    private final String complaints;
    private final int exitCode;

    /**
     * What is said.
     *
     * @param out what is printed, in UTF-8; not copied
     * @param complaints lines for standard error
     * @param exitCode of the command
     */
    public KnownListing(byte[] out, String complaints, int exitCode) {
        this.out = out;
        this.complaints = complaints;
        this.exitCode = exitCode;
    }

    /** What is printed, in UTF-8; not to be changed. */
    public byte[] out() {
        return out;
    }

    /** Lines for standard error. */
    public String complaints() {
        return complaints;
    }

    /** The exit code of the command. */
    public int exitCode() {
        return exitCode;
    }

    /**
     * Finds what was said.
     *
     * @param format of the listing
     * @return empty if that is not known, or may not be true any more
     */
    public static Optional<KnownListing> find(Discovery.Request request, String format) {
        for (Path above = request.directory(); above != null; above = above.getParent()) {
            Path file = above.resolve(ProjectMemory.DIRECTORY).resolve(FILE);
            if (Files.exists(file)) {
                return read(file, key(request, format));
            }
        }
        return Optional.empty();
    }

    private static Optional<KnownListing> read(Path file, String key) {
        try {
            ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file));
            boolean same = in.getLong() == MAGIC && text(in).equals(key) && isUnchanged(in);
            return same ? Optional.of(listing(in)) : Optional.empty();
        } catch (IOException | RuntimeException e) {
            return Optional.empty(); // broken, or of another version
        }
    }

    private static KnownListing listing(ByteBuffer in) {
        int exitCode = in.getInt();
        byte[] out = bytes(in);
        return new KnownListing(out, text(in), exitCode);
    }

    private static boolean isUnchanged(ByteBuffer in) {
        long writtenNs = in.getLong();
        for (int left = in.getInt(); left > 0; left--) {
            if (Grounds.names(new File(text(in))) != in.getLong()) {
                return false;
            }
        }
        for (int left = in.getInt(); left > 0; left--) {
            Grounds.Stamp now = Grounds.stamp(Path.of(text(in)));
            boolean settled = now.modifiedNs() < writtenNs - TICK_NS;
            if (now.size() != in.getLong() || now.modifiedNs() != in.getLong() || !settled) {
                return false;
            }
        }
        return true;
    }

    private static String text(ByteBuffer in) {
        return new String(bytes(in), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(ByteBuffer in) {
        int length = in.getInt();
        if (length > in.remaining()) {
            throw new IllegalArgumentException("a text longer than its file");
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    /** Keeps this for the next time, if it is known on what it depends; a project that cannot be written to does without. */
    public void keep(Discovery.Request request, String format, Discovery.Found found) {
        if (!found.grounds().isComplete()) {
            return;
        }
        try {
            byte[] bytes = bytes(key(request, format), found.grounds());
            ProjectMemory.of(found.root()).update(FILE, before -> bytes);
        } catch (IOException e) {
            return;
        }
    }

    private byte[] bytes(String key, Grounds grounds) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream to = new DataOutputStream(bytes);
        to.writeLong(MAGIC);
        text(key, to);
        to.writeLong(TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()));
        to.writeInt(grounds.directories().size());
        for (Map.Entry<Path, Long> directory : grounds.directories().entrySet()) {
            text(directory.getKey().toString(), to);
            to.writeLong(directory.getValue());
        }
        to.writeInt(grounds.files().size());
        for (Map.Entry<Path, Grounds.Stamp> file : grounds.files().entrySet()) {
            text(file.getKey().toString(), to);
            to.writeLong(file.getValue().size());
            to.writeLong(file.getValue().modifiedNs());
        }
        to.writeInt(exitCode);
        to.writeInt(out.length);
        to.write(out);
        text(complaints, to);
        return bytes.toByteArray();
    }

    private static void text(String text, DataOutputStream to) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        to.writeInt(utf8.length);
        to.write(utf8);
    }

    /** Every build has a directory of its own, so what another build would find differently is not said by this one. */
    private static String key(Discovery.Request request, String format) {
        return String.join(
                "\n",
                format,
                request.directory().toString(),
                request.python().map(Path::toString).orElse(""),
                request.pattern(),
                System.getProperty("java.class.path", ""),
                String.join("\u0000", request.words()));
    }
}
