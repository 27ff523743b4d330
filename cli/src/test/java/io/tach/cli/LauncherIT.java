package io.tach.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real launcher with the real interpreter of the example. */
class LauncherIT {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path PYTHON = ROOT.resolve("examples/quickstart/.venv/bin/python");

    @TempDir
    private Path top;

    private Path project;
    private final Map<String, String> environment = new HashMap<>();

    private record Finished(int code, String out, String err) {}

    @BeforeAll
    static void build() throws IOException, InterruptedException {
        assertEquals(
                0,
                new ProcessBuilder(ROOT.resolve("bin/setup").toString())
                        .inheritIO()
                        .start()
                        .waitFor());
    }

    @BeforeEach
    void makeProject() throws IOException {
        project = Files.createDirectory(top.resolve("project"));
        Files.createDirectory(top.resolve("run"));
        write("pyproject.toml", "[tool.pytest.ini_options]\n");
        write("test_it.py", "def test_one():\n    pass\n\nclass TestTwo:\n    def test_three(self):\n        pass\n");
        environment.put("TACH_PYTHON", PYTHON.toString());
        environment.put("XDG_RUNTIME_DIR", top.resolve("run").toString());
    }

    @Test
    void shouldRunAndLeaveNothingBehind() throws Exception {
        Finished end = tach("-n", "2", "-p", "no:cacheprovider");

        assertEquals(0, end.code(), end::toString);
        assertTrue(end.out().contains("= 2 passed in "), end.out());
        assertEquals("", end.err());
        assertEquals(List.of(), runDirectories());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "--markers", "--fixtures", "--collect-only", "--setup-plan", "--cache-show"})
    void shouldLeaveWhatOnlyShowsToPlainPytest(String option) throws Exception {
        List<String> plain =
                new ArrayList<>(List.of(PYTHON.resolveSibling("pytest").toString(), "-p", "no:randomly", option));

        assertEquals(
                withoutTimes(run(plain)),
                withoutTimes(tach("-n", "2", "--isolation=fork", "-p", "no:randomly", option)));
    }

    @Test
    void shouldSayThatSetupShowIsPlainPytest() throws Exception {
        Finished end = tach("--setup-show");

        assertEquals(0, end.code());
        assertTrue(end.err().contains("--setup-show: this is a run of plain pytest"), end.err());
    }

    /** None of these plugins is installed here: pytest refuses the option, but it is pytest that does. */
    @ParameterizedTest
    @ValueSource(strings = {"--snapshot-update", "--inline-snapshot=fix", "--benchmark-only", "--testmon"})
    void shouldLeaveToPlainPytestWhatPluginsDoInOneProcess(String option) throws Exception {
        Finished end = tach("-n", "2", option);

        assertEquals(4, end.code());
        String name = option.replaceFirst("=.*", "");
        assertTrue(end.err().contains(name + ": this is a run of plain pytest"), end.err());
    }

    @Test
    void shouldShowItsOwnHelpAndPytests() throws Exception {
        assertTrue(tach("--help").out().startsWith("Usage: tach [run] [FLAGS] [PYTEST ARGUMENTS]"));
        assertTrue(tach("--pytest-help").out().startsWith("usage: pytest "));
    }

    @Test
    void shouldSayWhatThisMachineCanDo() throws Exception {
        Finished text = tach("self-test");
        assertEquals(0, text.code(), text::toString);
        assertTrue(text.out().startsWith("isolation: "), text.out());
        assertTrue(text.out().contains("\nok  class_archive"), text.out());

        Finished json = tach("self-test", "--format", "json");
        assertEquals(0, json.code(), json::toString);
        assertTrue(json.out().startsWith("{\"isolation\": \""), json.out());
    }

    @Test
    void shouldRefuseToBeStrictWhereNothingCanBeIsolated() throws Exception {
        denySystemCalls("56 57 58 435"); // clone, fork, vfork, clone3 of x86-64

        Finished end = tach("--strict-isolation");

        assertEquals(2, end.code(), end::toString);
        assertEquals(
                "tach: strict_isolation: tests cannot be isolated here: fork: Operation not permitted (EPERM)\n",
                end.err());
        assertEquals(1, tach("self-test").code());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--isolation=auto", "--isolation=snapshot"})
    void shouldRefuseToBeStrictWhereMemoryCannotBeRewound(String strategy) throws Exception {
        denySystemCalls("323"); // userfaultfd

        Finished end = tach("--strict-isolation", strategy);

        assertEquals(2, end.code(), end::toString);
        String refusal =
                "tach: strict_isolation: memory cannot be rewound here: userfaultfd: Operation not permitted (EPERM)";
        assertTrue(end.err().startsWith(refusal), end.err());
        assertTrue(end.err().endsWith(" (--isolation=fork needs less)\n"), end.err());
        assertEquals(1, end.err().lines().count(), end.err());
        assertEquals("", end.out());
        assertEquals(0, tach("--strict-isolation", "--isolation=fork").code());
    }

    /** Gives tach an interpreter that may not do these calls, as in a container. */
    private void denySystemCalls(String numbers) throws IOException {
        String denying = ROOT.resolve("native-io/src/test/python/denying.py").toString();
        Path unable = project.resolve("unable");
        Files.writeString(
                unable, "#!/bin/sh\nexec %1$s %2$s %3$s -- %1$s \"$@\"\n".formatted(PYTHON, denying, numbers));
        assertTrue(unable.toFile().setExecutable(true));
        environment.put("TACH_PYTHON", unable.toString());
    }

    @Test
    void shouldListAsPlainText() throws Exception {
        assertEquals(new Finished(0, "test_it.py::test_one\ntest_it.py::TestTwo::test_three\n", ""), tach("list"));
    }

    @Test
    void shouldListAsJson() throws Exception {
        assertEquals(
                "{\"nodeid\": \"test_it.py::test_one\", \"path\": \"test_it.py\", \"line\": 1, \"markers\": []}\n",
                tach("list", "--format", "json", "-k", "one").out());
    }

    @Test
    void shouldListAsATree() throws Exception {
        assertEquals(
                "project\n  test_it.py\n    test_one\n    TestTwo\n      test_three\n",
                tach("list", "--format=tree").out());
    }

    @Test
    void shouldSayWhyAListFailed() throws Exception {
        write("test_broken.py", "import nothing_of_this_name\n");

        Finished end = tach("list", "--collected");

        assertEquals(3, end.code());
        assertTrue(end.err().contains("nothing_of_this_name"), end.err());
    }

    @Test
    void shouldListWithoutAnInterpreter() throws Exception {
        write("test_more.py", "import pytest\n@pytest.mark.parametrize('x', [1, make()])\ndef test_four(x): pass\n");
        environment.put("TACH_PYTHON", "/no/such/python");

        Finished end = tach("list", "test_more.py");

        assertEquals("test_more.py::test_four[...]\n", end.out());
        assertTrue(end.err().startsWith("tach: 1 of 1 lines are dynamic"), end.err());
        assertEquals(0, end.code());
    }

    @Test
    void shouldWarnOfFixtures() throws Exception {
        write("test_more.py", "def test_five(no_such_fixture): pass\n");

        Finished end = tach("list", "--check");

        assertEquals("test_more.py:1: fixture 'no_such_fixture' not found\n", end.out());
        assertEquals(0, end.code());
    }

    @Test
    void shouldNameItsParts() throws Exception {
        String out = tach("version").out();

        assertTrue(out.matches("(?s)tach \\S+\njava \\S+ .*\npython 3\\.\\S+ .*\npytest \\S+\n"), out);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--cov=src", "--pdb", "--timeout=soon", "-n", "--python=/no/such/python"})
    void shouldRefuseInOneLine(String word) throws Exception {
        Finished end = tach(word);

        assertEquals(2, end.code(), end::toString);
        assertEquals("", end.out());
        assertEquals(1, end.err().lines().count(), end.err());
    }

    @Test
    void shouldRefuseABrokenVirtualEnvironment() throws Exception {
        environment.remove("TACH_PYTHON");
        environment.put("VIRTUAL_ENV", "/no/such/venv");

        Finished end = tach();

        assertEquals(2, end.code());
        assertEquals("tach: VIRTUAL_ENV is /no/such/venv, but there is no /no/such/venv/bin/python\n", end.err());
    }

    @Test
    void shouldFindTheEnvironmentOfTheProject() throws Exception {
        environment.remove("TACH_PYTHON");
        Files.createSymbolicLink(project.resolve(".venv"), PYTHON.getParent().getParent());

        assertTrue(tach("version")
                .out()
                .contains(project.resolve(".venv/bin/python").toString()));
    }

    @Test
    void shouldTakeThePythonOfAConfigurationFile() throws Exception {
        environment.remove("TACH_PYTHON");
        write("tach.conf", "tach { python = \"/no/such/python\" }");

        assertEquals("tach: no interpreter at /no/such/python\n", tach().err());
        assertEquals(
                "tach: no interpreter at /no/such/python\n",
                tach("--collect-only").err());
    }

    @Test
    void shouldTakeTheFormatAndPatternOfAConfigurationFile() throws Exception {
        write("tach.conf", "tach { format = json, test_pattern = \"check_*.py\" }");
        write("check_this.py", "print('printed at import')\n\ndef test_four():\n    pass\n");

        Finished end = tach("-s");

        assertEquals(0, end.code(), end::toString);
        assertTrue(end.out().contains("check_this.py::test_four"), end.out());
        assertFalse(end.out().contains("test_it.py"), end.out());
        assertTrue(end.out().lines().allMatch(line -> line.startsWith("{\"")), end.out());
    }

    @Test
    void shouldNameTheLineOfABadSetting() throws Exception {
        write("pyproject.toml", "[tool.tach]\nisolation = 'fork'\n");

        Finished end = tach();

        assertEquals(2, end.code());
        assertEquals(
                "tach: " + project.resolve("pyproject.toml")
                        + ":2: unknown key \"isolation\"; did you mean \"isolation_strategy\"?\n",
                end.err());
        assertEquals(List.of(), runDirectories());
    }

    @Test
    void shouldTidyUpBehindAKilledRun() throws Exception {
        Path dead = Files.createDirectory(top.resolve("run/tach-999999999-1-1"));
        Files.copy(Path.of("/proc/sys/kernel/hostname"), dead.resolve("lock"));

        tach();

        assertFalse(Files.exists(dead));
    }

    @Test
    void shouldWorkThroughASymbolicLink() throws Exception {
        Path link = Files.createSymbolicLink(top.resolve("tach"), ROOT.resolve("bin/tach"));

        assertEquals(0, run(List.of(link.toString(), "list")).code());
    }

    private Finished tach(String... words) throws IOException, InterruptedException {
        return run(Stream.concat(Stream.of(ROOT.resolve("bin/tach").toString()), Stream.of(words))
                .toList());
    }

    private Finished run(List<String> words) throws IOException, InterruptedException {
        Path out = top.resolve("out");
        Path err = top.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(project.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("TACH_") || name.equals("VIRTUAL_ENV"));
        builder.environment().putAll(environment);
        int code = builder.start().waitFor();
        return new Finished(code, read(out), read(err));
    }

    private static String withoutTimes(Finished end) {
        return (end.code() + "\n" + end.out() + end.err()).replaceAll("in \\d+\\.\\d+s", "in a moment");
    }

    private static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    private List<Path> runDirectories() throws IOException {
        try (Stream<Path> content = Files.list(top.resolve("run"))) {
            return content.toList();
        }
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(project.resolve(name), text);
    }
}
