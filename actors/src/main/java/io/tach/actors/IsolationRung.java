package io.tach.actors;

import io.tach.conf.IsolationStrategy;
import io.tach.nativeio.process.HarnessFiles;
import io.tach.nativeio.process.IsolationProbe;
import java.io.IOException;
import java.nio.file.Path;

/**
 * How well an interpreter can isolate tests on this machine.
 *
 * @param name {@code snapshot}, {@code fork} or {@code none}
 * @param reason why it is no better one; empty for the best
 */
public record IsolationRung(String name, String reason) {
    private static final String NOT_AT_ALL = "tests cannot be isolated here: ";

    /**
     * Tries it in a process of its own, which takes about a tenth of a second; blocks.
     *
     * @param python the interpreter
     * @throws IOException if the interpreter cannot be run, or does not answer
     */
    public static IsolationRung of(Path python) throws IOException {
        IsolationProbe.Rung rung = IsolationProbe.ask(python, HarnessFiles.locate());
        return new IsolationRung(rung.name(), rung.reason());
    }

    /**
     * What this machine lacks for a strategy.
     *
     * @param wanted {@link IsolationStrategy#AUTO} stands for the best there is
     * @return a sentence, or empty if it lacks nothing
     */
    public String lackFor(IsolationStrategy wanted) {
        return switch (wanted) {
            case NONE -> "";
            case FORK -> name.equals("none") ? NOT_AT_ALL + reason : "";
            case SNAPSHOT, AUTO -> lackForSnapshot();
        };
    }

    private String lackForSnapshot() {
        return switch (name) {
            case "snapshot" -> "";
            case "fork" -> "memory cannot be rewound here: " + reason + " (--isolation=fork needs less)";
            default -> NOT_AT_ALL + reason;
        };
    }
}
