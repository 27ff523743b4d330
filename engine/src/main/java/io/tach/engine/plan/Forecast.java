package io.tach.engine.plan;

/**
 * What is expected of tests and files before they run. Times are in nanoseconds, and negative where nothing is known.
 * Answers must not change during a run, and equal stores must give equal answers: shards of one suite rely on it.
 */
public interface Forecast {

    /** Knows nothing. */
    Forecast NONE = new Forecast() {
        @Override
        public long testNs(String nodeId) {
            return -1;
        }

        @Override
        public boolean failedLast(String nodeId) {
            return false;
        }

        @Override
        public long setupNs(String path) {
            return -1;
        }
    };

    /** How long a test will take, its three phases together. */
    long testNs(String nodeId);

    /** Whether it failed when it was last run. */
    boolean failedLast(String nodeId);

    /**
     * What whoever runs the first test of a file pays beyond that test: fixtures of the module and wider ones.
     *
     * @param path the file, as in the node ids of its tests
     */
    long setupNs(String path);
}
