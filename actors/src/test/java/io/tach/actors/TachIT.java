package io.tach.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tach.actors.testing.Python;
import io.tach.actors.testing.RunRecorder;
import io.tach.conf.IsolationSettings;
import io.tach.conf.IsolationStrategy;
import io.tach.conf.PlanningSettings;
import io.tach.conf.TachSettings;
import io.tach.conf.ToxicitySettings;
import io.tach.engine.event.Reporter;
import io.tach.engine.event.RunEvent;
import io.tach.engine.event.RunEvent.Noted;
import io.tach.engine.event.RunEvent.TestFinished;
import io.tach.engine.event.RunEvent.TestStarted;
import io.tach.engine.model.Status;
import io.tach.engine.run.ExitCodes;
import io.tach.samples.EmbeddedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.stream.javadsl.Sink;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs with a real interpreter, in the actor system of an application. */
@Timeout(120)
class TachIT {
    private static final ActorSystem<Void> APPLICATION = ActorSystem.create(Behaviors.empty(), "application");

    @TempDir
    private Path project;

    @AfterAll
    static void terminate() {
        APPLICATION.terminate();
    }

    @AfterEach
    void noProcessIsLeft() {
        List<String> left = ProcessHandle.current()
                .descendants()
                .flatMap(p -> p.info().commandLine().stream())
                .filter(line -> line.contains("tach_harness"))
                .toList();
        assertEquals(List.of(), left);
    }

    @Test
    void shouldRunASuite() throws Exception {
        Python.write(project, "test_a.py", "def test_one(): pass", "def test_two(): assert 1 == 2");
        RunRecorder events = run(settings(IsolationStrategy.NONE), control -> {}, ExitCodes.FAILED);
        assertEquals(Map.of("test_a.py::test_one", Status.PASS, "test_a.py::test_two", Status.FAIL), events.statuses());
        assertTrue(events.finished().summary().contains("1 failed, 1 passed"));
    }

    @Test
    void shouldRunEachTestInAProcessOfItsOwn() throws Exception {
        Python.write(
                project,
                "test_a.py",
                "import os",
                "seen = []",
                "def test_one(): seen.append(os.getpid())",
                "def test_two(): assert seen == []");
        run(settings(IsolationStrategy.FORK), control -> {}, ExitCodes.PASSED);
    }

    @Test
    void shouldRewindTheSameProcessAfterEachTest() throws Exception {
        TachSettings settings = settings(IsolationStrategy.SNAPSHOT);
        IsolationRung rung = IsolationRung.of(settings.python());
        assumeTrue(rung.name().equals("snapshot"), () -> "memory cannot be rewound here: " + rung.reason());
        Python.write(
                project,
                "test_a.py",
                "import os, pathlib",
                "seen = []",
                "def test_one(): pass",
                "def test_two(): seen.append(1); pathlib.Path('two').write_text(str(os.getpid()))",
                "def test_three(): assert seen == [] and pathlib.Path('two').read_text() == str(os.getpid())",
                "def test_four(): pass");
        RunRecorder events = run(settings, control -> {}, ExitCodes.PASSED);
        List<RunEvent.IsolationMeasured> measured = events.events(RunEvent.IsolationMeasured.class);
        assertEquals(1, measured.size());
        assertTrue(measured.get(0).statistics().rewinds() >= 2, measured::toString);
        assertEquals(0, measured.get(0).statistics().discarded());
    }

    @Test
    void whatPassesOnlyAfterOthersShouldPassAndBeNamed() throws Exception {
        String[] suite = {"seen = []", "def test_one(): seen.append(1)", "def test_two(): assert seen"};
        Python.write(project, "test_a.py", suite);
        RunRecorder events = run(settings(IsolationStrategy.AUTO), control -> {}, ExitCodes.PASSED);
        List<String> diagnoses = events.events(TestFinished.class).stream()
                .filter(e -> e.result().nodeId().endsWith("test_two"))
                .map(e -> e.result().isolation().diagnosis())
                .toList();
        assertEquals(List.of("order-dependent"), diagnoses);
    }

    @Test
    void aDeathShouldNameTestPhaseAndOutput() throws Exception {
        Python.write(
                project,
                "test_a.py",
                "import os, signal",
                "def test_ok_before(): pass",
                "def test_dies():",
                "    print('last words')",
                "    os.kill(os.getpid(), signal.SIGKILL)",
                "def test_z_after(): pass");
        RunRecorder events = run(settings(IsolationStrategy.NONE), control -> {}, ExitCodes.FAILED);
        assertEquals(3, events.statuses().size());
        assertEquals(Status.CRASH, events.statuses().get("test_a.py::test_dies"));
        assertTrue(events.finished().summary().contains("SIGKILL"), events.finished()::summary);
        assertTrue(events.finished().summary().contains("last words"), events.finished()::summary);
    }

    @Test
    void aDeadlineShouldShowWhereTheTestHangs() throws Exception {
        Python.write(
                project,
                "test_a.py",
                "import threading",
                "def waits_for_ever(): threading.Event().wait()",
                "def test_hangs(): waits_for_ever()",
                "def test_z_after(): pass");
        RunRecorder events = run(withTimeout(Duration.ofSeconds(1)), control -> {}, ExitCodes.FAILED);
        assertEquals(Status.TIMEOUT, events.statuses().get("test_a.py::test_hangs"));
        assertEquals(Status.PASS, events.statuses().get("test_a.py::test_z_after"));
        assertTrue(events.finished().summary().contains("waits_for_ever"), events.finished()::summary);
    }

    @Test
    void aZygoteThatIsKilledShouldBeReplaced() throws Exception {
        Python.write(
                project,
                "test_a.py",
                "import os, pathlib, signal",
                "def test_kills_the_zygote_once():",
                "    mark = pathlib.Path('killed')",
                "    if not mark.exists():",
                "        mark.touch()",
                "        os.kill(os.getppid(), signal.SIGKILL)",
                "        signal.pause()",
                "def test_z_after(): pass");
        RunRecorder events = run(settings(IsolationStrategy.NONE), control -> {}, ExitCodes.PASSED);
        assertEquals(2, events.statuses().size());
        assertTrue(events.events(Noted.class).stream().anyMatch(n -> n.text().contains("started again")));
    }

    @Test
    void anInterruptShouldEndTheRunWithWhatIsKnown() throws Exception {
        Python.write(
                project,
                "test_a.py",
                "import threading",
                "def test_quick(): pass",
                "def test_waits(): threading.Event().wait()",
                "def test_never(): pass");
        RunRecorder events =
                run(settings(IsolationStrategy.NONE), new InterruptAt("test_a.py::test_waits"), ExitCodes.INTERRUPTED);
        assertEquals(Map.of("test_a.py::test_quick", Status.PASS), events.statuses());
        assertEquals(
                List.of("test_a.py::test_waits", "test_a.py::test_never"),
                events.finished().notRun());
        assertTrue(events.finished().summary().contains("1 passed"), events.finished()::summary);
    }

    @Test
    void severalRunsShouldGoOnAtTheSameTime() throws Exception {
        Python.write(project, "test_a.py", "def test_one(): pass");
        List<CompletableFuture<Integer>> codes = Stream.generate(() -> settings(IsolationStrategy.NONE))
                .limit(3)
                .map(s -> Tach.run(s, APPLICATION, List.of(new RunRecorder())).toCompletableFuture())
                .toList();
        for (CompletableFuture<Integer> code : codes) {
            assertEquals(ExitCodes.PASSED, code.get(60, TimeUnit.SECONDS));
        }
    }

    @Test
    void manyRunsShouldLeaveNothingOpen() throws Exception {
        Python.write(
                project, "test_a.py", "def test_one(): pass", "def test_dies():", "    import os", "    os._exit(3)");
        runTwice();
        Map<String, Long> before = openFiles();
        Set<String> threads = threads();
        for (int i = 0; i < 4; i++) {
            runTwice();
        }
        Map<String, Long> after = openFiles();
        after.forEach(
                (kind, count) -> assertTrue(count <= before.getOrDefault(kind, 0L), () -> before + " -> " + after));
        assertEquals(threads, threads());
    }

    private void runTwice() throws Exception {
        run(settings(IsolationStrategy.AUTO), control -> {}, ExitCodes.FAILED);
        run(settings(IsolationStrategy.NONE), RunControl::cancel, ExitCodes.INTERRUPTED);
    }

    /** How many descriptors of this JVM there are of each kind that a run opens: no file of the class path, no listing. */
    private static Map<String, Long> openFiles() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .flatMap(TachIT::target)
                    .filter(target -> !target.startsWith("/") || target.startsWith("/memfd:"))
                    .collect(
                            Collectors.groupingBy(s -> s.replaceAll("\\d+", "N"), TreeMap::new, Collectors.counting()));
        }
    }

    private static Stream<String> target(Path descriptor) {
        try {
            return Stream.of(Files.readSymbolicLink(descriptor).toString());
        } catch (IOException theOneThatListed) {
            return Stream.empty();
        }
    }

    /** The kinds of threads there are, without those of pools, which come and go. */
    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(thread -> thread.getName().replaceAll("\\d+", "N"))
                .filter(name -> name.contains("tach"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void whoeverStopsListeningShouldEndTheRun() throws Exception {
        Python.write(project, "test_a.py", "import threading", "def test_waits(): threading.Event().wait()");
        RunControl control = Tach.run(settings(IsolationStrategy.NONE), APPLICATION)
                .takeWhile(event -> !(event instanceof TestStarted))
                .to(Sink.ignore())
                .run(APPLICATION);
        assertEquals(
                ExitCodes.INTERRUPTED, control.exitCode().toCompletableFuture().get(60, TimeUnit.SECONDS));
    }

    @Test
    void theSampleShouldCancelAfterTheFirstFailure() throws Exception {
        Python.write(
                project,
                "test_a.py",
                "import threading",
                "def test_fails(): assert False",
                "def test_waits(): threading.Event().wait()");
        int code = new EmbeddedRun(APPLICATION)
                .untilFirstFailure(settings(IsolationStrategy.NONE))
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
        assertEquals(ExitCodes.INTERRUPTED, code);
    }

    private RunRecorder run(TachSettings settings, Consumer<RunControl> onControl, int expected) throws Exception {
        RunRecorder recorder = new RunRecorder();
        List<Reporter> reporters = onControl instanceof Reporter other ? List.of(other, recorder) : List.of(recorder);
        int code = Tach.run(settings, APPLICATION, reporters, onControl)
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
        assertEquals(expected, code, () -> recorder.events().toString());
        return recorder;
    }

    private TachSettings settings(IsolationStrategy isolation) {
        return settings(isolation, Duration.ZERO);
    }

    private TachSettings withTimeout(Duration timeout) {
        return settings(IsolationStrategy.NONE, timeout);
    }

    private TachSettings settings(IsolationStrategy isolation, Duration timeout) {
        return new TachSettings(
                project,
                Python.withPytest(),
                List.of("-p", "no:cacheprovider"),
                OptionalInt.of(1),
                IsolationSettings.of(isolation),
                PlanningSettings.FORGETFUL,
                timeout,
                Duration.ofSeconds(1),
                Duration.ofSeconds(60),
                Duration.ofSeconds(5),
                2,
                ToxicitySettings.NONE,
                Optional.empty());
    }

    /** Interrupts the run when a test starts. */
    private static final class InterruptAt implements Reporter, Consumer<RunControl> {
        private final CompletableFuture<RunControl> control = new CompletableFuture<>();
        private final String nodeId;

        InterruptAt(String nodeId) {
            this.nodeId = nodeId;
        }

        @Override
        public void accept(RunControl run) {
            control.complete(run);
        }

        @Override
        public String name() {
            return "interrupt";
        }

        @Override
        public void on(RunEvent event) {
            if (event instanceof TestStarted started && started.nodeId().equals(nodeId)) {
                control.join().interrupt();
            }
        }
    }
}
