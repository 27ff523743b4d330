package io.tach.nativeio.wire;

import java.io.IOException;

/**
 * A peer broke the protocol. It ends that peer only; its other frames are not to be trusted.
 *
 * <p>The slugs: {@code bad-length}, {@code half-frame}, {@code unknown-command}, {@code bad-cbor}, {@code not-a-map},
 * {@code missing-key}, {@code wrong-type}, {@code out-of-range}, {@code too-deep}, {@code too-many-values}.
 */
public final class WireException extends IOException {
    static final String HALF_FRAME = "half-frame";

    private final String slug;

    WireException(String slug, String detail) {
        super("protocol error: slug=" + slug + " " + detail);
        this.slug = slug;
    }

    WireException(String slug, String detail, Throwable cause) {
        super("protocol error: slug=" + slug + " " + detail, cause);
        this.slug = slug;
    }

    /** True if the peer ended within a frame: it may just have died over it. */
    public boolean isCutOff() {
        return slug.equals(HALF_FRAME);
    }

    /** The stable name of the violation, such as {@code bad-length}. */
    public String slug() {
        return slug;
    }
}
