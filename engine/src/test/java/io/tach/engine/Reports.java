package io.tach.engine;

import io.tach.engine.model.PhaseReport;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Reports as pytest would send them. */
public final class Reports {
    private Reports() {}

    public static PhaseReport of(String when, String outcome, String category) {
        return of(when, outcome, category, category.toUpperCase(java.util.Locale.ROOT));
    }

    public static PhaseReport of(String when, String outcome, String category, String word) {
        return report(when, outcome, category, word, Optional.empty());
    }

    public static PhaseReport xfailed() {
        return report("call", "skipped", "xfailed", "XFAIL", Optional.of("known"));
    }

    private static PhaseReport report(
            String when, String outcome, String category, String word, Optional<String> xfail) {
        return new PhaseReport(
                "t.py::test_a",
                when,
                outcome,
                category,
                "",
                word,
                List.of(),
                1_000,
                "",
                "",
                xfail,
                List.of(),
                new PhaseReport.Location("t.py", 4, "test_a"),
                ByteBuffer.allocate(0));
    }
}
