package io.tach.actors.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** The kernel's random numbers. Not by SecureRandom: its providers take longer to load than all else a run needs. */
final class Entropy {
    private static final Path RANDOM = Path.of("/dev/urandom");

    private Entropy() {}

    /** So many bytes, read-only. */
    static ByteBuffer bytes(int count) {
        try (InputStream random = Files.newInputStream(RANDOM)) {
            return ByteBuffer.wrap(random.readNBytes(count)).asReadOnlyBuffer();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A seed that is short enough to be typed: 32 bits, which is also what numpy takes. */
    static long seed() {
        return Integer.toUnsignedLong(bytes(Integer.BYTES).getInt());
    }
}
