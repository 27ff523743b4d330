package io.tach.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Standard output as reporters want it: buffered, UTF-8, flushed by whoever knows when. */
final class StandardOutput {
    private static final int BUFFER_BYTES = 1 << 16;

    private StandardOutput() {}

    /** A stream that never throws: a reader that went away ({@code | head}) changes neither a run nor its exit code. */
    static PrintStream open() {
        BufferedOutputStream buffered =
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER_BYTES);
        return new PrintStream(buffered, false, StandardCharsets.UTF_8);
    }
}
