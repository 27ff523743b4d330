package io.tach.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tach.conf.SettingsLoader.FlagValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsLoaderTest {
    private static final int PROCESSORS = 6;

    @TempDir
    private Path project;

    @Test
    void shouldTakeDefaultsFromTheReference() {
        TachSettings settings = run(load());

        assertEquals(IsolationSettings.of(IsolationStrategy.AUTO), settings.isolation());
        assertEquals(OptionalInt.empty(), settings.workers());
        assertEquals(Duration.ZERO, settings.timeout());
        assertEquals(Duration.ofSeconds(5), settings.timeoutGrace());
        assertEquals(Duration.ZERO, settings.collectTimeout());
        assertEquals(Duration.ofSeconds(10), settings.interruptGrace());
        assertEquals(2, settings.zygoteRestarts());
        assertEquals(Path.of("/found/python"), settings.python());
        assertEquals(OutputFormat.PYTEST, load().format());
    }

    @Test
    void shouldPreferTheNearerSource() throws IOException {
        hocon("tach { timeout = 1, timeout_grace = 1, collect_timeout = 1, interrupt_grace = 1 }");
        pyproject("[tool.tach]\ntimeout = 2\ntimeout_grace = 2\ncollect_timeout = 2\n");
        Map<String, String> environment = Map.of("TACH_TIMEOUT", "3", "TACH_TIMEOUT_GRACE", "3");
        Map<Option, FlagValue> flags = Map.of(Option.TIMEOUT, new FlagValue("--timeout", "4"));

        TachSettings settings = run(SettingsLoader.load(flags, environment, project));

        assertEquals(Duration.ofSeconds(4), settings.timeout());
        assertEquals(Duration.ofSeconds(3), settings.timeoutGrace());
        assertEquals(Duration.ofSeconds(2), settings.collectTimeout());
        assertEquals(Duration.ofSeconds(1), settings.interruptGrace());
    }

    @ParameterizedTest
    @CsvSource({"0.25,PT0.25S", "500ms,PT0.5S", "90s,PT1M30S", "5m,PT5M", "1.5 h,PT1H30M", "7,PT7S"})
    void shouldReadTimes(String written, Duration expected) {
        assertEquals(expected, run(withEnvironment("TACH_TIMEOUT", written)).timeout());
    }

    @Test
    void shouldReadNumbersOfFilesAsSeconds() throws IOException {
        pyproject("[tool.tach]\ntimeout = 2.5\n");

        assertEquals(Duration.ofMillis(2500), run(load()).timeout());
    }

    @Test
    void shouldLetTheSuiteChooseWorkersUnlessAskedForAuto() {
        assertEquals(OptionalInt.empty(), run(load()).workers());
        Map<Option, FlagValue> auto = Map.of(Option.WORKERS, new FlagValue("-n", "auto"));
        assertEquals(
                OptionalInt.of(PROCESSORS),
                run(SettingsLoader.load(auto, Map.of(), project)).workers());
    }

    @Test
    void shouldReadHowTestsAreKeptApart() throws IOException {
        pyproject("[tool.tach]\nisolation_strategy = \"snapshot\"\nverify_rewind = true\nseed = 42\n");
        Map<String, String> environment = Map.of("TACH_STRICT_ISOLATION", "1");

        IsolationSettings isolation =
                run(SettingsLoader.load(Map.of(), environment, project)).isolation();

        assertEquals(new IsolationSettings(IsolationStrategy.SNAPSHOT, true, true, OptionalLong.of(42)), isolation);
    }

    @ParameterizedTest
    @CsvSource({"TACH_SEED,-1", "TACH_SEED,1000000000000000000", "TACH_STRICT_ISOLATION,maybe"})
    void shouldRefuseWhatCannotBeMeant(String variable, String value) {
        assertThrows(ConfigException.class, () -> withEnvironment(variable, value));
    }

    @Test
    void shouldReadWhatIsKnownOfToxicity() throws IOException {
        // Given
        ToxicitySettings expected =
                new ToxicitySettings(List.of("tests/net", "tests/test_a.py::test_*"), List.of("pkg.server"));

        // Then
        assertEquals(ToxicitySettings.NONE, run(load()).toxicity());
        assertEquals(
                expected,
                run(withEnvironment("TACH_TOXICITY", "toxic=tests/net toxic=tests/test_a.py::test_*  clean=pkg.server"))
                        .toxicity());
        hocon("tach { toxicity { toxic = [tests/net, \"tests/test_a.py::test_*\"], clean = [pkg.server] } }");
        assertEquals(expected, run(load()).toxicity());
        pyproject(
                "[tool.tach.toxicity]\ntoxic = [\n  'tests/net',\n  'tests/test_a.py::test_*']\nclean = ['pkg.server']\n");
        assertEquals(expected, run(load()).toxicity());
    }

    @Test
    void shouldRefuseOtherWordsOnToxicity() throws IOException {
        assertThrows(ConfigException.class, () -> withEnvironment("TACH_TOXICITY", "tests/net"));

        pyproject("[tool.tach]\nworkers = 1\n\n[tool.tach.toxicity]\ntoxick = ['tests']\n");
        assertEquals(
                project.resolve("pyproject.toml")
                        + ":4: toxicity: expected a table with the lists toxic and clean (in a variable: words such as"
                        + " toxic=tests/net), got {toxick=[tests]}",
                failure());
        pyproject("[tool.tach.toxicity]\nclean = 'tests'\n");
        assertTrue(failure().contains("expected a table"), failure());
    }

    @Test
    void shouldRefuseToBeStrictAboutNothing() {
        LoadedSettings settings = withEnvironment("TACH_ISOLATION_STRATEGY", "none");
        assertEquals(IsolationStrategy.NONE, run(settings).isolation().strategy());

        Map<String, String> strict = Map.of("TACH_ISOLATION_STRATEGY", "none", "TACH_STRICT_ISOLATION", "true");
        LoadedSettings both = SettingsLoader.load(Map.of(), strict, project);

        assertThrows(ConfigException.class, () -> run(both));
    }

    @Test
    void shouldLimitOnlyAutomaticWorkers() {
        Map<String, String> limit = Map.of("TACH_MAX_WORKERS", "4");
        Map<Option, FlagValue> eight = Map.of(Option.WORKERS, new FlagValue("-n", "8"));

        assertEquals(
                OptionalInt.of(4),
                run(SettingsLoader.load(Map.of(), limit, project)).workers());
        assertEquals(
                OptionalInt.of(8),
                run(SettingsLoader.load(eight, limit, project)).workers());
    }

    @Test
    void shouldTakeZeroWorkersForOne() {
        assertEquals(
                OptionalInt.of(1), run(withEnvironment("TACH_WORKERS", "0")).workers());
    }

    @Test
    void shouldResolveThePythonOfAFileAgainstTheProject() throws IOException {
        pyproject("[tool.tach]\npython = \"venv/bin/python\"\n");
        assertEquals(project.resolve("venv/bin/python"), load().python().orElseThrow());

        pyproject("[tool.tach]\npython = \"python3.12\"\n");
        assertEquals(Path.of("python3.12"), load().python().orElseThrow());
    }

    @Test
    void shouldHandTheTestPatternToPytest() throws IOException {
        hocon("tach.test_pattern = \"check_*.py\"");

        assertEquals(List.of("-o", "python_files=check_*.py", "-q"), run(load()).pytestArgs());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[tool.tach]\ntimeout = 2\n",
                "[ tool . tach ]\ntimeout = 2\n",
                "[tool.\"tach\"]\ntimeout = 2\n",
                "[tool]\ntach = { timeout = 2 }\n",
                "[tool]\ntach.timeout = 2\n",
                "tool.tach.timeout = 2\n"
            })
    void shouldReadTheTableHoweverItIsWritten(String toml) throws IOException {
        pyproject(toml);

        assertEquals(Duration.ofSeconds(2), run(load()).timeout());
    }

    @Test
    void shouldNameALineOfAnInlineTable() throws IOException {
        pyproject("[tool]\ntach = { timeou = 2 }\n");

        assertTrue(failure().startsWith(project.resolve("pyproject.toml") + ":2: unknown key"), failure());
    }

    @Test
    void shouldIgnoreAPyprojectOfOthers() throws IOException {
        pyproject("this is [not toml");

        assertEquals(Duration.ZERO, run(load()).timeout());
    }

    @Test
    void shouldNameTheNearestKeyWithItsLine() throws IOException {
        hocon("tach {\n  workers = 2\n  isolation-strategy = fork\n}\n");

        assertEquals(
                project.resolve("tach.conf")
                        + ":3: unknown key \"isolation-strategy\"; did you mean \"isolation_strategy\"?",
                failure());
    }

    @Test
    void shouldNameTheBlockForAKeyOutsideOfIt() throws IOException {
        hocon("workers = 2");

        assertEquals(
                project.resolve("tach.conf") + ":1: unknown key \"workers\"; did you mean \"tach.workers\"?",
                failure());
    }

    @Test
    void shouldRefuseAWrongTypeWithItsLine() throws IOException {
        hocon("tach {\n  workers = [1]\n}\n");

        assertEquals(project.resolve("tach.conf") + ":2: workers: expected a number or auto, got [1]", failure());
    }

    @Test
    void shouldRefuseABlockThatIsNone() throws IOException {
        hocon("tach = 3");

        assertEquals(project.resolve("tach.conf") + ":1: tach: expected a block { ... }", failure());
    }

    @Test
    void shouldSayWhereHoconIsBroken() throws IOException {
        hocon("tach {\n  workers = 2\n");

        String message = failure();

        assertTrue(message.startsWith(project.resolve("tach.conf") + ":3: "), message);
    }

    @Test
    void shouldStopAtAnIncludeLoop() throws IOException {
        hocon("include \"other.conf\"");
        Files.writeString(project.resolve("other.conf"), "include \"tach.conf\"");

        String message = failure();

        assertTrue(message.contains("cycle in your includes"), message);
    }

    @Test
    void shouldSayWhichSubstitutionIsMissing() throws IOException {
        hocon("tach {\n  timeout = ${no.such.key}\n}\n");

        String message = failure();

        assertTrue(message.startsWith(project.resolve("tach.conf") + ":2: "), message);
        assertTrue(message.contains("no.such.key"), message);
    }

    @Test
    void shouldNameTheLineOfAnUnknownKeyInPyproject() throws IOException {
        pyproject("[project]\nworkrs = 1\n\n[tool.tach]\ntimeout = 1\nworkrs = 3\n");

        assertEquals(
                project.resolve("pyproject.toml") + ":6: unknown key \"workrs\"; did you mean \"workers\"?", failure());
    }

    @Test
    void shouldNameTheLineOfAnUnknownTableInPyproject() throws IOException {
        pyproject("[tool.tach]\ntimeout = 1\n\n[tool.tach.format]\nkind = 1\n");

        assertEquals(
                project.resolve("pyproject.toml") + ":4: format: expected one of pytest, json, got {kind=1}",
                failure());
    }

    @Test
    void shouldSayWhereTomlIsBroken() throws IOException {
        pyproject("[tool.tach]\ntimeout = = 1\n");

        String message = failure();

        assertTrue(message.startsWith(project.resolve("pyproject.toml") + ":2: "), message);
    }

    @Test
    void shouldRefuseAVariableThatIsNearlyAnOption() {
        ConfigException e = assertThrows(ConfigException.class, () -> withEnvironment("TACH_WORKER", "2"));

        assertEquals("environment variable TACH_WORKER: unknown; did you mean \"TACH_WORKERS\"?", e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TACH_JAVA", "TACH_JAVA_OPTS", "TACH_LOG", "TACH_TRACE_STARTUP", "TACH_DEPLOY_TOKEN"})
    void shouldLeaveOtherVariablesAlone(String name) {
        assertEquals(Optional.empty(), withEnvironment(name, "x").python());
    }

    @Test
    void shouldTakeAnEmptyVariableForUnset() {
        assertEquals(Duration.ZERO, run(withEnvironment("TACH_TIMEOUT", "")).timeout());
    }

    @ParameterizedTest
    @ValueSource(strings = {"4801h", "999999999999h", "99999999"})
    void shouldCutTimesThatNobodySeesTheEndOf(String written) {
        Map<Option, FlagValue> flags = Map.of(Option.TIMEOUT, new FlagValue("--timeout", written));
        assertEquals(
                Duration.ofDays(200),
                run(SettingsLoader.load(flags, Map.of(), project)).timeout());
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "-1", "1d", ""})
    void shouldRefuseWhatIsNoTimeNamingTheFlag(String written) {
        Map<Option, FlagValue> flags = Map.of(Option.TIMEOUT, new FlagValue("--timeout", written));

        ConfigException e = assertThrows(ConfigException.class, () -> SettingsLoader.load(flags, Map.of(), project));

        assertEquals(
                "--timeout: expected seconds, or a time such as \"500ms\", \"90s\", \"5m\", \"1h\", got \"" + written
                        + "\"",
                e.getMessage());
    }

    private LoadedSettings load() {
        return SettingsLoader.load(Map.of(), Map.of(), project);
    }

    private LoadedSettings withEnvironment(String name, String value) {
        return SettingsLoader.load(Map.of(), Map.of(name, value), project);
    }

    private String failure() {
        return assertThrows(ConfigException.class, this::load).getMessage();
    }

    private TachSettings run(LoadedSettings settings) {
        return settings.toRun(project, Path.of("/found/python"), List.of("-q"), Optional.empty(), PROCESSORS);
    }

    private void hocon(String text) throws IOException {
        Files.writeString(project.resolve("tach.conf"), text);
    }

    private void pyproject(String text) throws IOException {
        Files.writeString(project.resolve("pyproject.toml"), text);
    }
}
