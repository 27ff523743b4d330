package io.tach.conf;

import java.util.OptionalLong;

/**
 * How tests are kept apart.
 *
 * @param strategy the way
 * @param strict whether a test that passes only without isolation has failed
 * @param verify whether every rewind of a worker's memory is compared with its checkpoint, byte for byte
 * @param seed what random numbers start from after every rewind, at least 0; empty: drawn for each run
 */
public record IsolationSettings(IsolationStrategy strategy, boolean strict, boolean verify, OptionalLong seed) {

    /** A strategy with what goes with it by default. */
    public static IsolationSettings of(IsolationStrategy strategy) {
        return new IsolationSettings(strategy, false, false, OptionalLong.empty());
    }
}
