package io.tach.actors.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** The interpreter that integration tests use; a test without one is a visible skip. */
public final class Python {
    private Python() {}

    /** {@code -Dtach.test.python}, {@code TACH_TEST_PYTHON} or {@code python3}, if it has pytest. */
    public static Path withPytest() {
        String name =
                System.getProperty("tach.test.python", System.getenv().getOrDefault("TACH_TEST_PYTHON", "python3"));
        Optional<Path> found = find(name);
        Assumptions.assumeTrue(found.isPresent(), () -> "no interpreter with pytest: name=" + name);
        return found.get();
    }

    private static Optional<Path> find(String name) {
        String code = "import sys, pytest; print(sys.executable)";
        try {
            Process process = new ProcessBuilder(name, "-c", code).start();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            boolean ended = process.waitFor(30, TimeUnit.SECONDS);
            return ended && process.exitValue() == 0 ? Optional.of(Path.of(out.strip())) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Writes a file of a suite. */
    public static void write(Path project, String file, String... lines) {
        try {
            Files.writeString(project.resolve(file), String.join("\n", lines) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
