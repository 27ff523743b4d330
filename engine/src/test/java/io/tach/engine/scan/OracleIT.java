package io.tach.engine.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The scanner against the {@code ast} of the interpreter at hand: its standard library, without its tests and packages. */
class OracleIT {
    private static final String ASK =
            "import sys, sysconfig; print(sys.version_info >= (3, 10)); print(sysconfig.get_path('stdlib'))";
    private static final int AT_LEAST = 400;

    @Test
    void theStandardLibraryShouldReadAlike() throws IOException {
        // Given
        String python = System.getenv().getOrDefault("TACH_TEST_PYTHON", "python3");
        List<String> answer = ask(python);
        assumeTrue(answer.size() == 2 && answer.get(0).equals("True"), () -> "no Python 3.10 or newer: " + python);
        Path library = Path.of(answer.get(1));
        List<Path> files = new ArrayList<>(Oracle.pythonFiles(List.of(library)));
        files.removeIf(file -> Stream.of("test", "tests", "site-packages", "dist-packages")
                .anyMatch(name -> library.relativize(file).startsWith(name)));

        // When
        Oracle.Result result = Oracle.run(python, files);

        // Then
        assertEquals(List.of(), result.differences());
        assertTrue(result.agreed() >= AT_LEAST, () -> "agreed=" + result.agreed());
    }

    private static List<String> ask(String python) {
        try {
            Process process = new ProcessBuilder(python, "-c", ASK).start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
