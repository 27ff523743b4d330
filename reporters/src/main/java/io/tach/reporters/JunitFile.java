package io.tach.reporters;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that appears whole or not at all. Elements are streamed to a file beside it; the root elements carry counts
 * that are known last, so room is left for them and filled at the end.
 */
final class JunitFile implements AutoCloseable {
    private static final String DECLARATION = "<?xml version=\"1.0\" encoding=\"utf-8\"?>";

    private final Path target;
    private final Path spool;
    private final FileChannel channel;
    private final Writer writer;
    private final int room;

    /**
     * Makes the spool file, and the directories above it as pytest does.
     *
     * @param longestHead start tags of the root elements with the longest numbers they can have
     */
    JunitFile(Path file, String longestHead) throws IOException {
        target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        Files.createDirectories(target.getParent());
        spool = isReplaceable()
                ? target.resolveSibling("." + target.getFileName() + "."
                        + ProcessHandle.current().pid() + ".tmp")
                : Files.createTempFile("tach-junit", ".xml");
        channel = FileChannel.open(
                spool, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        writer = new BufferedWriter(new OutputStreamWriter(Channels.newOutputStream(channel), StandardCharsets.UTF_8));
        room = (DECLARATION + longestHead).getBytes(StandardCharsets.UTF_8).length;
        channel.position(room);
    }

    /** A device or a pipe is written to; only a plain file is replaced. */
    private boolean isReplaceable() {
        return !Files.exists(target) || Files.isRegularFile(target);
    }

    void append(CharSequence elements) throws IOException {
        writer.append(elements);
    }

    /** Completes the document and puts it where it belongs. */
    void commit(String head, String tail) throws IOException {
        writer.append(tail).flush();
        byte[] start = head.getBytes(StandardCharsets.UTF_8);
        int blanks = room - start.length - DECLARATION.length(); // allowed between declaration and root
        writeFully(ByteBuffer.wrap((DECLARATION + " ".repeat(blanks) + head).getBytes(StandardCharsets.UTF_8)));
        writer.close();
        if (isReplaceable()) {
            Files.move(spool, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } else {
            Files.write(target, Files.readAllBytes(spool), StandardOpenOption.WRITE);
        }
    }

    private void writeFully(ByteBuffer bytes) throws IOException {
        long position = 0;
        while (bytes.hasRemaining()) {
            position += channel.write(bytes, position);
        }
    }

    /** Removes the spool file if it is still there. */
    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(spool);
    }
}
