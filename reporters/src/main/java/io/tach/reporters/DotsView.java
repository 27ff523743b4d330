package io.tach.reporters;

import io.tach.engine.model.TestResult;

/** {@code pytest -q}: letters without file names, as they come. */
final class DotsView implements ProgressView {
    private final LetterRow row;
    private final Progress progress;
    private final TerminalScreen screen;
    private long durationNs;

    DotsView(LetterRow row, Progress progress, TerminalScreen screen) {
        this.row = row;
        this.progress = progress;
        this.screen = screen;
    }

    @Override
    public void finished(TestResult result) {
        row.write(Mark.of(result));
        durationNs += result.durationNs();
    }

    @Override
    public void end(boolean stopped) {
        if (progress.isStarted() && !stopped) {
            row.fill(durationNs);
        }
        screen.endLine();
    }
}
