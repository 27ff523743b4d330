package io.tach.reporters;

import io.tach.engine.model.TestResult;

/** One of pytest's looks for the time while tests run. */
interface ProgressView {

    /** Shows a test, at once or when its line is due. */
    void finished(TestResult result);

    /** Other text was written in between; a line that was open has been ended. */
    default void interrupted() {}

    /**
     * Shows what was held back; nothing more comes.
     *
     * @param stopped whether the run was stopped early, in which case pytest leaves out the last percentage
     */
    void end(boolean stopped);
}
