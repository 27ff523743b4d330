package io.tach.conf;

/** How tests are kept apart. */
public enum IsolationStrategy {
    /** tach chooses per test; for now the same as {@link #NONE}. */
    AUTO,
    /** A worker runs its tests one after the other, as pytest does. */
    NONE,
    /** Every test runs in a process forked below the scopes already set up. */
    FORK
}
