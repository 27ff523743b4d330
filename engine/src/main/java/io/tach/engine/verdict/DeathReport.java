package io.tach.engine.verdict;

import io.tach.engine.model.PhaseReport;
import io.tach.engine.model.PhaseReport.Location;
import io.tach.engine.model.Section;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The reports that tach makes itself, in the shape pytest's own have. */
final class DeathReport {
    private static final String FATAL = "Fatal Python error:";
    private static final List<String> RED = List.of("red");

    private DeathReport() {}

    /**
     * A failed report.
     *
     * @param when pytest's word for the phase; {@code call} makes a failure, any other an error
     * @param word what the verbose line shows
     * @param message the first line of the text
     */
    static PhaseReport of(
            String nodeId,
            String when,
            String word,
            long durationNs,
            String message,
            Output output,
            Location location) {
        boolean call = when.equals("call");
        return new PhaseReport(
                nodeId,
                when,
                "failed",
                call ? "failed" : "error",
                call ? "F" : "E",
                word,
                RED,
                durationNs,
                longrepr(message, output),
                message,
                Optional.empty(),
                sections(when, output),
                location,
                ByteBuffer.allocate(0).asReadOnlyBuffer());
    }

    /** Where the node id says that it stands; the line is unknown. */
    static Location locationOf(String nodeId) {
        int names = nodeId.indexOf("::");
        if (names < 0) {
            return new Location(nodeId, -1, nodeId);
        }
        int bracket = nodeId.indexOf('[', names);
        String plain = bracket < 0 ? nodeId.substring(names + 2) : nodeId.substring(names + 2, bracket);
        String parameters = bracket < 0 ? "" : nodeId.substring(bracket);
        return new Location(nodeId.substring(0, names), -1, plain.replace("::", ".") + parameters);
    }

    private static String longrepr(String message, Output output) {
        StringBuilder text = new StringBuilder(BoundedText.of(message));
        int fatal = output.log().indexOf(FATAL);
        if (fatal >= 0) {
            text.append("\n\n")
                    .append(BoundedText.of(output.log().substring(fatal)).stripTrailing());
        }
        if (!output.stacks().isBlank()) {
            text.append("\n\nWhat it was doing:\n")
                    .append(BoundedText.of(output.stacks()).stripTrailing());
        }
        return text.toString();
    }

    private static List<Section> sections(String when, Output output) {
        int fatal = output.log().indexOf(FATAL);
        String log = fatal < 0 ? output.log() : output.log().substring(0, fatal);
        List<Section> sections = new ArrayList<>();
        add(sections, "Captured stdout " + when, output.out());
        add(sections, "Captured stderr " + when, output.err());
        add(sections, "Captured past pytest (stdout and stderr) " + when, log);
        return List.copyOf(sections);
    }

    private static void add(List<Section> sections, String name, String text) {
        if (!text.isBlank()) {
            sections.add(new Section(name, BoundedText.of(text)));
        }
    }
}
