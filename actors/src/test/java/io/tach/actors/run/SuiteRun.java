package io.tach.actors.run;

import io.tach.actors.TachSystem;
import io.tach.actors.stream.RunEvents;
import io.tach.actors.testing.RunRecorder;
import io.tach.conf.IsolationSettings;
import io.tach.conf.IsolationStrategy;
import io.tach.conf.PlanningSettings;
import io.tach.conf.TachSettings;
import io.tach.conf.ToxicitySettings;
import io.tach.engine.event.Reporter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;

/** Runs a fake suite through the real supervisor. */
final class SuiteRun {
    private static final ActorSystem<Void> SYSTEM = TachSystem.create();

    private static final IsolationSettings NOT_ISOLATED = IsolationSettings.of(IsolationStrategy.NONE);

    final RunRecorder recorder = new RunRecorder();
    final ActorRef<Supervisor.Command> supervisor;
    private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
    private final CompletableFuture<Boolean> closed;

    private SuiteRun(FakeSuite suite, TachSettings settings, List<Reporter> others) {
        List<Reporter> reporters = new ArrayList<>(others);
        reporters.add(recorder);
        RunEvents.ReporterSinks sinks = RunEvents.sinks(reporters, SYSTEM, (name, e, atTheEnd) -> {});
        closed = sinks.closed().toCompletableFuture();
        supervisor = RunEvents.source(outlet -> SYSTEM.<Supervisor.Command>systemActorOf(
                        Supervisor.create(settings, suite::host, outlet, exitCode, made -> {}),
                        "run-" + suite.directory.path().getFileName(),
                        Props.empty()))
                .to(sinks.sink())
                .run(SYSTEM);
    }

    static SuiteRun start(FakeSuite suite, int workers, Reporter... others) {
        return new SuiteRun(suite, settings(workers, Duration.ZERO), List.of(others));
    }

    static SuiteRun start(FakeSuite suite, int workers, PlanningSettings planning) {
        return new SuiteRun(suite, settings(workers, Duration.ZERO, planning, NOT_ISOLATED), List.of());
    }

    static SuiteRun start(FakeSuite suite, int workers, PlanningSettings planning, IsolationSettings isolation) {
        return new SuiteRun(suite, settings(workers, Duration.ZERO, planning, isolation), List.of());
    }

    static SuiteRun start(FakeSuite suite, IsolationSettings isolation) {
        TachSettings settings = settings(1, Duration.ZERO, PlanningSettings.FORGETFUL, isolation);
        return new SuiteRun(suite, settings, List.of());
    }

    static SuiteRun startWithTimeout(FakeSuite suite, Duration timeout) {
        return new SuiteRun(suite, settings(1, timeout), List.of());
    }

    static TachSettings settings(int workers, Duration timeout) {
        return settings(workers, timeout, PlanningSettings.FORGETFUL, NOT_ISOLATED);
    }

    private static TachSettings settings(
            int workers, Duration timeout, PlanningSettings planning, IsolationSettings isolation) {
        return new TachSettings(
                Path.of("."),
                Path.of("python3"),
                List.of(),
                OptionalInt.of(workers),
                isolation,
                planning,
                timeout,
                Duration.ofMillis(200),
                Duration.ZERO,
                Duration.ofMillis(500),
                2,
                ToxicitySettings.NONE,
                Optional.empty());
    }

    /** Waits for the end; returns the exit code. */
    int end() throws Exception {
        int code = exitCode.get(20, TimeUnit.SECONDS);
        closed.get(20, TimeUnit.SECONDS);
        return code;
    }
}
