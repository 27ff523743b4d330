package io.tach.conf;

/** What a run writes to standard output. */
public enum OutputFormat {
    /** What pytest would print. */
    PYTEST,
    /** One JSON object a line for each event. */
    JSON
}
