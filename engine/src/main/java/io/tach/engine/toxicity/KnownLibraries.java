package io.tach.engine.toxicity;

import java.util.Map;
import java.util.Optional;

/**
 * Libraries that start threads by being imported, as counted in {@code /proc/self/task} before and after, and once more
 * behind a fork (docs/toxicity.md says how and of which versions). What only their use does is in {@link KnownCalls}.
 */
final class KnownLibraries {
    /**
     * pool: numpy's OpenBLAS, or an OpenBLAS of its own; its threads end before a fork. library: the threads stay, and are
     * missing in the child.
     */
    private static final String TABLE =
            """
            pool     numpy scipy pandas matplotlib cv2 numba h5py jax sklearn shapely igraph lightgbm
            library  pyarrow polars numexpr onnxruntime blosc2
            """;

    private static final Map<String, EvidenceKind> KINDS = KindTable.read(TABLE);

    private KnownLibraries() {}

    /**
     * What importing a module does.
     *
     * @param module absolute dotted name
     * @return empty if it is not known to do anything
     */
    static Optional<EvidenceKind> onImport(String module) {
        return Optional.ofNullable(KINDS.get(libraryOf(module)));
    }

    /** The library that a module belongs to: what is imported with it, and once. */
    static String libraryOf(String module) {
        int dot = module.indexOf('.');
        return dot < 0 ? module : module.substring(0, dot);
    }
}
