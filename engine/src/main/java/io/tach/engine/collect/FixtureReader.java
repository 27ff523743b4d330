package io.tach.engine.collect;

import io.tach.engine.discover.Decorator;
import io.tach.engine.discover.Definition;
import io.tach.engine.discover.Expression;
import io.tach.engine.discover.ModuleOutline;
import io.tach.engine.discover.Outline;
import io.tach.engine.discover.Parameter;
import io.tach.engine.model.CaseIds;
import io.tach.engine.model.FixtureDefinition;
import io.tach.engine.model.FixtureScope;
import io.tach.engine.symbols.Bindings.Binding;
import io.tach.engine.symbols.Symbol;
import io.tach.engine.symbols.Symbols;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the fixtures that a module offers: its own, and those it imports. */
public final class FixtureReader {
    private static final Set<String> FACTORIES =
            Set.of("pytest.fixture", "pytest.yield_fixture", "pytest_asyncio.fixture", "pytest_trio.trio_fixture");

    private final Symbols symbols;
    private final ParameterSets parameterSets;
    private final Classes classes;

    public FixtureReader(Symbols symbols) {
        this(symbols, new Classes(symbols));
    }

    FixtureReader(Symbols symbols, Classes classes) {
        this.symbols = symbols;
        this.classes = classes;
        Values values = new Values(symbols);
        this.parameterSets = new ParameterSets(values, new IdMaker(values, classes));
    }

    /**
     * The fixtures of a module.
     *
     * @param baseId node id of the collector they belong to: the module's, or of a conftest its directory's
     */
    public List<FixtureDefinition> read(ModuleOutline module, String baseId) {
        Map<String, Symbol.Defined> candidates = new LinkedHashMap<>();
        symbols.bindings(module, Outline.MODULE).stars().forEach(star -> {
            ModuleOutline source = symbols.module(module.resolve(star));
            List<String> exported = source == null ? null : symbols.exported(source);
            for (String name : exported == null ? List.<String>of() : exported) {
                if (symbols.resolve(source, name) instanceof Symbol.Defined defined) {
                    candidates.put(name, defined);
                }
            }
        });
        for (Binding binding : symbols.bindings(module, Outline.MODULE).all()) {
            boolean decorated = binding.definition() < 0
                    || !module.definitions()
                            .get(binding.definition())
                            .decorators()
                            .isEmpty();
            if (decorated && symbols.resolve(module, binding) instanceof Symbol.Defined defined) {
                candidates.put(binding.name(), defined);
            }
        }
        List<FixtureDefinition> found = new ArrayList<>();
        candidates.forEach((name, defined) -> add(found, name, defined, baseId));
        return found;
    }

    /** The fixtures of a class, inherited ones first. */
    List<FixtureDefinition> readClass(ModuleOutline module, int index, String baseId) {
        List<FixtureDefinition> found = new ArrayList<>(0);
        List<Classes.Known> order = classes.ancestry(module, index).order();
        for (int i = order.size() - 1; i >= 0; i--) {
            Classes.Known known = order.get(i);
            List<Definition> definitions = known.module().definitions();
            for (int at = known.index() + 1; at < definitions.size(); at++) {
                if (definitions.get(at).parent() == known.index()) {
                    add(found, definitions.get(at).name(), new Symbol.Defined(known.module(), at), baseId);
                }
            }
        }
        return found;
    }

    private void add(List<FixtureDefinition> found, String name, Symbol.Defined defined, String baseId) {
        Decorator factory = factory(defined);
        if (factory != null && defined.definition().guard().isReachable()) {
            found.add(definition(name, defined, factory, baseId));
        }
    }

    /** True if a function is a fixture, and so no test whatever its name. */
    boolean isFixture(Symbol.Defined defined) {
        return factory(defined) != null;
    }

    private Decorator factory(Symbol.Defined defined) {
        if (!defined.definition().isFunction()) {
            return null;
        }
        for (Decorator decorator : defined.definition().decorators()) {
            String name = decorator.name();
            if (!name.isEmpty() && FACTORIES.contains(symbols.canonical(defined.module(), name))) {
                return decorator;
            }
        }
        return null;
    }

    private FixtureDefinition definition(String bound, Symbol.Defined defined, Decorator factory, String baseId) {
        Definition definition = defined.definition();
        Expression.Call call = factory.expression() instanceof Expression.Call made ? made : null;
        String name = call != null && call.keyword("name") instanceof Expression.Text text ? text.value() : bound;
        FixtureScope scope = call != null && call.keyword("scope") instanceof Expression.Text text
                ? FixtureScope.ofWord(text.value())
                : FixtureScope.FUNCTION;
        boolean autouse = call != null && call.keyword("autouse") instanceof Expression.Truth truth && truth.value();
        return new FixtureDefinition(
                name,
                scope == null ? FixtureScope.FUNCTION : scope,
                arguments(definition, definition.parent() >= 0),
                definition.kind() == Definition.Kind.ASYNC_FUNCTION,
                autouse,
                defined.module().path(),
                definition.firstLine(),
                baseId,
                params(defined.module(), name, call));
    }

    private CaseIds params(ModuleOutline module, String name, Expression.Call call) {
        Expression params = call == null ? null : call.keyword("params");
        if (params == null || params == Expression.None.INSTANCE) {
            return CaseIds.NONE;
        }
        CaseIds ids = parameterSets.ofFixture(module, name, params, call.keyword("ids"));
        return ids.isKnown() ? ids : CaseIds.unknown("fixture " + name + ": " + ids.unknownBecause());
    }

    /**
     * The names of the fixtures that a function asks for.
     *
     * @param method true if its first parameter is the object
     */
    static List<String> arguments(Definition definition, boolean method) {
        boolean bound = method
                && definition.decorators().stream().noneMatch(d -> d.name().equals("staticmethod"));
        List<String> names = new ArrayList<>();
        for (Parameter parameter : definition.parameters()) {
            boolean asked = parameter.kind() == Parameter.Kind.POSITIONAL_OR_KEYWORD
                    || parameter.kind() == Parameter.Kind.KEYWORD_ONLY;
            if (bound) {
                bound = false;
            } else if (asked && !parameter.hasDefault()) {
                names.add(parameter.name());
            }
        }
        return names;
    }
}
