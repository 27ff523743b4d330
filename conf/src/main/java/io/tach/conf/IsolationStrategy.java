package io.tach.conf;

import java.util.Locale;

/** How tests are kept apart. */
public enum IsolationStrategy {
    /** The worker chooses for every test, with what the machine allows and what the test turns out to leave behind. */
    AUTO,
    /** A worker runs its tests one after the other, as pytest does. */
    NONE,
    /** Every test runs in a process forked below the scopes already set up. */
    FORK,
    /** A worker runs its tests one after the other and is rewound to the same memory after each. */
    SNAPSHOT;

    /** The word in configuration files and on the wire. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
