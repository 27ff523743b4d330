package io.tach.engine.toxicity;

/**
 * One step on the way from a test to what makes it toxic.
 *
 * @param what the code: a node id, a dotted function, a module
 * @param how what it does next: {@code calls}, {@code uses fixture}, {@code imports}, or the evidence itself
 * @param path of the file in which it does so
 * @param line where, counted from 1
 */
public record Step(String what, String how, String path, int line) {
    /** The line that is printed: {@code tests/test_a.py:12: tests/test_a.py::test_b calls server.start}. */
    @Override
    public String toString() {
        return path + ":" + line + ": " + what + " " + how;
    }
}
