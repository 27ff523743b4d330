package io.tach.engine.toxicity;

import io.tach.engine.discover.Definition;
import io.tach.engine.discover.Import;
import io.tach.engine.discover.ModuleOutline;
import io.tach.engine.discover.Outline;
import io.tach.engine.discover.Parameter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Which names a file binds by definitions and imports, scope by scope. Immutable once made. */
final class Bindings {
    private final ModuleOutline file;
    private final Map<Integer, Map<String, Integer>> definitions = new HashMap<>();
    private final Map<Integer, Map<String, String>> imports = new HashMap<>();
    private final List<String> starred = new ArrayList<>();

    Bindings(ModuleOutline file) {
        this.file = file;
        List<Definition> all = file.definitions();
        for (int i = 0; i < all.size(); i++) {
            definitions
                    .computeIfAbsent(all.get(i).parent(), p -> new HashMap<>())
                    .put(all.get(i).name(), i);
        }
        file.imports().forEach(this::bind);
    }

    private void bind(Import statement) {
        String module = file.resolve(statement);
        Map<String, String> scope = imports.computeIfAbsent(statement.enclosing(), e -> new HashMap<>());
        if (statement.isStar()) {
            starred.add(module);
        } else if (statement.kind() == Import.Kind.FROM) {
            statement.names().forEach(n -> scope.put(n.alias(), module.isEmpty() ? n.name() : module + "." + n.name()));
        } else if (statement.kind() == Import.Kind.MODULE) {
            bindModule(statement, module, scope);
        }
    }

    /** {@code import a.b} binds {@code a}; {@code import a.b as c} binds {@code c} to {@code a.b}. */
    private static void bindModule(Import statement, String module, Map<String, String> scope) {
        if (statement.names().isEmpty()) {
            String top = module.contains(".") ? module.substring(0, module.indexOf('.')) : module;
            scope.put(top, top);
        } else {
            scope.put(statement.names().get(0).alias(), module);
        }
    }

    /** Modules whose names are all taken over. */
    List<String> starred() {
        return starred;
    }

    /**
     * What a name is bound to.
     *
     * @param definition the function or class; {@link Outline#MODULE} if it is none
     * @param imported the absolute dotted name; empty if it is not imported
     */
    record Bound(int definition, String imported) {
        static final Bound NOTHING = new Bound(Outline.MODULE, "");

        boolean isNothing() {
            return definition == Outline.MODULE && imported.isEmpty();
        }
    }

    /**
     * Looks a name up as Python does: in the function, in those around it, in the module. A class sees its own names only
     * from its own body.
     *
     * @param at index of the definition whose code uses the name
     */
    Bound lookUp(String name, int at) {
        Bound found = in(at, name);
        for (int scope = at; found.isNothing() && scope != Outline.MODULE; ) {
            scope = file.definitions().get(scope).parent();
            boolean visible =
                    scope == Outline.MODULE || file.definitions().get(scope).isFunction();
            found = visible ? in(scope, name) : found;
        }
        return found;
    }

    private Bound in(int scope, String name) {
        Integer definition = definitions.getOrDefault(scope, Map.of()).get(name);
        if (definition != null) {
            return new Bound(definition, "");
        }
        String imported = imports.getOrDefault(scope, Map.of()).get(name);
        return imported == null ? Bound.NOTHING : new Bound(Outline.MODULE, imported);
    }

    /** The definition of this name directly within another one. */
    OptionalInt member(int parent, String name) {
        Integer found = definitions.getOrDefault(parent, Map.of()).get(name);
        return found == null ? OptionalInt.empty() : OptionalInt.of(found);
    }

    /** The class that {@code self} or {@code cls} stands for in a method, or in a function nested in one. */
    OptionalInt receiver(String name, int at) {
        for (int i = at; i != Outline.MODULE; i = file.definitions().get(i).parent()) {
            Definition definition = file.definitions().get(i);
            int parent = definition.parent();
            boolean method = definition.isFunction()
                    && parent != Outline.MODULE
                    && !file.definitions().get(parent).isFunction();
            if (method && isFirstParameter(name, definition.parameters())) {
                return OptionalInt.of(parent);
            }
        }
        return OptionalInt.empty();
    }

    private static boolean isFirstParameter(String name, List<Parameter> parameters) {
        return !parameters.isEmpty() && parameters.get(0).name().equals(name);
    }
}
