package io.tach.engine.history;

/**
 * A node id taken apart: {@code tests/test_a.py::TestA::test_b[1]}.
 *
 * @param file {@code tests/test_a.py}
 * @param names {@code TestA::test_b}; empty if the node is the file
 * @param parameters {@code [1]}; empty if it has none
 */
record NodeName(String file, String names, String parameters) {
    private static final String SEPARATOR = "::";

    static NodeName of(String nodeId) {
        int end = nodeId.indexOf(SEPARATOR);
        if (end < 0) {
            return new NodeName(nodeId, "", "");
        }
        String rest = nodeId.substring(end + SEPARATOR.length());
        int bracket = rest.indexOf('[');
        return bracket < 0
                ? new NodeName(nodeId.substring(0, end), rest, "")
                : new NodeName(nodeId.substring(0, end), rest.substring(0, bracket), rest.substring(bracket));
    }

    /** The node id without parameters. */
    String function() {
        return names.isEmpty() ? file : file + SEPARATOR + names;
    }

    /** What is left of it when the file has moved to another directory. */
    String inAnyDirectory() {
        return file.substring(file.lastIndexOf('/') + 1) + SEPARATOR + names;
    }

    boolean isParametrised() {
        return !parameters.isEmpty();
    }
}
