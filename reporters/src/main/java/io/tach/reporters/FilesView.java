package io.tach.reporters;

import io.tach.engine.model.TestResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * pytest's default look: a line per file. Tests of several files run at once, so a file's line is held back until its
 * last test is finished; only when a single file is left are its letters shown as they come.
 */
final class FilesView implements ProgressView {

    /** What is known of one file. */
    private static final class FileLine {
        private final String path;
        private final List<List<Mark>> pending = new ArrayList<>();
        private int owed;
        private long durationNs;

        private FileLine(String path) {
            this.path = path;
        }
    }

    private final LetterRow row;
    private final TerminalScreen screen;
    private final NodeIds nodeIds;
    private final Map<String, FileLine> files = new LinkedHashMap<>();
    private int unfinishedFiles;
    private boolean begun;
    private FileLine open;

    FilesView(LetterRow row, TerminalScreen screen, NodeIds nodeIds, List<String> planned) {
        this.row = row;
        this.screen = screen;
        this.nodeIds = nodeIds;
        for (String nodeId : planned) {
            files.computeIfAbsent(NodeIds.path(nodeId), FileLine::new).owed++;
        }
        unfinishedFiles = files.size();
    }

    @Override
    public void finished(TestResult result) {
        FileLine file = files.get(NodeIds.path(result.nodeId()));
        file.pending.add(Mark.of(result));
        file.durationNs += result.durationNs();
        file.owed--;
        if (file.owed == 0) {
            unfinishedFiles--;
            writePending(file);
            close(file.durationNs);
        } else if (unfinishedFiles == 1) {
            writePending(file);
        }
    }

    private void writePending(FileLine file) {
        if (open != file) {
            startLine(file);
        }
        file.pending.forEach(row::write);
        file.pending.clear();
    }

    private void startLine(FileLine file) {
        if (!begun) {
            screen.newline(); // sets the first file apart from the header
            begun = true;
        }
        screen.write(nodeIds.show(file.path) + " ");
        open = file;
    }

    private void close(long durationNs) {
        row.fill(durationNs);
        screen.newline();
        open = null;
    }

    @Override
    public void interrupted() {
        open = null;
    }

    @Override
    public void end(boolean stopped) {
        List<FileLine> rest = new ArrayList<>(files.values());
        rest.removeIf(file -> file.pending.isEmpty() && file != open);
        for (int i = 0; i < rest.size(); i++) {
            writePending(rest.get(i));
            if (!stopped || i < rest.size() - 1) {
                close(0);
            }
        }
        screen.endLine();
    }
}
