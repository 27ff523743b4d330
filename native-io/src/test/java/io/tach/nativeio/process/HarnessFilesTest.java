package io.tach.nativeio.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HarnessFilesTest {
    @TempDir
    private Path directory;

    private Path jar(String name, String wire) throws IOException {
        Path jar = directory.resolve(name);
        try (OutputStream file = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(file)) {
            for (String entry : List.of("tach_harness/__main__.py", "tach_harness/sub/_wire.py", "other/x.py")) {
                zip.putNextEntry(new ZipEntry(entry));
                zip.write((entry + wire).getBytes(StandardCharsets.UTF_8));
            }
        }
        return jar;
    }

    private static List<String> below(Path path) throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> path.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void shouldUnpackThePackageOnce() throws IOException {
        Path jar = jar("a.jar", "1");

        Path unpacked = HarnessFiles.unpack(jar, directory.resolve("cache"));
        Path again = HarnessFiles.unpack(jar, directory.resolve("cache"));

        assertEquals(unpacked, again);
        assertEquals(List.of("tach_harness/__main__.py", "tach_harness/sub/_wire.py"), below(unpacked));
        assertEquals("tach_harness/__main__.py1", Files.readString(unpacked.resolve("tach_harness/__main__.py")));
        assertEquals(2, below(directory.resolve("cache")).size(), "something was left behind");
    }

    @Test
    void shouldKeepDifferentContentsApart() throws IOException {
        Path cache = directory.resolve("cache");

        assertNotEquals(HarnessFiles.unpack(jar("a.jar", "1"), cache), HarnessFiles.unpack(jar("b.jar", "2"), cache));
    }

    @Test
    void shouldFindTheFilesOfTheBuild() throws IOException {
        assertTrue(Files.exists(HarnessFiles.locate().resolve("tach_harness/__main__.py")));
    }

    @Test
    void shouldFindTheAgentBesideTheHarness() throws IOException {
        assertEquals(Optional.empty(), HarnessFiles.agent(directory));
        Path agent = Files.createDirectories(directory.resolve("tach_harness")).resolve("_tach_agent.abi3.so");

        Files.createFile(agent);

        assertEquals(Optional.of(agent), HarnessFiles.agent(directory));
    }

    @Test
    void shouldTakeTheAgentThatIsNamed() throws IOException {
        Path agent = Files.createFile(directory.resolve("agent.so"));
        System.setProperty(HarnessFiles.AGENT_PROPERTY, agent.toString());
        try {
            assertEquals(Optional.of(agent), HarnessFiles.agent(directory));
            Files.delete(agent);
            assertEquals(Optional.empty(), HarnessFiles.agent(directory));
        } finally {
            System.clearProperty(HarnessFiles.AGENT_PROPERTY);
        }
    }

    @Test
    void shouldRefuseADirectoryWithoutHarness() {
        System.setProperty(HarnessFiles.PROPERTY, directory.toString());
        try {
            assertThrows(IOException.class, HarnessFiles::locate);
        } finally {
            System.clearProperty(HarnessFiles.PROPERTY);
        }
    }
}
