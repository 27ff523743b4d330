package io.tach.actors.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tach.actors.memory.ProjectMemory;
import io.tach.actors.testing.RunRecorder;
import io.tach.conf.Partition;
import io.tach.conf.PlanningSettings;
import io.tach.engine.event.RunEvent.CollectionFinished;
import io.tach.engine.event.RunEvent.Noted;
import io.tach.engine.event.RunEvent.TestStarted;
import io.tach.engine.history.History;
import io.tach.engine.history.HistoryCodec;
import io.tach.nativeio.wire.ToZygote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What runs leave for the next one, and what that makes of it. */
@Timeout(60)
class PlanningFlowTest {
    private static final PlanningSettings REMEMBERS = new PlanningSettings(true, false, Optional.empty());

    @TempDir
    Path project;

    private final List<FakeSuite> suites = new ArrayList<>();

    @AfterEach
    void deleteDirectories() throws IOException {
        for (FakeSuite suite : suites) {
            suite.directory.close();
        }
    }

    @Test
    void aFileThatFailedShouldGoFirstTheNextTime() throws Exception {
        // Given
        run(REMEMBERS, 2);

        // When
        RunRecorder second = run(REMEMBERS, 2);

        // Then
        String worker = second.events(TestStarted.class).stream()
                .filter(e -> e.nodeId().equals("c.py::fail1"))
                .findFirst()
                .orElseThrow()
                .worker();
        assertEquals(
                "c.py::fail1",
                second.events(TestStarted.class).stream()
                        .filter(e -> e.worker().equals(worker))
                        .findFirst()
                        .orElseThrow()
                        .nodeId());
    }

    @Test
    void whatWasSeenShouldBeInTheProject() throws Exception {
        // When
        run(REMEMBERS, 2);

        // Then
        History history = HistoryCodec.decode(ProjectMemory.of(project).readText(HistoryCodec.FILE_NAME));
        assertTrue(history.failedLast("c.py::fail1"));
        assertTrue(history.testNs("a.py::pass1") >= 0);
    }

    @Test
    void aForgetfulRunShouldLeaveNothing() throws Exception {
        // When
        run(PlanningSettings.FORGETFUL, 2);

        // Then
        try (var left = Files.list(project)) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    void aProjectThatCannotRememberShouldStillRun() throws Exception {
        // Given
        Files.writeString(project.resolve(".tach"), "in the way");

        // When
        RunRecorder events = run(REMEMBERS, 2);

        // Then
        assertTrue(
                events.events(Noted.class).stream().anyMatch(n -> n.text().contains("not kept")),
                () -> events.events(Noted.class).toString());
    }

    @Test
    void partsShouldBeTheWholeOnce() throws Exception {
        // When
        List<String> nodeIds = new ArrayList<>();
        int deselected = 0;
        for (int number = 1; number <= 2; number++) {
            PlanningSettings part = new PlanningSettings(true, false, Optional.of(new Partition(number, 2)));
            RunRecorder events = run(part, 2);
            CollectionFinished collected =
                    events.events(CollectionFinished.class).get(0);
            assertEquals(collected.nodeIds().size(), events.statuses().size());
            nodeIds.addAll(collected.nodeIds());
            deselected += collected.deselected();
        }

        // Then
        assertEquals(5, nodeIds.stream().distinct().count());
        assertEquals(5, nodeIds.size());
        assertEquals(5, deselected);
    }

    @Test
    void whatTestFilesImportShouldBeKnownToTheNextZygoteIfCollectingTookLong() throws Exception {
        // Given
        Files.writeString(project.resolve("a.py"), "import json\nimport shared\n");
        Files.writeString(project.resolve("b.py"), "import shared\n");
        PlanningSettings imports = new PlanningSettings(true, true, Optional.empty());
        Path plan = project.resolve(".tach/preimports");

        // When
        run(imports, 2);
        boolean afterQuickOne = Files.exists(plan);
        FakeSuite slow = suite();
        slow.collectionNs = 1_000_000_000;
        SuiteRun run = SuiteRun.start(slow, 2, imports);
        run.end();
        while (!Files.exists(plan)) {
            Thread.onSpinWait(); // it is written on a thread that nobody waits for
        }

        // Then
        assertFalse(afterQuickOne);
        List<String> lines = Files.readAllLines(plan);
        assertEquals("tach preimports 1", lines.get(0));
        assertTrue(lines.get(2).matches("a\\.py\t26@\\d+\tjson\tshared"), lines::toString);
        assertTrue(lines.get(3).matches("b\\.py\t14@\\d+\tshared"), lines::toString);
        assertTrue(slow.told.stream()
                .filter(ToZygote.Fork.class::isInstance)
                .map(ToZygote.Fork.class::cast)
                .allMatch(ToZygote.Fork::preImport));
    }

    private RunRecorder run(PlanningSettings planning, int workers) throws Exception {
        SuiteRun run = SuiteRun.start(suite(), workers, planning);
        run.end();
        return run.recorder;
    }

    private FakeSuite suite() throws IOException {
        FakeSuite suite = new FakeSuite()
                .file("a.py", "pass1", "pass2")
                .file("b.py", "pass1")
                .file("c.py", "fail1", "pass2");
        suite.rootDir = project.toString();
        suites.add(suite);
        return suite;
    }
}
