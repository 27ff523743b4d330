package io.tach.reporters;

import io.tach.engine.event.Reporter;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** A standard output that remembers, and sinks that write to it. */
final class Output {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8);

    PrintStream stream() {
        return out;
    }

    Reporter terminal() {
        return console(false, Path.of("/project"));
    }

    /** What a user at a terminal gets: with the live bar. */
    Reporter live() {
        return console(true, Path.of("/project"));
    }

    Reporter console(boolean tty, Path directory) {
        ReporterOptions options =
                new ReporterOptions(ReporterOptions.Format.PYTEST, out, tty, false, directory, Map.of("TERM", "xterm"));
        return Reporters.create(options).get(0);
    }

    /** What a reader of the stream has seen by now. */
    String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
