package io.tach.engine.scan;

import io.tach.engine.discover.OutlineError;
import java.util.ArrayList;
import java.util.List;

/** Collects errors; of a file that is no Python at all the first ones are enough. */
final class Errors {
    private static final int MAX = 50;

    private final List<OutlineError> found = new ArrayList<>(0);

    /** @param column from 1, in bytes */
    void add(int line, int column, String message) {
        if (found.size() < MAX) {
            found.add(new OutlineError(line, column, message));
        }
    }

    List<OutlineError> found() {
        return found;
    }
}
