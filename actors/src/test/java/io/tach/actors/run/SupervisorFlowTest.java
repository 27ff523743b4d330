package io.tach.actors.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tach.actors.testing.RunRecorder;
import io.tach.conf.IsolationSettings;
import io.tach.conf.IsolationStrategy;
import io.tach.engine.event.Reporter;
import io.tach.engine.event.RunEvent;
import io.tach.engine.event.RunEvent.CollectionFinished;
import io.tach.engine.event.RunEvent.Noted;
import io.tach.engine.event.RunEvent.SessionStarted;
import io.tach.engine.event.RunEvent.TestFinished;
import io.tach.engine.event.RunEvent.TestStarted;
import io.tach.engine.event.RunEvent.WorkerReplaced;
import io.tach.engine.model.Isolation;
import io.tach.engine.model.RewindStatistics;
import io.tach.engine.model.Status;
import io.tach.engine.model.TestResult;
import io.tach.engine.run.ExitCodes;
import io.tach.nativeio.wire.FromZygote;
import io.tach.nativeio.wire.ToZygote;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SupervisorFlowTest {
    private FakeSuite suite;

    @BeforeEach
    void makeSuite() throws Exception {
        suite = new FakeSuite();
    }

    @AfterEach
    void nothingIsLeft() {
        assertFalse(Files.exists(suite.directory.path()));
    }

    private RunRecorder run(int workers, int expectedCode) throws Exception {
        SuiteRun run = SuiteRun.start(suite, workers);
        int code = run.end();
        assertEquals(expectedCode, code, () -> run.recorder.events().toString());
        assertEquals(code, run.recorder.finished().exitCode());
        assertEquals(1, run.recorder.timesClosed());
        assertContract(run.recorder.events());
        return run.recorder;
    }

    /** The order that {@link RunEvent} promises. */
    private static void assertContract(List<RunEvent> events) {
        assertTrue(events.size() == 1 || events.get(0) instanceof SessionStarted, events::toString);
        assertTrue(events.get(events.size() - 1) instanceof RunEvent.RunFinished);
        int collected = indexOf(events, CollectionFinished.class);
        int started = indexOf(events, TestStarted.class);
        assertTrue(started < 0 || collected < started, events::toString);
    }

    private static int indexOf(List<RunEvent> events, Class<?> kind) {
        return events.stream().map(Object::getClass).toList().indexOf(kind);
    }

    // --- plain runs

    @Test
    void shouldRunEveryTestOnceAndPassPytestsSummaryOn() throws Exception {
        suite.file("a.py", "pass1", "pass2").file("b.py", "pass1", "pass2", "pass3");
        RunRecorder events = run(2, ExitCodes.PASSED);
        assertEquals(5, events.statuses().size());
        assertEquals(Map.of("passed", 5), events.finished().counts());
        assertEquals("=== summary of pytest ===", events.finished().summary());
        assertEquals(
                List.of("a.py::pass1", "a.py::pass2", "b.py::pass1", "b.py::pass2", "b.py::pass3"),
                events.events(CollectionFinished.class).get(0).nodeIds());
    }

    @Test
    void shouldHandReportsAndOutcomesToTheSummary() throws Exception {
        suite.file("a.py", "pass1", "fail2");
        run(1, ExitCodes.FAILED);
        List<ToZygote.Reports> parts = suite.told.stream()
                .filter(ToZygote.Reports.class::isInstance)
                .map(ToZygote.Reports.class::cast)
                .toList();
        assertEquals(1, parts.stream().mapToInt(p -> p.reports().size()).sum());
        assertEquals(2, parts.stream().mapToInt(p -> p.outcomes().size()).sum());
        ToZygote.Finish finish = last(ToZygote.Finish.class);
        assertEquals(Map.of("passed", 1), finish.counts());
        assertEquals(ExitCodes.FAILED, finish.exitStatus());
    }

    @Test
    void shouldSayThatThereAreNoTests() throws Exception {
        RunRecorder events = run(2, ExitCodes.NO_TESTS);
        assertFalse(events.events(CollectionFinished.class).get(0).willRun());
    }

    @Test
    void shouldTellWhatPytestSaysWhenItRefuses() throws Exception {
        suite.bootFailure = new FromZygote.BootFailed("usage", "ERROR: no such option", 4);
        RunRecorder events = run(1, ExitCodes.USAGE);
        assertEquals(1, events.events().size());
        assertEquals("ERROR: no such option", events.finished().summary());
    }

    @Test
    void shouldPassOnTheEndOfARunThatWasOnlyAsked() throws Exception {
        suite.bootFailure = new FromZygote.BootFailed("exit", "pytest 9.2.0", 0);
        assertEquals("pytest 9.2.0", run(1, 0).finished().summary());
    }

    @Test
    void shouldNameTheSeedBelowWhatWasCollected() throws Exception {
        suite.file("a.py", "pass1");
        OptionalLong seed = OptionalLong.of(7);
        SuiteRun run = SuiteRun.start(suite, new IsolationSettings(IsolationStrategy.AUTO, false, false, seed));
        assertEquals(ExitCodes.PASSED, run.end());
        List<RunEvent> events = run.recorder.events();
        int collected = indexOf(events, CollectionFinished.class);
        assertEquals(new Noted("seed 7"), events.get(collected + 1));
        ToZygote.Isolation told = last(ToZygote.Fork.class).isolation();
        assertEquals(new ToZygote.Isolation("auto", false, false, seed), told);
    }

    @Test
    void shouldTellOnceWhatEveryWorkerNotices() throws Exception {
        suite.file("a.py", "note1", "note2").file("b.py", "note1", "note2");
        RunRecorder events = run(2, ExitCodes.PASSED);
        assertEquals(1, events.events(Noted.class).size());
    }

    @Test
    void shouldTellWhatIsolationFoundAndCostOnceBeforeTheEnd() throws Exception {
        suite.file("a.py", "toxic1", "pass2").file("b.py", "toxic1");
        RunRecorder events = run(2, ExitCodes.PASSED);
        List<Isolation> isolations = events.events(TestFinished.class).stream()
                .map(e -> e.result().isolation())
                .toList();
        Isolation toxic = new Isolation("snapshot", "thread 'poller'", "");
        assertEquals(2, Collections.frequency(isolations, toxic));
        assertEquals(1, Collections.frequency(isolations, Isolation.UNSAID));
        RewindStatistics sums = new RewindStatistics(0, 2, 0, 2, 4, 6, 8, 10, 12, 14, 0, Map.of("thread", 2), 0, 0);
        assertEquals(
                new RunEvent.IsolationMeasured(sums),
                events.events().get(events.events().size() - 2));
        assertEquals(1, events.events(RunEvent.IsolationMeasured.class).size());
    }

    // --- deaths

    @Test
    void aWorkersDeathShouldCostItsTestOnly() throws Exception {
        suite.file("a.py", "pass1", "die2", "pass3", "pass4");
        RunRecorder events = run(1, ExitCodes.FAILED);
        assertEquals(Status.CRASH, events.statuses().get("a.py::die2"));
        assertEquals(4, events.statuses().size());
        assertEquals("SIGSEGV", events.events(WorkerReplaced.class).get(0).reason());
        assertTrue(crash(events).message().contains("SIGSEGV"));
    }

    @Test
    void garbageShouldEndThatWorkerOnly() throws Exception {
        suite.file("a.py", "pass1", "garbage2", "pass3");
        RunRecorder events = run(1, ExitCodes.FAILED);
        assertEquals(3, events.statuses().size());
        assertTrue(crash(events).message().contains("broke the protocol"), crash(events)::message);
    }

    /** The worker's own green verdict arrives after the foreign one: a liar is not believed any more. */
    @Test
    void aVerdictOnAForeignTestShouldEndThatWorkerOnly() throws Exception {
        suite.file("a.py", "pass1", "foreign2", "pass3");
        RunRecorder events = run(1, ExitCodes.FAILED);
        assertEquals(3, events.statuses().size());
        assertEquals(Status.CRASH, events.statuses().get("a.py::foreign2"));
    }

    @Test
    void aDeathInTheMiddleOfAFrameShouldBeToldAsThatDeath() throws Exception {
        suite.file("a.py", "pass1", "cut2", "pass3");
        RunRecorder events = run(1, ExitCodes.FAILED);
        assertEquals(3, events.statuses().size());
        assertEquals("worker died in call: SIGSEGV", crash(events).message());
    }

    @Test
    void aDeadlineBeyondAllTimersShouldBeNone() throws Exception {
        suite.file("a.py", "pass1", "pass2");
        suite.timeouts = Map.of(1, 1e300);
        SuiteRun run = SuiteRun.startWithTimeout(suite, Duration.ofDays(9_999));
        assertEquals(ExitCodes.PASSED, run.end(), () -> run.recorder.events().toString());
    }

    @Test
    void aTestPastItsDeadlineShouldTimeOut() throws Exception {
        suite.file("a.py", "pass1", "hang2", "pass3");
        SuiteRun run = SuiteRun.startWithTimeout(suite, Duration.ofMillis(100));
        assertEquals(ExitCodes.FAILED, run.end());
        assertEquals(Status.TIMEOUT, run.recorder.statuses().get("a.py::hang2"));
        assertEquals(Status.PASS, run.recorder.statuses().get("a.py::pass3"));
    }

    @Test
    void workersThatDieBeforeTheyDoAnythingShouldEndTheRun() throws Exception {
        suite.file("a.py", "pass1").file("b.py", "pass1");
        suite.workersDieAtBirth = true;
        RunRecorder events = run(1, ExitCodes.RUNTIME);
        assertTrue(events.finished().stopReason().startsWith("3 workers in a row died"));
    }

    @Test
    void aFileThatKillsItsImporterShouldBeACollectionError() throws Exception {
        suite.file("a.py", "pass1").file("deadly.py", "pass1").file("c.py", "pass1");
        suite.deadlyFile = "deadly.py";
        RunRecorder events = run(1, ExitCodes.COLLECTION);
        CollectionFinished collected = events.events(CollectionFinished.class).get(0);
        assertEquals("deadly.py", collected.reports().get(0).nodeId());
        assertTrue(collected.reports().get(0).message().contains("SIGSEGV"));
        assertEquals(Map.of(), events.statuses());
    }

    @Test
    void aZygoteThatDiesAtBootShouldEndTheRun() throws Exception {
        suite.zygoteDiesAtBoot = true;
        RunRecorder events = run(1, ExitCodes.RUNTIME);
        assertEquals(1, events.events().size());
        assertTrue(events.finished().stopReason().contains("SIGSEGV"));
    }

    @Test
    void aZygoteThatDiesInTheRunShouldBeReplacedAndNothingLost() throws Exception {
        suite.file("a.py", "pass1", "kill_zygote2", "pass3").file("b.py", "pass1", "pass2");
        RunRecorder events = run(2, ExitCodes.PASSED);
        assertEquals(5, events.statuses().size());
        assertEquals(2, suite.zygotes.get());
        assertTrue(events.events(Noted.class).get(0).text().contains("started again"));
    }

    // --- collection

    @Test
    void collectionErrorsShouldKeepEverythingFromRunning() throws Exception {
        suite.file("a.py", "pass1").file("broken.py");
        suite.brokenFile = "broken.py";
        RunRecorder events = run(2, ExitCodes.COLLECTION);
        assertFalse(events.events(CollectionFinished.class).get(0).willRun());
        assertEquals(Map.of(), events.statuses());
        assertEquals(
                "1 error during collection",
                last(ToZygote.Finish.class).stop().orElseThrow().reason());
    }

    @Test
    void aPluginThatReordersShouldHaveTheSessionCollectedWhole() throws Exception {
        suite.file("a.py", "pass1").file("b.py", "pass1");
        suite.reorderedBy = "conftest.py";
        RunRecorder events = run(1, ExitCodes.PASSED);
        assertEquals(2, events.statuses().size());
        assertTrue(suite.told.contains(new ToZygote.CollectAll()));
    }

    // --- stops

    @Test
    void maxfailShouldStopTheRun() throws Exception {
        suite.file("a.py", "pass1", "fail2", "pass3", "pass4", "pass5", "pass6", "pass7", "pass8", "pass9");
        suite.maxFail = 1;
        RunRecorder events = run(1, ExitCodes.FAILED);
        assertEquals("stopping after 1 failures", events.finished().stopReason());
        assertEquals(9, events.statuses().size() + events.finished().notRun().size());
    }

    @Test
    void pytestExitShouldStopTheRunWithItsCode() throws Exception {
        suite.file("a.py", "pass1", "stop2", "pass3");
        RunRecorder events = run(1, 7);
        assertEquals("bye", events.finished().stopReason());
        assertEquals(
                new ToZygote.Stop("exit", "bye", 7),
                last(ToZygote.Finish.class).stop().orElseThrow());
    }

    @Test
    void anInternalErrorShouldStopTheRun() throws Exception {
        suite.file("a.py", "internal1", "pass2");
        assertEquals("Traceback ...", run(1, ExitCodes.RUNTIME).finished().stopReason());
    }

    @Test
    void anInterruptShouldStopWhatRunsAndSayWhere() throws Exception {
        suite.file("a.py", "pass1", "hang2", "pass3");
        Watch watch = new Watch("a.py::hang2");
        SuiteRun run = SuiteRun.start(suite, 1, watch);
        watch.await();

        run.supervisor.tell(Supervisor.Request.INTERRUPT);

        assertEquals(ExitCodes.INTERRUPTED, run.end());
        assertEquals(
                List.of("a.py::hang2", "a.py::pass3"), run.recorder.finished().notRun());
        assertEquals("a.py::hang2:1: KeyboardInterrupt", run.recorder.finished().stopReason());
        assertEquals("=== summary of pytest ===", run.recorder.finished().summary());
    }

    @Test
    void anInterruptShouldEndARunWhoseZygoteImportsWhenItShouldFork() throws Exception {
        suite.file("a.py", "pass1").zygoteIsDeaf = true;
        SuiteRun run = SuiteRun.start(suite, 1);
        assertInstanceOf(ToZygote.Fork.class, suite.told.take());

        run.supervisor.tell(Supervisor.Request.INTERRUPT);

        assertEquals(ExitCodes.INTERRUPTED, run.end());
    }

    @Test
    void cancelShouldKillAtOnce() throws Exception {
        suite.file("a.py", "hang1", "pass2");
        Watch watch = new Watch("a.py::hang1");
        SuiteRun run = SuiteRun.start(suite, 1, watch);
        watch.await();

        run.supervisor.tell(Supervisor.Request.CANCEL);

        assertEquals(ExitCodes.INTERRUPTED, run.end());
        assertEquals(2, run.recorder.finished().notRun().size());
    }

    @Test
    void pauseShouldHandOutNothingUntilResumed() throws Exception {
        suite.file("a.py", "hang1").file("b.py", "pass1", "pass2", "pass3", "pass4", "pass5", "pass6");
        Watch watch = new Watch("a.py::hang1");
        SuiteRun run = SuiteRun.start(suite, 1, watch);
        watch.await();
        run.supervisor.tell(Supervisor.Request.PAUSE);
        suite.release.complete(null);
        run.supervisor.tell(Supervisor.Request.RESUME);

        assertEquals(ExitCodes.PASSED, run.end());
        assertEquals(7, run.recorder.statuses().size());
    }

    @Test
    void aSlowSinkShouldSlowTheRunAndLoseNothing() throws Exception {
        String[] tests = IntStream.range(0, 2000).mapToObj(i -> "pass" + i).toArray(String[]::new);
        suite.file("a.py", tests);
        CountDownLatch release = new CountDownLatch(1);
        Held held = new Held(release);
        SuiteRun run = SuiteRun.start(suite, 2, held);

        assertTrue(held.entered.await(20, TimeUnit.SECONDS));
        held.untilQuiet(suite);
        int ranWhileHeld = suite.started.get();
        release.countDown();

        assertEquals(ExitCodes.PASSED, run.end());
        assertTrue(ranWhileHeld < 2000, () -> "nothing was held back: " + ranWhileHeld);
        assertEquals(2000, run.recorder.statuses().size());
    }

    private static TestResult crash(RunRecorder events) {
        return events.events(TestFinished.class).stream()
                .map(TestFinished::result)
                .filter(r -> r.status() == Status.CRASH)
                .findFirst()
                .orElseThrow();
    }

    private <M extends ToZygote> M last(Class<M> kind) {
        return suite.told.stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    /** A reporter that waits for the start of one test. */
    private static final class Watch implements Reporter {
        private final String nodeId;
        private final CountDownLatch started = new CountDownLatch(1);

        Watch(String nodeId) {
            this.nodeId = nodeId;
        }

        void await() throws InterruptedException {
            assertTrue(started.await(20, TimeUnit.SECONDS));
        }

        @Override
        public String name() {
            return "watch";
        }

        @Override
        public void onTestStarted(TestStarted event) {
            if (event.nodeId().equals(nodeId)) {
                started.countDown();
            }
        }
    }

    /** A reporter that does not come back from its first test. */
    private static final class Held implements Reporter {
        final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch release;

        Held(CountDownLatch release) {
            this.release = release;
        }

        /** Waits until the workers have nothing left that they were given. */
        void untilQuiet(FakeSuite suite) throws InterruptedException {
            int before = -1;
            while (before != suite.started.get()) {
                before = suite.started.get();
                assertFalse(release.await(200, TimeUnit.MILLISECONDS));
            }
        }

        @Override
        public String name() {
            return "held";
        }

        @Override
        public void onTestStarted(TestStarted event) {
            entered.countDown();
            try {
                assertTrue(release.await(20, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
