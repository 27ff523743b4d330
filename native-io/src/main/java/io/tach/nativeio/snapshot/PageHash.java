package io.tach.nativeio.snapshot;

import static io.tach.nativeio.snapshot.ProcessMemory.PAGE_BYTES;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Hashes pages: the first eight bytes of SHA-256, so that no two that differ are ever taken for the same. One thread. */
final class PageHash {
    /** The hash of a page of zeros, of which a process has many. */
    static final long ZEROS = 0;

    private static final ByteBuffer ZERO_PAGE = ByteBuffer.allocate(PAGE_BYTES).asReadOnlyBuffer();

    private final MessageDigest digest = sha256();

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    long of(ByteBuffer page) {
        if (page.equals(ZERO_PAGE.duplicate())) {
            return ZEROS;
        }
        digest.update(page);
        return ByteBuffer.wrap(digest.digest()).getLong();
    }
}
