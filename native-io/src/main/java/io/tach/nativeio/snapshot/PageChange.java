package io.tach.nativeio.snapshot;

/**
 * A page that is not the same in two snapshots.
 *
 * @param address its address
 * @param kind what is different
 * @param region the mapping it lies in; where it lies in one of both, in the earlier snapshot if it is there
 */
public record PageChange(long address, Kind kind, MemoryRegion region) {

    /** What is different. */
    public enum Kind {
        /** The content. */
        CHANGED,
        /** It is mapped in the later snapshot only, and not all zeros. */
        APPEARED,
        /** It is mapped in the earlier snapshot only, and was not all zeros. */
        GONE
    }

    @Override
    public String toString() {
        return kind + " 0x" + Long.toHexString(address) + " in " + region;
    }
}
