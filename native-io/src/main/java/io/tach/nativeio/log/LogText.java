package io.tach.nativeio.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/** Bounded reading of files that a test may have grown to any size, or punched holes into. */
public final class LogText {
    private LogText() {}

    /**
     * The end of a file.
     *
     * @param file read without moving its position
     * @param maxBytes how much of it at most
     * @return its text; what is not UTF-8 becomes U+FFFD, zeros (holes) are left out
     */
    public static String tail(FileChannel file, int maxBytes) throws IOException {
        long size = file.size();
        return decode(read(file, Math.max(0, size - maxBytes), maxBytes));
    }

    /** As {@link #tail}, from the given place on. */
    public static String from(FileChannel file, long offset, int maxBytes) throws IOException {
        return decode(read(file, offset, maxBytes));
    }

    /** A file's text; if it is longer than {@code maxBytes}, its two halves of that with a line between that says so. */
    public static String headAndTail(FileChannel file, int maxBytes) throws IOException {
        long size = file.size();
        if (size <= maxBytes) {
            return decode(read(file, 0, maxBytes));
        }
        int half = maxBytes / 2;
        String head = decode(read(file, 0, half));
        String tail = decode(read(file, size - half, half));
        return head + "\n... " + (size - 2L * half) + " bytes left out ...\n" + tail;
    }

    private static ByteBuffer read(FileChannel file, long offset, int maxBytes) throws IOException {
        int length = (int) Math.max(0, Math.min(maxBytes, file.size() - offset));
        ByteBuffer bytes = ByteBuffer.allocate(length);
        int read = 0;
        while (bytes.hasRemaining() && read >= 0) {
            read = file.read(bytes, offset + bytes.position());
        }
        return bytes.flip();
    }

    private static String decode(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes).toString().replace("\0", "");
    }
}
