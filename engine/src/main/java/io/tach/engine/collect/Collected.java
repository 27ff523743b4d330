package io.tach.engine.collect;

import io.tach.engine.discover.ModuleOutline;
import io.tach.engine.discover.Outline;
import io.tach.engine.fixture.FixtureProblem;
import io.tach.engine.model.TestCase;
import io.tach.engine.symbols.Symbols;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What has been found of one test module so far. */
final class Collected {
    private final ModuleOutline module;
    private final Symbols symbols;
    private final List<TestCase> tests = new ArrayList<>();
    private final List<String> doubts = new ArrayList<>();
    private final Set<FixtureProblem> problems = new LinkedHashSet<>();

    Collected(ModuleOutline module, Symbols symbols) {
        this.module = module;
        this.symbols = symbols;
    }

    ModuleOutline module() {
        return module;
    }

    /** True if a name means something that was bound in the module, as plugins may offer fixtures under such names too. */
    boolean binds(String name) {
        return symbols.bindings(module, Outline.MODULE).get(name) != null;
    }

    void add(TestCase test) {
        tests.add(test);
    }

    void doubt(String text) {
        doubts.add(text);
    }

    void problem(FixtureProblem problem) {
        problems.add(problem);
    }

    List<TestCase> tests() {
        return tests;
    }

    /** The tests, none of which is certain. */
    List<TestCase> doubted(String doubt) {
        return tests.stream()
                .map(t -> new TestCase(
                        t.name(), t.classes(), t.isAsync(), t.fixtures(), t.markers(), t.line(), t.ids(), doubt))
                .toList();
    }

    List<String> doubts() {
        return doubts;
    }

    List<FixtureProblem> problems() {
        return List.copyOf(problems);
    }
}
