package io.tach.nativeio.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Asks an interpreter how well it can isolate tests on this machine; {@code tach_harness/_selftest.py} finds out. */
public final class IsolationProbe {
    private IsolationProbe() {}

    /**
     * A rung of the ladder.
     *
     * @param name {@code snapshot}, {@code fork} or {@code none}
     * @param reason why it is no better one; empty for the best
     */
    public record Rung(String name, String reason) {}

    /**
     * Tries it in a process of its own, which takes about a tenth of a second; blocks.
     *
     * @param python the interpreter
     * @param harness the directory that holds the {@code tach_harness} package
     * @throws IOException if the interpreter cannot be run, or does not answer
     */
    public static Rung ask(Path python, Path harness) throws IOException {
        Process process = new ProcessBuilder(command(python, harness))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        process.getOutputStream().close();
        String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        List<String> lines = answer.lines().toList();
        if (lines.isEmpty()) {
            throw new IOException("cannot find out how tests can be isolated: python=" + python);
        }
        return new Rung(lines.get(0), lines.size() > 1 ? lines.get(1) : "");
    }

    private static List<String> command(Path python, Path harness) {
        List<String> command = new ArrayList<>();
        command.add(python.toString());
        command.add(harness.resolve("tach_harness").resolve("_selftest.py").toString());
        command.add("--format=rung");
        HarnessFiles.agent(harness).ifPresent(file -> command.addAll(List.of("--agent", file.toString())));
        return command;
    }
}
