package io.tach.actors.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
    private static final PlanningSettings REMEMBERS = new PlanningSettings(true, Optional.empty());

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
            PlanningSettings part = new PlanningSettings(true, Optional.of(new Partition(number, 2)));
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

    private RunRecorder run(PlanningSettings planning, int workers) throws Exception {
        FakeSuite suite = new FakeSuite()
                .file("a.py", "pass1", "pass2")
                .file("b.py", "pass1")
                .file("c.py", "fail1", "pass2");
        suite.rootDir = project.toString();
        suites.add(suite);
        SuiteRun run = SuiteRun.start(suite, workers, planning);
        run.end();
        return run.recorder;
    }
}
