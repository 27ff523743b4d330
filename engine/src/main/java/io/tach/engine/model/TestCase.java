package io.tach.engine.model;

import java.util.List;

/**
 * A test function as far as its file tells.
 *
 * @param name of the function, such as {@code test_foo}
 * @param classes it stands in, from the outermost
 * @param isAsync whether it is an {@code async def}
 * @param fixtures names it asks for, its parameters first, without those that are parametrized
 * @param markers names of the marks on it, its classes and its module
 * @param line of its first decorator or of {@code def}; 0 if it is inherited from another file
 * @param ids of its cases
 * @param doubt why pytest may not collect it at all; empty if it surely does (provided that its file can be imported)
 */
public record TestCase(
        String name,
        List<String> classes,
        boolean isAsync,
        List<String> fixtures,
        List<String> markers,
        int line,
        CaseIds ids,
        String doubt) {
    public TestCase {
        classes = List.copyOf(classes);
        fixtures = List.copyOf(fixtures);
        markers = List.copyOf(markers);
    }

    /** True if its node ids are what pytest will say. */
    public boolean isStatic() {
        return doubt.isEmpty() && ids.isKnown();
    }

    /** Why its node ids are not certain, empty if they are. */
    public String dynamicBecause() {
        return doubt.isEmpty() ? ids.unknownBecause() : doubt;
    }

    /** The node id without what stands in brackets. */
    public String nodeId(String path) {
        StringBuilder id = new StringBuilder(path);
        classes.forEach(name -> id.append("::").append(name));
        return id.append("::").append(name).toString();
    }
}
