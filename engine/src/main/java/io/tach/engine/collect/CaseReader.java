package io.tach.engine.collect;

import io.tach.engine.discover.Decorator;
import io.tach.engine.discover.Definition;
import io.tach.engine.discover.Expression;
import io.tach.engine.discover.ModuleOutline;
import io.tach.engine.discover.Outline;
import io.tach.engine.fixture.FixtureClosure;
import io.tach.engine.fixture.FixtureResolver;
import io.tach.engine.fixture.FixtureTable;
import io.tach.engine.model.CaseIds;
import io.tach.engine.model.FixtureDefinition;
import io.tach.engine.model.TestCase;
import io.tach.engine.symbols.Symbol;
import io.tach.engine.symbols.Symbols;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads one test function: its marks, its fixtures, the ids of its cases. */
final class CaseReader {
    private static final Set<String> OF_PYTEST =
            Set.of("filterwarnings", "parametrize", "skip", "skipif", "usefixtures", "xfail");

    private final Symbols symbols;
    private final PytestSettings settings;
    private final FixtureResolver resolver;
    private final Classes classes;
    private final Marks marks;
    private final ParameterSets parameterSets;
    private final Hooks hooks;
    private String entered = "";
    private List<Marks.Mark> marksOfModule = List.of();
    private boolean generatesItself;

    CaseReader(Symbols symbols, PytestSettings settings, FixtureTable table, Classes classes, Hooks hooks) {
        this.symbols = symbols;
        this.settings = settings;
        this.resolver = new FixtureResolver(table);
        this.classes = classes;
        Values values = new Values(symbols);
        this.marks = new Marks(symbols, values);
        this.parameterSets = new ParameterSets(values, new IdMaker(values, classes));
        this.hooks = hooks;
    }

    /** The marks of a class: those of its bases first, of each those of {@code pytestmark} before its decorators. */
    List<Marks.Mark> classMarks(Classes.Ancestry ancestry) {
        List<Marks.Mark> found = new ArrayList<>();
        for (int i = ancestry.order().size() - 1; i >= 0; i--) {
            Classes.Known known = ancestry.order().get(i);
            found.addAll(marks.assigned(known.module(), known.index()));
            found.addAll(marks.of(known.module(), known.definition().decorators()));
        }
        return found;
    }

    /**
     * Reads a test function.
     *
     * @param name it is found under
     * @param path names of the classes around it
     * @param outer marks of those, the innermost first
     * @param doubt why it may not be there, empty if it is
     * @param unittest true if it gets no arguments and no parameters
     */
    void read(
            String name,
            Symbol.Defined found,
            List<String> path,
            List<Marks.Mark> outer,
            String doubt,
            boolean unittest,
            Collected out) {
        Definition definition = found.definition();
        List<Marks.Mark> all = new ArrayList<>(marks.of(found.module(), definition.decorators()));
        all.addAll(outer);
        enter(out.module());
        all.addAll(marksOfModule);
        Set<String> parametrized = new LinkedHashSet<>();
        Set<String> names = new LinkedHashSet<>(usedFixtures(all));
        Set<String> markers = new LinkedHashSet<>();
        all.forEach(mark -> markers.add(mark.name()));
        Set<String> onCases = new LinkedHashSet<>();
        CaseIds cases = unittest ? CaseIds.NONE : parametrizations(all, parametrized, onCases);
        if (decidedByCases(onCases)) {
            cases = CaseIds.unknown("marks on single parameters decide what is selected");
        } else if (!settings.marks().matches(markers)) {
            return;
        }
        List<String> arguments =
                unittest ? List.of() : FixtureReader.arguments(definition, !path.isEmpty() && definition.parent() >= 0);
        names.addAll(arguments);
        String nodeId = nodeId(name, path, out.module());
        boolean here = found.module().path().equals(out.module().path());
        int line = here ? definition.firstLine() : 0;
        FixtureClosure closure = resolver.resolve(new FixtureResolver.Request(
                nodeId, found.module().path(), definition.firstLine(), names, parametrized));
        if (!unittest) {
            CaseIds own = cases;
            cases = withFixtures(cases, closure, parametrized);
            if (!cases.equals(own) && !onlyMarks(definition, found.module())) {
                cases = CaseIds.unknown("a decorator may give it what looks like a parametrized fixture");
            }
            report(definition, found.module(), closure, out);
        }
        String because = unittest ? "" : generated(found, nodeId, closure);
        because = because.isEmpty() ? marks.doubt(found.module(), definition.decorators()) : because;
        names.removeAll(parametrized);
        out.add(new TestCase(
                name,
                path,
                definition.kind() == Definition.Kind.ASYNC_FUNCTION,
                List.copyOf(names),
                List.copyOf(markers),
                line,
                because.isEmpty() ? cases : CaseIds.unknown(because),
                doubt.isEmpty() ? deselected(found, nodeId, markers) : doubt));
    }

    /** What the tests of one module have in common is found once. */
    private void enter(ModuleOutline module) {
        if (!module.path().equals(entered)) {
            entered = module.path();
            marksOfModule = marks.assigned(module, Outline.MODULE);
            generatesItself = symbols.bindings(module, Outline.MODULE).get("pytest_generate_tests") != null;
        }
    }

    private boolean decidedByCases(Set<String> onCases) {
        Set<String> asked = settings.marks().names();
        return !asked.isEmpty() && onCases.stream().anyMatch(mark -> mark.equals("?") || asked.contains(mark));
    }

    /** Hooks that select do so by marks, of pytest's own or by decorators of the project's. */
    private String deselected(Symbol.Defined found, String nodeId, Set<String> markers) {
        String conftest = hooks.modifying(nodeId);
        if (conftest.isEmpty()) {
            return "";
        }
        boolean marked = markers.stream().anyMatch(mark -> !OF_PYTEST.contains(mark));
        if (!marked && !marks.mayMark(found.module(), found.definition().decorators())) {
            return "";
        }
        return "pytest_collection_modifyitems in " + conftest + " may deselect it by its marks";
    }

    private static String nodeId(String name, List<String> path, ModuleOutline module) {
        return module.path() + "::" + (path.isEmpty() ? "" : String.join("::", path) + "::") + name;
    }

    private CaseIds parametrizations(List<Marks.Mark> all, Set<String> parametrized, Set<String> onCases) {
        CaseIds cases = CaseIds.NONE;
        for (Marks.Mark mark : all) {
            if (mark.isParametrize()) {
                ParameterSets.Parametrization read = parameterSets.of(mark);
                if (read.names() != null) {
                    parametrized.addAll(read.names());
                }
                onCases.addAll(read.marks());
                cases = cases.times(read.ids());
            }
        }
        return cases;
    }

    /** A parametrized fixture multiplies the cases, and its id comes before theirs. */
    private static CaseIds withFixtures(CaseIds cases, FixtureClosure closure, Set<String> parametrized) {
        CaseIds outer = CaseIds.NONE;
        for (FixtureDefinition fixture : FixtureResolver.parametrized(closure)) {
            if (!parametrized.contains(fixture.name())) {
                outer = outer.times(fixture.params());
            }
        }
        return outer.times(cases);
    }

    private List<String> usedFixtures(List<Marks.Mark> all) {
        List<String> names = new ArrayList<>(settings.useFixtures());
        for (Marks.Mark mark : all) {
            if (mark.name().equals("usefixtures") && mark.call() != null) {
                for (Expression.Argument argument : mark.call().arguments()) {
                    if (argument.value() instanceof Expression.Text text) {
                        names.add(text.value());
                    }
                }
            }
        }
        return names;
    }

    /** Why {@code pytest_generate_tests} may give this test cases; empty if it cannot. */
    private String generated(Symbol.Defined found, String nodeId, FixtureClosure closure) {
        if (closure.names().isEmpty()) {
            return "";
        }
        String conftest = hooks.generating(nodeId);
        if (!conftest.isEmpty()) {
            return "pytest_generate_tests in " + conftest;
        }
        int owner = found.definition().parent();
        boolean inClass = owner >= 0
                && classes.ancestry(found.module(), owner).order().stream()
                        .anyMatch(known ->
                                symbols.bindings(known.module(), known.index()).get("pytest_generate_tests") != null);
        return generatesItself || inClass ? "pytest_generate_tests in its file" : "";
    }

    /** Decorators other than marks may give arguments themselves, as {@code mock.patch} and {@code given} do. */
    private void report(Definition definition, ModuleOutline module, FixtureClosure closure, Collected out) {
        if (onlyMarks(definition, module)) {
            closure.problems().forEach(out::problem);
        }
    }

    private boolean onlyMarks(Definition definition, ModuleOutline module) {
        for (Decorator decorator : definition.decorators()) {
            if (!symbols.canonical(module, decorator.name()).startsWith("pytest.mark.")) {
                return false;
            }
        }
        return true;
    }
}
