package io.tach.engine.toxicity;

import java.util.List;

/** The parts of pytest's node ids: {@code tests/test_a.py::TestA::test_b[1]}. */
final class NodeIds {
    private static final String SEPARATOR = "::";

    private NodeIds() {}

    /** The file: what stands before the first separator. */
    static String path(String nodeId) {
        int end = nodeId.indexOf(SEPARATOR);
        return end < 0 ? nodeId : nodeId.substring(0, end);
    }

    /** The id without parameters, which may hold anything: a name in Python has no bracket. */
    static String function(String nodeId) {
        int start = path(nodeId).length();
        int bracket = nodeId.indexOf('[', start);
        return bracket < 0 ? nodeId : nodeId.substring(0, bracket);
    }

    /** The names of classes and function, without parameters. */
    static List<String> names(String nodeId) {
        String function = function(nodeId);
        int start = path(nodeId).length() + SEPARATOR.length();
        return start > function.length()
                ? List.of()
                : List.of(function.substring(start).split(SEPARATOR, -1));
    }

    /** The id of a function or class of a file. */
    static String of(String path, String qualifiedName) {
        return path + SEPARATOR + qualifiedName.replace(".", SEPARATOR);
    }
}
