package io.tach.nativeio.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/**
 * Bounded reading of files that a test may have grown to any size, or punched holes into. What is not UTF-8 becomes
 * U+FFFD, zeros (holes) are left out. A file's position is not moved.
 */
public final class LogText {
    private LogText() {}

    /** The end of a file, at most {@code maxBytes} of it. */
    public static String tail(FileChannel file, int maxBytes) throws IOException {
        return decode(read(file, Math.max(0, file.size() - maxBytes), maxBytes));
    }

    /** The whole of a file, or its head and tail as {@link #headAndTail(FileChannel, long, long, int)}. */
    public static String headAndTail(FileChannel file, int maxBytes) throws IOException {
        return headAndTail(file, 0, file.size(), maxBytes);
    }

    /**
     * A part of a file; if that is longer than {@code maxBytes}, its two ends with a line between that says how much was
     * left out.
     *
     * @param start offset in bytes
     * @param end offset of the first byte that is not wanted
     */
    public static String headAndTail(FileChannel file, long start, long end, int maxBytes) throws IOException {
        if (end - start <= maxBytes) {
            return decode(read(file, start, end - start));
        }
        int half = maxBytes / 2;
        String head = decode(read(file, start, half));
        String tail = decode(read(file, end - half, half));
        return head + "\n... " + (end - start - 2L * half) + " bytes left out ...\n" + tail;
    }

    private static ByteBuffer read(FileChannel file, long offset, long length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.max(0, Math.min(length, file.size() - offset)));
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
