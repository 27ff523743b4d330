package io.tach.reporters;

import io.tach.engine.model.TestCase;
import io.tach.engine.model.TestModule;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.stream.Stream;

/** Prints tests that were found without running pytest. A node id that is not certain is said to be {@code dynamic}. */
public final class TestListing {
    /** How it looks. */
    public enum Format {
        /** A node id a line; {@code [...]} where the id in the brackets is not known. */
        PLAIN,
        /** A JSON object a line. */
        JSON,
        /** Directories, files, classes and tests, indented. */
        TREE
    }

    private final PrintStream out;
    private final Format format;
    private final JsonLine json = new JsonLine();
    private List<String> shown = List.of();
    private int printed;
    private int dynamic;

    /**
     * A listing.
     *
     * @param out stays open
     * @param top first line of a tree, the name of the root directory
     */
    public TestListing(PrintStream out, Format format, String top) {
        this.out = out;
        this.format = format;
        if (format == Format.TREE) {
            out.println(top);
        }
    }

    /**
     * Prints the tests of some files.
     *
     * @param takes whether a node is wanted, by its path and what stands behind that
     */
    public void print(List<TestModule> modules, BiPredicate<String, String> takes) {
        for (TestModule module : modules) {
            for (TestCase test : module.tests()) {
                String names = test.nodeId("");
                for (String id : test.ids().isKnown() ? test.ids().ids() : List.of("...")) {
                    String name = test.ids().parametrized() ? names + "[" + id + "]" : names;
                    if (takes.test(module.path(), name)) {
                        print(module, test, name);
                    }
                }
            }
        }
    }

    private void print(TestModule module, TestCase test, String names) {
        printed++;
        dynamic += test.isStatic() ? 0 : 1;
        switch (format) {
            case PLAIN -> out.println(module.path() + names);
            case JSON -> json(module, test, module.path() + names);
            case TREE -> tree(module, test, names);
        }
    }

    private void json(TestModule module, TestCase test, String nodeId) {
        json.open().put("nodeid", nodeId).put("path", module.path());
        if (test.line() > 0) {
            json.put("line", test.line());
        }
        texts("markers", test.markers().stream().sorted());
        texts("fixtures", test.fixtures().stream());
        json.putIfAny("dynamic", test.dynamicBecause());
        json.endLine();
        byte[] line = json.take();
        out.write(line, 0, line.length);
    }

    private void texts(String key, Stream<String> texts) {
        json.key(key).openArray();
        texts.forEach(json::value);
        json.closeArray();
    }

    private void tree(TestModule module, TestCase test, String names) {
        List<String> chain = new ArrayList<>(List.of(module.path().split("/")));
        chain.addAll(test.classes());
        chain.add(names.substring(test.nodeId("").length() - test.name().length()));
        int same = 0;
        while (same < Math.min(shown.size(), chain.size() - 1)
                && shown.get(same).equals(chain.get(same))) {
            same++;
        }
        for (int depth = same; depth < chain.size(); depth++) {
            boolean last = depth == chain.size() - 1;
            String why = last && !test.isStatic() ? "  # dynamic: " + test.dynamicBecause() : "";
            out.println("  ".repeat(depth + 1) + chain.get(depth) + why);
        }
        shown = chain;
    }

    /** Lines with a node id so far. */
    public int printed() {
        return printed;
    }

    /** How many of them are not certain. */
    public int dynamic() {
        return dynamic;
    }
}
