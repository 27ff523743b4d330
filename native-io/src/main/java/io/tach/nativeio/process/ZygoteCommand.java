package io.tach.nativeio.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How a zygote is started: {@code PYTHON <harness>/tach_harness --run-dir DIR [--agent FILE] -- ARGV...}.
 *
 * @param python the interpreter of the project
 * @param harness the directory that holds the {@code tach_harness} package
 * @param runDirectory the run's directory
 * @param arguments the user's whole argument list, tach's own flags included
 * @param workingDirectory where pytest is to believe it was called
 * @param environment variables set on top of the inherited ones
 */
public record ZygoteCommand(
        Path python,
        Path harness,
        RunDirectory runDirectory,
        List<String> arguments,
        Path workingDirectory,
        Map<String, String> environment) {

    /** The command line. */
    public List<String> toList() {
        List<String> command = new ArrayList<>();
        command.add(python.toString());
        command.add(harness.resolve("tach_harness").toString());
        command.add("--run-dir");
        command.add(runDirectory.path().toString());
        HarnessFiles.agent(harness).ifPresent(file -> command.addAll(List.of("--agent", file.toString())));
        command.add("--");
        command.addAll(arguments);
        return List.copyOf(command);
    }
}
