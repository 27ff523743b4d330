package io.tach.cli;

import io.tach.actors.Suspension;
import io.tach.actors.trace.StartupTrace;
import io.tach.conf.ConfigException;
import io.tach.conf.LoadedSettings;
import io.tach.conf.PytestIni;
import io.tach.conf.SettingsLoader;
import io.tach.engine.run.ExitCodes;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * The process that {@code bin/tach} becomes: {@code Main (run|plan|toxicity|version) ARGUMENTS...}. It ends with
 * {@link Runtime#halt}: when a run is over there is nothing left that an orderly shutdown would do.
 */
public final class Main {
    private final Launch launch = Launch.fromProperties();
    private final PrintStream out = StandardOutput.open();
    private final SignalTable signals = new SignalTable(this::leave);

    private Main() {}

    public static void main(String[] args) {
        StartupTrace.mark("main");
        Main main = new Main();
        List<String> words = Arrays.asList(args).subList(1, args.length);
        int exitCode = main.execute(args[0], words);
        if (Boolean.getBoolean("tach.archive")) {
            main.execute("list", words); // while classes are archived, so that those of a list are among them
        }
        main.leave(exitCode);
    }

    private int execute(String command, List<String> words) {
        try {
            return dispatch(command, words);
        } catch (ConfigException e) {
            complain(e.getMessage());
            launch.runDir().ifPresent(RunDirectories::endZygote);
            return ExitCodes.USAGE;
        } catch (IOException | InterruptedException | RuntimeException e) {
            complain("internal error: " + e);
            e.printStackTrace();
            return ExitCodes.RUNTIME;
        }
    }

    private int dispatch(String command, List<String> words) throws IOException, InterruptedException {
        if (Help.isAskedFor(words)) {
            Help.print(out);
            return ExitCodes.PASSED;
        }
        return switch (command) {
            case "plan" -> plan(split(words));
            case "toxicity" -> toxicity(words);
            case "list" -> new ListCommand(launch, out).run(words, FlagTable.load(launch.harness()));
            case "version" -> VersionCommand.run(launch.python().orElseThrow(), out);
            default -> run(words);
        };
    }

    private int toxicity(List<String> words) throws IOException {
        FlagTable.Split split = split(words);
        LoadedSettings settings = load(Flags.read(split.own()));
        Path root = PytestIni.find(launch.directory(), named(split.pytest())).root();
        return new ToxicityCommand(launch.directory(), root, launch.python(), out, split.pytest(), settings.toxicity())
                .run();
    }

    /** The paths among words that are paths, node ids and flags. */
    private List<Path> named(List<String> words) {
        return words.stream()
                .filter(word -> !word.startsWith("-"))
                .map(word -> word.contains("::") ? word.substring(0, word.indexOf("::")) : word)
                .map(word -> launch.directory().resolve(word).normalize())
                .toList();
    }

    private int run(List<String> words) throws IOException {
        CompletableFuture<ActorSystem<Void>> system = RunCommand.startSystem();
        Signals.listen(signals::onSignal, Suspension::suspend);
        FlagTable.Split split = split(words);
        Refusals.check(split.pytest());
        Flags flags = Flags.read(split.own());
        flags.notes().forEach(Main::complain);
        return new RunCommand(launch, out, signals).run(load(flags), split.pytest(), system);
    }

    /** Tells the launcher what it must know before it can boot an interpreter, a line each. */
    private int plan(FlagTable.Split split) {
        LoadedSettings settings = load(Flags.read(split.own()));
        out.println(settings.python().map(Object::toString).orElse(""));
        out.println(settings.format().name().toLowerCase(Locale.ROOT));
        out.println(settings.testPattern());
        return ExitCodes.PASSED;
    }

    private FlagTable.Split split(List<String> words) throws IOException {
        return FlagTable.load(launch.harness()).split(words);
    }

    private LoadedSettings load(Flags flags) {
        return SettingsLoader.load(flags.options(), System.getenv(), launch.project());
    }

    /** Tells the user a line that is no part of the run's output. */
    static void complain(String text) {
        System.err.println("tach: " + text);
    }

    private void leave(int exitCode) {
        out.flush();
        launch.runDir().ifPresent(RunDirectories::delete);
        Runtime.getRuntime().halt(exitCode);
    }
}
