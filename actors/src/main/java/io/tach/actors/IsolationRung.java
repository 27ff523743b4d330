package io.tach.actors;

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

    /** True if tests can be isolated at all. */
    public boolean isolates() {
        return !name.equals("none");
    }
}
