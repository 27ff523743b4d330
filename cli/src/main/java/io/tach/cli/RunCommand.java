package io.tach.cli;

import io.tach.actors.IsolationRung;
import io.tach.actors.Tach;
import io.tach.actors.TachSystem;
import io.tach.actors.trace.StartupTrace;
import io.tach.conf.ConfigException;
import io.tach.conf.IsolationStrategy;
import io.tach.conf.LoadedSettings;
import io.tach.conf.Logging;
import io.tach.conf.OutputFormat;
import io.tach.conf.TachSettings;
import io.tach.engine.event.Reporter;
import io.tach.reporters.ReporterOptions;
import io.tach.reporters.Reporters;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorSystem;

/** Runs a suite: settings in, exit code out. */
final class RunCommand {
    private final Launch launch;
    private final PrintStream out;
    private final SignalTable signals;

    /**
     * @param out standard output, buffered
     * @param signals steers the run once there is one
     */
    RunCommand(Launch launch, PrintStream out, SignalTable signals) {
        this.launch = launch;
        this.out = out;
        this.signals = signals;
    }

    /**
     * Waits for the run's end.
     *
     * @param system the actor system, already starting
     * @return the exit code
     * @throws ConfigException if there is no interpreter, or strict isolation is wanted where none is to be had
     */
    int run(LoadedSettings settings, List<String> pytestArgs, CompletableFuture<ActorSystem<Void>> system) {
        TachSettings run = settings.toRun(
                launch.directory(),
                python(settings),
                pytestArgs,
                launch.runDir(),
                Runtime.getRuntime().availableProcessors());
        if (run.isolation().strict()) {
            requireIsolation(run.python(), run.isolation().strategy());
        }
        StartupTrace.mark("settings read");
        List<Reporter> reporters = Reporters.create(reporterOptions(settings.format()));
        CompletableFuture<Integer> code = Tach.run(run, system.join(), reporters, signals::steer, Main::complain)
                .toCompletableFuture();
        launch.runDir().ifPresent(new RunDirectories(Path.of("/proc"))::claimAndSweep);
        return signals.exitCode(code.join());
    }

    /** Who wants strict isolation is not helped by a weaker one than was asked for. */
    private static void requireIsolation(Path python, IsolationStrategy wanted) {
        try {
            String lack = IsolationRung.of(python).lackFor(wanted);
            if (!lack.isEmpty()) {
                throw new ConfigException("strict_isolation: " + lack);
            }
        } catch (IOException e) {
            throw new ConfigException("strict_isolation: " + e.getMessage());
        }
    }

    /** Starts the actor system on another thread: it takes longer than all that the caller has to do meanwhile. */
    static CompletableFuture<ActorSystem<Void>> startSystem() {
        return CompletableFuture.supplyAsync(() -> {
            Logging.start();
            ActorSystem<Void> system = TachSystem.create();
            StartupTrace.mark("actor system started");
            return system;
        });
    }

    private Path python(LoadedSettings settings) {
        return launch.python()
                .or(settings::python)
                .orElseThrow(() -> new ConfigException("no interpreter; name one with --python or TACH_PYTHON"));
    }

    private ReporterOptions reporterOptions(OutputFormat format) {
        Map<String, String> environment = System.getenv();
        boolean ci = !environment.getOrDefault("CI", "").isEmpty();
        ReporterOptions.Format shown =
                format == OutputFormat.JSON ? ReporterOptions.Format.JSON : ReporterOptions.Format.PYTEST;
        return new ReporterOptions(shown, out, launch.terminal(), ci, launch.directory(), environment);
    }
}
