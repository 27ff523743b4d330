package io.tach.engine.collect;

import io.tach.engine.discover.Expression;
import io.tach.engine.discover.ModuleOutline;
import io.tach.engine.fixture.FixtureTable;
import io.tach.engine.symbols.Bindings.Binding;
import io.tach.engine.symbols.Symbol;
import io.tach.engine.symbols.Symbols;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Reads test classes, pytest's own kind and unittest's. */
final class ClassReader {
    private static final int MAX_NESTING = 20;
    private static final Set<String> UNITTEST =
            Set.of("unittest.TestCase", "unittest.IsolatedAsyncioTestCase", "unittest.case.TestCase");
    /** {@code unittest.TestLoader} knows no other prefix. */
    private static final String UNITTEST_PREFIX = "test";

    private final Symbols symbols;
    private final PytestSettings settings;
    private final FixtureTable table;
    private final FixtureReader fixtures;
    private final CaseReader cases;
    private final Classes classes;

    ClassReader(
            Symbols symbols,
            PytestSettings settings,
            FixtureTable table,
            FixtureReader fixtures,
            CaseReader cases,
            Classes classes) {
        this.symbols = symbols;
        this.settings = settings;
        this.table = table;
        this.fixtures = fixtures;
        this.cases = cases;
        this.classes = classes;
    }

    /**
     * Reads a class, if it is a test class.
     *
     * @param name it is found under, which need not be its own
     * @param outer names of the classes around it
     * @param outerMarks marks of those, the innermost first
     * @param doubt why it may not be there
     */
    void read(
            String name,
            Symbol.Defined found,
            List<String> outer,
            List<Marks.Mark> outerMarks,
            String doubt,
            Collected out) {
        Classes.Ancestry ancestry = classes.ancestry(found.module(), found.index());
        boolean unittest = ancestry.foreign().stream().anyMatch(ClassReader::isUnittest);
        boolean wanted = unittest || settings.isTestClass(name) || isTrue(attribute(ancestry, "__test__"));
        if (!wanted || outer.size() > MAX_NESTING || isFalse(attribute(ancestry, "__test__"))) {
            return;
        }
        boolean made = defines(ancestry, "__init__") || defines(ancestry, "__new__");
        if ((made && !unittest) || classes.isAbstract(ancestry)) {
            return;
        }
        List<String> path = new ArrayList<>(outer);
        path.add(name);
        String nodeId = out.module().path() + "::" + String.join("::", path);
        fixtures.readClass(found.module(), found.index(), nodeId).forEach(table::add);
        List<Marks.Mark> marks = new ArrayList<>(cases.classMarks(ancestry));
        marks.addAll(outerMarks);
        Body body = new Body(ancestry, path, marks, doubt.isEmpty() ? foreignDoubt(ancestry) : doubt, unittest, out);
        if (unittest) {
            readUnittest(body);
        } else {
            readPlain(body);
        }
    }

    /** What the members of a class have in common. */
    private record Body(
            Classes.Ancestry ancestry,
            List<String> path,
            List<Marks.Mark> marks,
            String doubt,
            boolean unittest,
            Collected out) {}

    private static boolean isUnittest(String base) {
        return UNITTEST.contains(base) || base.endsWith("TestCase");
    }

    private static String foreignDoubt(Classes.Ancestry ancestry) {
        for (String base : ancestry.foreign()) {
            if (base.equals("?")) {
                return "one of its classes has a base that is computed";
            }
            if (!UNITTEST.contains(base) && !Classes.HARMLESS.contains(base)) {
                return "its class inherits from " + base + ", outside of the project";
            }
        }
        return "";
    }

    /** pytest's order: what is inherited comes first, and what a class overrides stands where the class defines it. */
    private void readPlain(Body body) {
        Set<String> seen = new HashSet<>();
        List<List<Runnable>> byClass = new ArrayList<>();
        for (Classes.Known known : body.ancestry().order()) {
            List<Runnable> members = new ArrayList<>();
            for (Binding binding :
                    symbols.bindings(known.module(), known.index()).all()) {
                if (seen.add(binding.name())) {
                    members.add(() -> member(known.module(), binding, body));
                }
            }
            byClass.add(members);
        }
        for (int i = byClass.size() - 1; i >= 0; i--) {
            byClass.get(i).forEach(Runnable::run);
        }
    }

    private void member(ModuleOutline module, Binding binding, Body body) {
        String name = binding.name();
        Symbol symbol = member(module, binding);
        String doubt = binding.certain() ? body.doubt() : "it is defined under a condition";
        if (symbol instanceof Symbol.Defined defined) {
            if (!defined.definition().isFunction()) {
                read(name, defined, body.path(), body.marks(), doubt, body.out());
            } else if (settings.isTestFunction(name) && !fixtures.isFixture(defined) && !isProperty(defined)) {
                cases.read(name, defined, body.path(), body.marks(), doubt, false, body.out());
            }
        } else if (settings.isTestFunction(name)
                && (binding.assignment() == null
                        || TestReader.mayBeCallable(binding.assignment().value()))) {
            body.out().doubt(String.join(".", body.path()) + "." + name + " is no plain function");
        }
    }

    /** In the body of a class, names of the class itself come before those of the module. */
    private Symbol member(ModuleOutline module, Binding binding) {
        boolean alias = binding.assignment() != null
                && binding.assignment().value() instanceof Expression.Name name
                && name.dotted().indexOf('.') < 0;
        if (alias) {
            int scope = binding.assignment().enclosing();
            String other = ((Expression.Name) binding.assignment().value()).dotted();
            Binding sibling = symbols.bindings(module, scope).get(other);
            if (sibling != null && sibling.definition() >= 0) {
                return new Symbol.Defined(module, sibling.definition());
            }
        }
        return symbols.resolve(module, binding);
    }

    private static boolean isProperty(Symbol.Defined defined) {
        return defined.definition().decorators().stream()
                .anyMatch(d -> d.name().equals("property") || d.name().endsWith("cached_property"));
    }

    private void readUnittest(Body body) {
        Set<String> seen = new HashSet<>();
        Map<String, Runnable> members = new TreeMap<>();
        for (Classes.Known known : body.ancestry().order()) {
            for (Binding binding :
                    symbols.bindings(known.module(), known.index()).all()) {
                String name = binding.name();
                if (seen.add(name) && name.startsWith(UNITTEST_PREFIX)) {
                    members.put(name, () -> unittestMember(known.module(), binding, body));
                }
            }
        }
        members.values().forEach(Runnable::run);
    }

    private void unittestMember(ModuleOutline module, Binding binding, Body body) {
        Symbol symbol = member(module, binding);
        String doubt = binding.certain() ? body.doubt() : "it is defined under a condition";
        if (symbol instanceof Symbol.Defined defined) {
            if (defined.definition().isFunction() && !isProperty(defined)) {
                cases.read(binding.name(), defined, body.path(), body.marks(), doubt, true, body.out());
            }
        } else if (binding.assignment() == null
                || TestReader.mayBeCallable(binding.assignment().value())) {
            body.out().doubt(String.join(".", body.path()) + "." + binding.name() + " is no plain function");
        }
    }

    private Binding attribute(Classes.Ancestry ancestry, String name) {
        for (Classes.Known known : ancestry.order()) {
            Binding binding = symbols.bindings(known.module(), known.index()).get(name);
            if (binding != null) {
                return binding;
            }
        }
        return null;
    }

    private boolean defines(Classes.Ancestry ancestry, String name) {
        return attribute(ancestry, name) != null;
    }

    /** True if a name is bound to {@code False}. */
    static boolean isFalse(Binding binding) {
        return truth(binding, false);
    }

    private static boolean isTrue(Binding binding) {
        return truth(binding, true);
    }

    private static boolean truth(Binding binding, boolean wanted) {
        return binding != null
                && binding.assignment() != null
                && binding.assignment().value() instanceof Expression.Truth truth
                && truth.value() == wanted;
    }
}
