package io.tach.cli;

import io.tach.engine.run.ExitCodes;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** Says what a run would be made of. */
final class VersionCommand {
    private static final String ASK_PYTHON =
            """
            import platform, sys
            print("python", platform.python_version(), sys.executable)
            import pytest
            print("pytest", pytest.__version__)
            """;

    private VersionCommand() {}

    /** Prints the versions; returns {@link ExitCodes#USAGE} if there is no interpreter with pytest. */
    static int run(Optional<Path> python, PrintStream out) throws IOException, InterruptedException {
        String version = VersionCommand.class.getPackage().getImplementationVersion();
        out.println("tach " + (version == null ? "(not installed)" : version));
        out.println("java " + Runtime.version() + " " + System.getProperty("java.home"));
        out.flush();
        if (python.isEmpty()) {
            return ExitCodes.USAGE;
        }
        Process answer = new ProcessBuilder(python.get().toString(), "-c", ASK_PYTHON)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        out.print(new String(answer.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        return answer.waitFor() == 0 ? ExitCodes.PASSED : ExitCodes.USAGE;
    }
}
