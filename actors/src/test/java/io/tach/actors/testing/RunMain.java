package io.tach.actors.testing;

import io.tach.actors.Tach;
import io.tach.actors.TachSystem;
import io.tach.conf.IsolationStrategy;
import io.tach.conf.TachSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Runs a suite from a shell: {@code RunMain PYTHON DIRECTORY WORKERS STRATEGY TIMEOUT ARGS...}. */
public final class RunMain {
    private RunMain() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] args) {
        TachSettings settings = new TachSettings(
                Path.of(args[1]),
                Path.of(args[0]),
                List.of(args).subList(5, args.length),
                OptionalInt.of(Integer.parseInt(args[2])),
                IsolationStrategy.valueOf(args[3]),
                Duration.ofMillis((long) (Double.parseDouble(args[4]) * 1000)),
                Duration.ofSeconds(2),
                Duration.ofSeconds(60),
                Duration.ofSeconds(10),
                2,
                Optional.empty());
        RunRecorder recorder = new RunRecorder() {
            @Override
            public void on(io.tach.engine.event.RunEvent e) {
                super.on(e);
                System.out.println(
                        e instanceof io.tach.engine.event.RunEvent.RunFinished f
                                ? f.summary() + "\n" + f.exitCode() + f.counts() + f.notRun() + " " + f.stopReason()
                                : e.toString().length() > 400 ? e.toString().substring(0, 400) : e.toString());
            }
        };
        int code = Tach.run(settings, TachSystem.create(), List.of(recorder))
                .toCompletableFuture()
                .join();
        Runtime.getRuntime().halt(code);
    }
}
