package io.tach.cli;

import io.tach.engine.run.ExitCodes;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Says what a run would be made of. */
final class VersionCommand {
    private static final String ASK_PYTHON =
            """
            import platform, sys
            print("python", platform.python_version(), sys.executable)
            try:
                import pytest
                print("pytest", pytest.__version__)
            except ImportError as error:
                print("pytest: " + str(error))
            """;

    private VersionCommand() {}

    /** Prints the versions; returns {@link ExitCodes#USAGE} if the interpreter cannot be run. */
    static int run(Path python, PrintStream out) throws IOException, InterruptedException {
        String version = VersionCommand.class.getPackage().getImplementationVersion();
        out.println("tach " + (version == null ? "(not installed)" : version));
        out.println("java " + Runtime.version() + " " + System.getProperty("java.home"));
        out.flush();
        Process answer = new ProcessBuilder(python.toString(), "-c", ASK_PYTHON)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        out.print(new String(answer.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        return answer.waitFor() == 0 ? ExitCodes.PASSED : ExitCodes.USAGE;
    }
}
