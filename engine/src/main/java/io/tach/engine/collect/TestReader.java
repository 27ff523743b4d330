package io.tach.engine.collect;

import io.tach.engine.discover.CallSite;
import io.tach.engine.discover.Expression;
import io.tach.engine.discover.Import;
import io.tach.engine.discover.ModuleOutline;
import io.tach.engine.discover.Outline;
import io.tach.engine.fixture.FixtureProblem;
import io.tach.engine.fixture.FixtureTable;
import io.tach.engine.model.FixtureDefinition;
import io.tach.engine.model.TestCase;
import io.tach.engine.model.TestModule;
import io.tach.engine.symbols.Bindings;
import io.tach.engine.symbols.Bindings.Binding;
import io.tach.engine.symbols.Symbol;
import io.tach.engine.symbols.Symbols;
import java.util.List;

/**
 * Reads the tests of a module as pytest would collect them. The fixtures of plugins and of every conftest must be in the
 * table before; those of the module are added to it. For one thread.
 */
public final class TestReader {
    /** Classes from elsewhere whose name looks like a test's and in which there is none. */
    private static final List<String> NO_TESTS =
            List.of("unittest.TestCase", "unittest.TestSuite", "unittest.TestLoader");

    private final Symbols symbols;
    private final PytestSettings settings;
    private final FixtureTable table;
    private final FixtureReader fixtures;
    private final ClassReader classes;
    private final CaseReader cases;

    /**
     * A reader for one suite.
     *
     * @param hooks what its conftest files do to collection
     */
    public TestReader(Symbols symbols, PytestSettings settings, FixtureTable table, Hooks hooks) {
        this.symbols = symbols;
        this.settings = settings;
        this.table = table;
        Classes ancestry = new Classes(symbols);
        this.fixtures = new FixtureReader(symbols, ancestry);
        this.cases = new CaseReader(symbols, settings, table, ancestry, hooks);
        this.classes = new ClassReader(symbols, settings, table, fixtures, cases, ancestry);
    }

    /**
     * What is known of a module.
     *
     * @param tests it, as pytest would collect it
     * @param problems fixtures that its tests will probably miss
     */
    public record Read(TestModule tests, List<FixtureProblem> problems) {}

    /** Reads one module. */
    public Read read(ModuleOutline module) {
        List<FixtureDefinition> own = fixtures.read(module, module.path());
        own.forEach(table::add);
        Collected out = new Collected(module, symbols);
        Bindings bindings = symbols.bindings(module, Outline.MODULE);
        Binding switchedOff = bindings.get("__test__");
        if (switchedOff == null || !ClassReader.isFalse(switchedOff)) {
            bindings.stars().forEach(star -> starred(module, star, out));
            bindings.all().forEach(binding -> name(module, binding, out));
        }
        List<String> imports = module.imports().stream()
                .filter(statement -> statement.guard().isReachable())
                .map(module::resolve)
                .filter(name -> !name.isEmpty())
                .distinct()
                .toList();
        String skips = mayLeave(module);
        List<TestCase> tests = skips.isEmpty() ? out.tests() : out.doubted(skips);
        return new Read(new TestModule(module.path(), tests, own, imports, out.doubts()), out.problems());
    }

    private void starred(ModuleOutline module, Import star, Collected out) {
        ModuleOutline source = symbols.module(module.resolve(star));
        List<String> exported = source == null ? null : symbols.exported(source);
        if (exported == null) {
            out.doubt("everything is imported from " + star.module() + " (line " + star.line() + ")");
            return;
        }
        for (String name : exported) {
            boolean shadowed = symbols.bindings(module, Outline.MODULE).get(name) != null;
            if (!shadowed && looksLikeTest(name)) {
                symbol(name, symbols.resolve(source, name), "", star.line(), out);
            }
        }
    }

    private boolean looksLikeTest(String name) {
        return settings.isTestFunction(name) || settings.isTestClass(name);
    }

    private void name(ModuleOutline module, Binding binding, Collected out) {
        boolean named = looksLikeTest(binding.name());
        boolean plain = binding.definition() >= 0
                ? module.definitions().get(binding.definition()).isFunction()
                : binding.statement() == null;
        if (plain && !named) {
            return; // neither a test nor a class of unittest's
        }
        Symbol symbol = symbols.resolve(module, binding);
        String doubt =
                binding.certain() ? "" : "it is defined under a condition (line " + lineOf(module, binding) + ")";
        boolean isClass = symbol instanceof Symbol.Defined defined
                && !defined.definition().isFunction();
        if (named || isClass) {
            symbol(binding.name(), symbol, doubt, lineOf(module, binding), out);
        }
    }

    private static int lineOf(ModuleOutline module, Binding binding) {
        if (binding.definition() >= 0) {
            return module.definitions().get(binding.definition()).line();
        }
        return binding.assignment() != null
                ? binding.assignment().line()
                : binding.statement().line();
    }

    private void symbol(String name, Symbol symbol, String doubt, int line, Collected out) {
        if (symbol instanceof Symbol.Defined defined) {
            if (!defined.definition().isFunction()) {
                classes.read(name, defined, List.of(), List.of(), doubt, out);
            } else if (settings.isTestFunction(name) && !fixtures.isFixture(defined)) {
                cases.read(name, defined, List.of(), List.of(), doubt, false, out);
            }
        } else if (symbol instanceof Symbol.Assigned assigned) {
            if (mayBeCallable(assigned.assignment().value()) && settings.isTestFunction(name)) {
                out.doubt(name + " is assigned (line " + line + ")");
            }
        } else if (symbol instanceof Symbol.External external && !NO_TESTS.contains(external.dotted())) {
            out.doubt(name + " comes from outside of the project (line " + line + ")");
        } else if (symbol == Symbol.Unknown.INSTANCE) {
            out.doubt(name + " is not known (line " + line + ")");
        }
    }

    /** False for literals: a variable {@code test_data = [...]} is no test. */
    static boolean mayBeCallable(Expression value) {
        return value instanceof Expression.Call
                || value instanceof Expression.Name
                || value == Expression.Other.INSTANCE;
    }

    /** Why a module may leave while it is imported, so that there are none of its tests; empty if it will not. */
    private String mayLeave(ModuleOutline module) {
        for (CallSite call : module.calls()) {
            boolean atImport = call.guard().isReachable() && !module.outline().isDeferred(call.enclosing());
            if (atImport && (call.name().endsWith("importorskip") || call.name().endsWith("skip"))) {
                String canonical = symbols.canonical(module, call.name());
                if (canonical.equals("pytest.importorskip") || canonical.equals("pytest.skip")) {
                    return call.name() + " may skip the whole file (line " + call.line() + ")";
                }
            }
        }
        return "";
    }
}
