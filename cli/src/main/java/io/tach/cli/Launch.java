package io.tach.cli;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What the launcher ({@code bin/tach}) found out before there was a JVM; it says so in system properties.
 *
 * @param directory where the user is
 * @param project directory of the configuration files
 * @param harness directory of the Python harness
 * @param listProgram what asks pytest for a list
 * @param python the interpreter it chose; empty if it did not look for one
 * @param runDir directory of the run whose zygote it started; empty if it started none
 * @param terminal whether standard output is a terminal
 */
record Launch(
        Path directory,
        Path project,
        Path harness,
        Path listProgram,
        Optional<Path> python,
        Optional<Path> runDir,
        boolean terminal) {

    static Launch fromProperties() {
        Path harness = path("tach.harness").orElseThrow(() -> new IllegalStateException("not started by bin/tach"));
        return new Launch(
                Path.of("").toAbsolutePath(),
                path("tach.project").orElseGet(() -> Path.of("").toAbsolutePath()),
                harness,
                harness.resolve("../../../../cli/src/main/python/tach_list.py").normalize(),
                path("tach.python"),
                path("tach.runDir"),
                Boolean.getBoolean("tach.tty"));
    }

    private static Optional<Path> path(String property) {
        return Optional.ofNullable(System.getProperty(property))
                .filter(text -> !text.isEmpty())
                .map(Path::of);
    }
}
