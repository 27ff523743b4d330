package io.tach.reporters;

import io.tach.engine.event.Reporter;
import java.util.List;

/** Makes the sinks of a run. */
public final class Reporters {
    private Reporters() {}

    /**
     * The sinks these options ask for, in the order they should be told. The JUnit sink is always among them; it stays
     * idle unless pytest's own options ask for a file.
     */
    public static List<Reporter> create(ReporterOptions options) {
        return List.of(console(options), new JunitReporter(options.directory()));
    }

    private static Reporter console(ReporterOptions options) {
        if (options.format() == ReporterOptions.Format.JSON) {
            return new NdjsonReporter(options.out());
        }
        TerminalScreen screen = new TerminalScreen(options.out());
        TerminalReporter terminal = new TerminalReporter(screen, options);
        return options.live() ? new LiveBar(terminal, screen) : terminal;
    }
}
