package io.tach.actors.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tach.actors.memory.ProjectMemory;
import io.tach.actors.toxicity.ProjectToxicity;
import io.tach.conf.IsolationSettings;
import io.tach.conf.IsolationStrategy;
import io.tach.conf.PlanningSettings;
import io.tach.conf.ToxicitySettings;
import io.tach.engine.model.Isolation;
import io.tach.engine.model.Outcome;
import io.tach.engine.model.PhaseTimes;
import io.tach.engine.model.Status;
import io.tach.engine.model.TestResult;
import io.tach.engine.run.ExitCodes;
import io.tach.engine.toxicity.RecordedTruth;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ToxicityTest {
    private static final long NOW = 1_764_085_335L;

    private static final PlanningSettings REMEMBERING = new PlanningSettings(true, false, Optional.empty());

    @TempDir
    Path project;

    @Test
    void whatWasToxicShouldHaveAProcessOfItsOwnInTheNextRun() throws Exception {
        // When
        Set<String> first = run().marked;
        Set<String> second = run().marked;

        // Then
        assertEquals(Set.of(), first);
        assertEquals(Set.of("a.py::toxic1"), second);
        RecordedTruth truth = RecordedTruth.decode(ProjectMemory.of(project).readText(Toxicity.FILE_NAME));
        assertEquals(Set.of("a.py::toxic1"), truth.byNodeId().keySet());
        assertEquals("thread 'poller'", truth.of("a.py::toxic1").orElseThrow().reason());
    }

    @Test
    void whatTheSourcesSayShouldCountInTheNextRun() throws Exception {
        // Given
        Files.writeString(project.resolve("test_a.py"), "import os\n\ndef test_a():\n    os.fork()\n");
        Files.writeString(project.resolve("test_b.py"), "def test_b():\n    pass\n");
        ProjectToxicity.predictions(project, Optional.empty(), ToxicitySettings.NONE);

        // When
        FakeSuite suite = new FakeSuite().file("test_a.py", "test_a").file("test_b.py", "test_b");
        suite.rootDir = project.toString();
        SuiteRun run = SuiteRun.start(suite, 1, REMEMBERING, IsolationSettings.of(IsolationStrategy.AUTO));

        // Then
        assertEquals(ExitCodes.PASSED, run.end());
        assertEquals(Set.of("test_a.py::test_a"), suite.marked);
    }

    @Test
    void aRunThatIsolatesNothingShouldLeaveNoRecord() throws Exception {
        // Given
        FakeSuite suite = new FakeSuite().file("a.py", "pass1");
        suite.rootDir = project.toString();

        // When
        assertEquals(ExitCodes.PASSED, SuiteRun.start(suite, 1, REMEMBERING).end());

        // Then
        assertFalse(Files.exists(project.resolve(".tach").resolve(Toxicity.FILE_NAME)));
    }

    @Test
    void theUsersWordShouldCount() {
        // Given
        Toxicity toxicity = new Toxicity(new ToxicitySettings(List.of("net"), List.of("a.py::test_fine")));
        toxicity.known(seen("a.py::test_fine", "a.py::test_bad"));

        // Then
        assertTrue(toxicity.isToxic("net/test_a.py::test_x"));
        assertFalse(toxicity.isToxic("a.py::test_fine"));
        assertTrue(toxicity.isToxic("a.py::test_bad"));
        assertFalse(toxicity.isToxic("a.py::test_other"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "none"})
    void whatWasNotIsolatedShouldTellNothing(String ran) {
        // Given
        Toxicity toxicity = new Toxicity(ToxicitySettings.NONE);

        // When
        toxicity.add(result("a.py::test_a", new Isolation(ran, "", "")));

        // Then
        assertTrue(toxicity.isEmpty());
    }

    @Test
    void aCleanRunShouldClearOnlyIfItWasWatched() {
        // Given
        Toxicity toxicity = new Toxicity(ToxicitySettings.NONE);
        toxicity.add(result("a.py::test_watched", new Isolation("snapshot", "", "")));
        toxicity.add(result("a.py::test_alone", new Isolation("fork", "", "")));

        // When
        String before = seen("a.py::test_watched", "a.py::test_alone").encode();
        RecordedTruth after = RecordedTruth.decode(toxicity.after(before, NOW + 1));

        // Then
        assertEquals(1, after.of("a.py::test_watched").orElseThrow().clean());
        assertEquals(0, after.of("a.py::test_alone").orElseThrow().clean());
        assertEquals(1, after.of("a.py::test_alone").orElseThrow().unwatched());
    }

    private static RecordedTruth seen(String... nodeIds) {
        Toxicity toxicity = new Toxicity(ToxicitySettings.NONE);
        for (String nodeId : nodeIds) {
            toxicity.add(result(nodeId, new Isolation("snapshot", "child process 'sleep'", "")));
        }
        return RecordedTruth.decode(toxicity.after("", NOW));
    }

    private static TestResult result(String nodeId, Isolation isolation) {
        return new TestResult(
                0,
                nodeId,
                Status.PASS,
                Outcome.PASSED,
                1000,
                "",
                PhaseTimes.NONE,
                List.of(),
                List.of(),
                "gw0",
                List.of(),
                isolation);
    }

    private FakeSuite run() throws Exception {
        FakeSuite suite = new FakeSuite().file("a.py", "toxic1", "pass2");
        suite.rootDir = project.toString();
        assertEquals(ExitCodes.PASSED, SuiteRun.start(suite, 1, REMEMBERING).end());
        return suite;
    }
}
