package io.tach.engine.collect;

import java.util.List;

/**
 * The hooks of conftest files that decide about cases.
 *
 * @param generatedBelow directories (as in node ids, empty for the root) whose conftest has {@code pytest_generate_tests}
 * @param modifiedBelow the same for {@code pytest_collection_modifyitems}, which pytest calls for all items, wherever it is
 */
public record Hooks(List<String> generatedBelow, List<String> modifiedBelow) {
    /** None. */
    public static final Hooks NONE = new Hooks(List.of(), List.of());

    public Hooks {
        generatedBelow = List.copyOf(generatedBelow);
        modifiedBelow = List.copyOf(modifiedBelow);
    }

    /** The conftest that may make cases of a test, empty if none does. */
    String generating(String nodeId) {
        for (String base : generatedBelow) {
            if (base.isEmpty() || nodeId.startsWith(base + "/")) {
                return conftest(base);
            }
        }
        return "";
    }

    /** The conftest that may deselect a test, empty if none does. */
    String modifying(String nodeId) {
        return nodeId.isEmpty() || modifiedBelow.isEmpty() ? "" : conftest(modifiedBelow.get(0));
    }

    private static String conftest(String base) {
        return base.isEmpty() ? "conftest.py" : base + "/conftest.py";
    }
}
