package io.tach.actors.discovery;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KnownListingTest {
    private static final FileTime OLD = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
    private static final KnownListing SAID =
            new KnownListing("tests/test_ä.py::test_b\n".getBytes(StandardCharsets.UTF_8), "a note", 0);

    @TempDir
    private Path project;

    @BeforeEach
    void aProject() throws IOException {
        write("pytest.ini", "[pytest]", "testpaths = tests");
        write("tests/conftest.py", "from helpers import fixture");
        write("helpers.py", "import pytest", "@pytest.fixture", "def fixture(): pass");
        write("tests/test_a.py", "import left", "def test_a(fixture): pass");
        write("tests/sub/test_b.py", "def test_b(): pass");
        write("other/test_c.py", "def test_c(): pass");
        Files.createDirectories(project.resolve("empty"));
    }

    private void write(String path, String... lines) throws IOException {
        Path file = project.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, String.join("\n", lines) + "\n");
        Files.setLastModifiedTime(file, OLD);
    }

    private Discovery.Request request(String... words) {
        return new Discovery.Request(project, List.of(words), Optional.empty(), "", false);
    }

    private void keep(String... words) {
        Discovery.Found found =
                Discovery.discover(request(words), new ArrayList<>()).orElseThrow();
        SAID.keep(request(words), "PLAIN", found);
    }

    @Test
    void whatWasSaidShouldBeSaidAgainIfNothingHasChanged() {
        // Given
        keep();

        // When
        KnownListing known = KnownListing.find(request(), "PLAIN").orElseThrow();

        // Then
        assertArrayEquals(SAID.out(), known.out());
        assertEquals("a note", known.complaints());
        assertEquals(0, known.exitCode());
    }

    @ParameterizedTest
    @CsvSource({
        "tests/test_a.py, changed",
        "tests/conftest.py, changed",
        "helpers.py, changed",
        "pytest.ini, changed",
        "tests/test_new.py, new",
        "tests/sub/test_new.py, new",
        "tests/sub/conftest.py, new",
        "tests/__init__.py, new",
        "tests/left.py, new",
        "left.py, new",
        "src/left.py, new",
        "conftest.py, new",
        "pytest.toml, new",
        "setup.py, new",
    })
    void aChangeOfWhatMattersShouldBeNoticed(String path, String how) throws IOException {
        // Given
        keep();

        // When
        write(path, how);
        Files.setLastModifiedTime(project.resolve(path), FileTime.from(Instant.parse("2020-01-02T00:00:00Z")));

        // Then
        assertTrue(KnownListing.find(request(), "PLAIN").isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"tests/test_a.py", "tests/sub/test_b.py", "helpers.py", "tests/conftest.py"})
    void aFileThatIsGoneShouldBeNoticed(String path) throws IOException {
        keep();
        Files.delete(project.resolve(path));
        assertTrue(KnownListing.find(request(), "PLAIN").isEmpty());
    }

    @Test
    void whatDoesNotMatterShouldChangeNothing() throws IOException {
        keep();
        write("other/test_d.py", "def test_d(): pass");
        write("tests/__pycache__/x.pyc", "");
        write("empty/file", "");
        assertTrue(KnownListing.find(request(), "PLAIN").isPresent());
    }

    @Test
    void anotherQuestionShouldHaveNoAnswer() {
        keep();
        assertTrue(KnownListing.find(request(), "JSON").isEmpty());
        assertTrue(KnownListing.find(request("other"), "PLAIN").isEmpty());
        assertTrue(
                KnownListing.find(new Discovery.Request(project, List.of(), Optional.empty(), "x*.py", false), "PLAIN")
                        .isEmpty());
    }

    @Test
    void aFileAsYoungAsTheListingShouldNotBeBelieved() throws IOException {
        Files.setLastModifiedTime(project.resolve("tests/test_a.py"), FileTime.from(Instant.now()));
        keep();
        assertTrue(KnownListing.find(request(), "PLAIN").isEmpty());
    }

    @Test
    void aBrokenFileShouldBeNone() throws IOException {
        keep();
        Path file = project.resolve(".tach/listing");
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length += 7) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertTrue(KnownListing.find(request(), "PLAIN").isEmpty());
        }
    }
}
