package io.tach.reporters;

import io.tach.engine.model.TestResult;
import java.util.List;

/** {@code pytest -v}: a line per report, as they come. */
final class VerboseView implements ProgressView {
    /** What pytest leaves free to the right of a reason that it wraps. */
    private static final int WRAP_MARGIN = 8;

    private final TerminalScreen screen;
    private final Progress progress;
    private final NodeIds nodeIds;
    private final int width;
    private final boolean fullReasons;
    private boolean begun;

    VerboseView(TerminalScreen screen, Progress progress, NodeIds nodeIds, int width, boolean fullReasons) {
        this.screen = screen;
        this.progress = progress;
        this.nodeIds = nodeIds;
        this.width = width;
        this.fullReasons = fullReasons;
    }

    @Override
    public void finished(TestResult result) {
        if (!begun) {
            screen.newline(); // sets the first test apart from the header
            begun = true;
        }
        progress.testReported();
        List<Mark> marks = Mark.of(result);
        for (Mark mark : marks) {
            progress.count(mark.category());
            writeLine(result, mark);
        }
    }

    private void writeLine(TestResult result, Mark mark) {
        screen.write(nodeIds.show(result.nodeId()) + source(result, mark) + " ");
        screen.write(mark.word(), mark.style());
        if (!mark.reason().isEmpty()) {
            writeReason(mark.reason());
        }
        if (progress.isShown()) {
            String message = progress.message(result.durationNs());
            int blanks = width - screen.column() - 1 - message.length();
            screen.write(" ".repeat(Math.max(0, blanks)) + message, progress.style());
        }
        screen.newline();
    }

    /** An inherited test stands in another file than its class. */
    private String source(TestResult result, Mark mark) {
        if (!fullReasons || mark.source().isEmpty() || mark.source().equals(NodeIds.path(result.nodeId()))) {
            return "";
        }
        return " <- " + Sanitizer.line(mark.source());
    }

    private void writeReason(String reason) {
        String text = fullReasons
                ? " (" + Sanitizer.text(reason) + ")"
                : TextWrap.trimmed(" (", Sanitizer.text(reason), ")", width - screen.column() - " [100%]".length() - 1);
        List<String> lines = TextWrap.wrap(text, screen.column(), width - WRAP_MARGIN);
        for (int i = 0; i < lines.size(); i++) {
            if (i > 0) {
                screen.newline();
            }
            screen.write(lines.get(i));
        }
    }

    @Override
    public void end(boolean stopped) {
        screen.endLine();
    }
}
