package io.tach.nativeio.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tach.nativeio.process.IsolationProbe.Rung;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IsolationProbeIT {
    private static final Path PYTHON = Path.of("python3");

    @TempDir
    private Path directory;

    @Test
    void shouldHearWhatThisMachineCanDo() throws IOException {
        Rung rung = IsolationProbe.ask(PYTHON, HarnessFiles.locate());

        assertTrue(Set.of("snapshot", "fork").contains(rung.name()), rung::toString);
        assertEquals(rung.name().equals("snapshot"), rung.reason().isEmpty());
    }

    @Test
    void shouldHearTheReasonForALowerRung() throws IOException {
        assertEquals(new Rung("fork", "userfaultfd: no"), ask("print('fork\\nuserfaultfd: no')"));
    }

    @Test
    void shouldNotTakeSilenceForAnAnswer() {
        assertThrows(IOException.class, () -> ask("import sys; sys.exit(3)"));
    }

    private Rung ask(String program) throws IOException {
        Path harness = Files.createDirectories(directory.resolve("tach_harness"));
        Files.writeString(harness.resolve("_selftest.py"), program);
        return IsolationProbe.ask(PYTHON, directory);
    }
}
