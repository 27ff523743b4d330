package io.tach.reporters;

import io.tach.engine.event.RunEvent.CollectionFinished;

/** pytest's line after the collection. */
final class Collected {
    private Collected() {}

    static String line(CollectionFinished event) {
        int items = event.total() + event.deselected();
        int errors = reports(event, "failed");
        int skipped = reports(event, "skipped");
        StringBuilder line = new StringBuilder("collected ");
        line.append(items).append(items == 1 ? " item" : " items");
        if (errors > 0) {
            line.append(" / ").append(errors).append(errors == 1 ? " error" : " errors");
        }
        if (event.deselected() > 0) {
            line.append(" / ").append(event.deselected()).append(" deselected");
        }
        if (skipped > 0) {
            line.append(" / ").append(skipped).append(" skipped");
        }
        if (event.deselected() > 0) {
            line.append(" / ").append(event.total()).append(" selected");
        }
        return line.toString();
    }

    private static int reports(CollectionFinished event, String outcome) {
        return (int) event.reports().stream()
                .filter(report -> report.outcome().equals(outcome))
                .count();
    }
}
