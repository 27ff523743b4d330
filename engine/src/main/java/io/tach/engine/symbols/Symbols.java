package io.tach.engine.symbols;

import io.tach.engine.discover.Definition;
import io.tach.engine.discover.Expression;
import io.tach.engine.discover.Import;
import io.tach.engine.discover.ModuleOutline;
import io.tach.engine.discover.Outline;
import io.tach.engine.symbols.Bindings.Binding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Resolves names of a project. Keeps what it has found; for one thread. */
public final class Symbols {
    /** Longer chains of imports and assignments are circles. */
    private static final int MAX_STEPS = 20;

    private final Modules modules;
    private final IdentityHashMap<ModuleOutline, Map<Integer, Bindings>> known = new IdentityHashMap<>();

    public Symbols(Modules modules) {
        this.modules = modules;
    }

    /** The module of an absolute name, {@code null} if the project has none. */
    public ModuleOutline module(String dotted) {
        return dotted.isEmpty() ? null : modules.find(dotted);
    }

    /** The names that a module ({@link Outline#MODULE}) or a class binds. */
    public Bindings bindings(ModuleOutline module, int scope) {
        Map<Integer, Bindings> scopes = known.get(module);
        if (scopes == null) {
            scopes = new HashMap<>();
            known.put(module, scopes);
        }
        Bindings bindings = scopes.get(scope);
        if (bindings == null) {
            bindings = Bindings.of(module, scope);
            scopes.put(scope, bindings);
        }
        return bindings;
    }

    /** What a dotted name means at the top of a module. */
    public Symbol resolve(ModuleOutline module, String dotted) {
        return resolve(module, dotted, MAX_STEPS);
    }

    /** What a binding stands for. */
    public Symbol resolve(ModuleOutline module, Binding binding) {
        return follow(module, binding, "", MAX_STEPS);
    }

    /**
     * The absolute name that a name in a module amounts to, such as {@code pytest.mark.parametrize}; of something in the
     * project it is {@code module:name}. Empty if nobody knows.
     */
    public String canonical(ModuleOutline module, String dotted) {
        Symbol symbol = dotted.isEmpty() ? Symbol.Unknown.INSTANCE : resolve(module, dotted);
        if (symbol instanceof Symbol.External external) {
            return external.dotted();
        }
        return symbol instanceof Symbol.Defined defined
                ? defined.module().module() + ":" + defined.module().outline().qualifiedName(defined.index())
                : "";
    }

    private Symbol resolve(ModuleOutline module, String dotted, int steps) {
        if (steps == 0 || dotted.isEmpty()) {
            return Symbol.Unknown.INSTANCE;
        }
        int dot = dotted.indexOf('.');
        String head = dot < 0 ? dotted : dotted.substring(0, dot);
        String rest = dot < 0 ? "" : dotted.substring(dot + 1);
        Binding binding = bindings(module, Outline.MODULE).get(head);
        if (binding != null) {
            return follow(module, binding, rest, steps - 1);
        }
        for (Import star : bindings(module, Outline.MODULE).stars()) {
            ModuleOutline source = module(module.resolve(star));
            if (source == null) {
                return Symbol.Unknown.INSTANCE;
            }
            Symbol found =
                    source.path().equals(module.path()) ? Symbol.Unknown.INSTANCE : resolve(source, dotted, steps - 1);
            if (!(found instanceof Symbol.External external && external.dotted().startsWith("builtins."))) {
                return found;
            }
        }
        return new Symbol.External("builtins." + dotted);
    }

    private Symbol follow(ModuleOutline module, Binding binding, String rest, int steps) {
        if (binding.definition() >= 0) {
            return member(module, binding.definition(), rest, steps);
        }
        if (binding.assignment() != null) {
            if (binding.assignment().value() instanceof Expression.Name name) {
                return resolve(module, join(name.dotted(), rest), steps);
            }
            return rest.isEmpty() ? new Symbol.Assigned(module, binding.assignment()) : Symbol.Unknown.INSTANCE;
        }
        Import statement = binding.statement();
        if (statement.kind() == Import.Kind.MODULE) {
            String bound = binding.imported() == null ? binding.name() : statement.module();
            return absolute(join(bound, rest), steps);
        }
        return absolute(join(join(module.resolve(statement), binding.imported().name()), rest), steps);
    }

    /** An attribute of a definition. */
    private Symbol member(ModuleOutline module, int index, String rest, int steps) {
        if (rest.isEmpty()) {
            return new Symbol.Defined(module, index);
        }
        if (module.definitions().get(index).kind() != Definition.Kind.CLASS || steps == 0) {
            return Symbol.Unknown.INSTANCE;
        }
        int dot = rest.indexOf('.');
        Binding found = bindings(module, index).get(dot < 0 ? rest : rest.substring(0, dot));
        return found == null
                ? Symbol.Unknown.INSTANCE
                : follow(module, found, dot < 0 ? "" : rest.substring(dot + 1), steps - 1);
    }

    private Symbol absolute(String dotted, int steps) {
        if (dotted.isEmpty() || steps == 0) {
            return Symbol.Unknown.INSTANCE;
        }
        for (int end = dotted.length(); end > 0; end = dotted.lastIndexOf('.', end - 1)) {
            ModuleOutline module = module(dotted.substring(0, end));
            if (module != null) {
                return end == dotted.length()
                        ? new Symbol.Module(module)
                        : inModule(module, dotted.substring(end + 1), steps);
            }
        }
        return new Symbol.External(dotted);
    }

    /** A name of a module as others see it: what is not bound there is not one of Python's own. */
    private Symbol inModule(ModuleOutline module, String name, int steps) {
        Symbol found = resolve(module, name, steps - 1);
        boolean notBound =
                found instanceof Symbol.External external && external.dotted().startsWith("builtins.");
        return notBound ? Symbol.Unknown.INSTANCE : found;
    }

    private static String join(String first, String second) {
        return second.isEmpty() ? first : first + "." + second;
    }

    /**
     * The names that a star import takes from a module: those of {@code __all__}, else those without an underscore.
     *
     * @return {@code null} if that cannot be told
     */
    public List<String> exported(ModuleOutline module) {
        return exported(module, MAX_STEPS);
    }

    private List<String> exported(ModuleOutline module, int steps) {
        Bindings bindings = bindings(module, Outline.MODULE);
        Binding all = bindings.get("__all__");
        if (all != null) {
            return all.assignment() == null ? null : texts(all.assignment().value());
        }
        List<String> names = new ArrayList<>();
        for (Import star : bindings.stars()) {
            ModuleOutline source = steps == 0 ? null : module(module.resolve(star));
            List<String> more = source == null ? null : exported(source, steps - 1);
            if (more == null) {
                return null;
            }
            names.addAll(more);
        }
        bindings.all().forEach(binding -> names.add(binding.name()));
        names.removeIf(name -> name.startsWith("_"));
        return names;
    }

    private static List<String> texts(Expression value) {
        if (!(value instanceof Expression.Sequence sequence)) {
            return null;
        }
        List<String> texts = new ArrayList<>();
        for (Expression element : sequence.elements()) {
            if (!(element instanceof Expression.Text text)) {
                return null;
            }
            texts.add(text.value());
        }
        return texts;
    }
}
