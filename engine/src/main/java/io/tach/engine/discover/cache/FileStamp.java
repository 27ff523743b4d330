package io.tach.engine.discover.cache;

/**
 * By what a file is known again.
 *
 * @param size in bytes
 * @param modifiedNs when it was last written, in nanoseconds since 1970
 * @param content a checksum of its bytes
 */
public record FileStamp(long size, long modifiedNs, long content) {
    /** True if a file was not touched since. */
    public boolean isUntouched(long otherSize, long otherModifiedNs) {
        return size == otherSize && modifiedNs == otherModifiedNs;
    }

    /** True if a file has the same bytes. */
    public boolean isSameContent(long otherSize, long otherContent) {
        return size == otherSize && content == otherContent;
    }
}
