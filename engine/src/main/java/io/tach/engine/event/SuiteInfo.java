package io.tach.engine.event;

import java.util.Optional;

/**
 * What the zygote said of the session that reporters want to know.
 *
 * @param header pytest's own header, with its colours
 * @param rootDir pytest's root directory
 * @param python version of the interpreter, such as {@code 3.11.7}
 * @param pytest version of pytest
 * @param verbosity pytest's {@code -v} minus {@code -q}
 * @param markup whether pytest would colour its output
 * @param width columns of the terminal
 * @param progress what pytest shows beside the dots: {@code progress}, {@code count}, {@code times} or {@code none}
 * @param durations how many of the slowest phases pytest lists at the end; -1 if it was not asked to
 * @param workers how many workers the run will use
 * @param junit where a JUnit file is wanted and how
 */
public record SuiteInfo(
        String header,
        String rootDir,
        String python,
        String pytest,
        int verbosity,
        boolean markup,
        int width,
        String progress,
        int durations,
        int workers,
        Optional<JunitRequest> junit) {

    /**
     * pytest's JUnit options.
     *
     * @param path the file
     * @param family {@code xunit1}, {@code xunit2} or {@code legacy}
     * @param suiteName name of the suite element
     * @param logging {@code no}, {@code log}, {@code system-out}, {@code system-err}, {@code out-err} or {@code all}
     * @param prefix put before class names; may be empty
     * @param logPassing whether output of passed tests is written
     * @param duration {@code total} or {@code call}
     */
    public record JunitRequest(
            String path,
            String family,
            String suiteName,
            String logging,
            String prefix,
            boolean logPassing,
            String duration) {}
}
