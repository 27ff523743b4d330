package io.tach.engine.symbols;

import io.tach.engine.discover.Assignment;
import io.tach.engine.discover.Definition;
import io.tach.engine.discover.Guard;
import io.tach.engine.discover.Import;
import io.tach.engine.discover.ModuleOutline;
import io.tach.engine.discover.Outline;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The names that the body of a module or of a class binds, in the order in which they are first bound (which is the order
 * of Python's {@code __dict__}).
 */
public final class Bindings {
    /**
     * One name.
     *
     * @param name what is bound
     * @param definition index of the definition, -1 if it is none
     * @param assignment the assignment, or {@code null}
     * @param statement the import, or {@code null}
     * @param imported which name of the import, or {@code null} for {@code import a.b}
     * @param certain false if it is bound only under some condition, or more than once by different means
     */
    public record Binding(
            String name,
            int definition,
            Assignment assignment,
            Import statement,
            Import.ImportedName imported,
            boolean certain) {
        private Binding uncertain() {
            return new Binding(name, definition, assignment, statement, imported, false);
        }
    }

    private final Map<String, Binding> byName = new LinkedHashMap<>();
    private final List<Import> stars = new ArrayList<>(0);

    private Bindings() {}

    /**
     * The bindings of a module or class.
     *
     * @param scope index of a class, or {@link Outline#MODULE}
     */
    public static Bindings of(ModuleOutline module, int scope) {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < module.definitions().size(); i++) {
            if (module.definitions().get(i).parent() == scope) {
                events.add(new Event(module.definitions().get(i).line(), i, null, null));
            }
        }
        for (Import statement : module.imports()) {
            if (statement.enclosing() == scope) {
                events.add(new Event(statement.line(), -1, statement, null));
            }
        }
        for (Assignment assignment : module.assignments()) {
            if (assignment.enclosing() == scope) {
                events.add(new Event(assignment.line(), -1, null, assignment));
            }
        }
        events.sort(Comparator.comparingInt(Event::line));
        Bindings bindings = new Bindings();
        events.forEach(event -> bindings.add(module, event));
        return bindings;
    }

    /** Something that binds names: a definition by its index, an import, or an assignment. */
    private record Event(int line, int definition, Import statement, Assignment assignment) {}

    private void add(ModuleOutline module, Event event) {
        Assignment assignment = event.assignment();
        if (event.definition() >= 0) {
            Definition definition = module.definitions().get(event.definition());
            if (definition.guard().isReachable()) {
                int index = event.definition();
                put(new Binding(definition.name(), index, null, null, null, isCertain(definition.guard())));
            }
        } else if (assignment == null) {
            if (event.statement().guard().isReachable()) {
                addImport(event.statement());
            }
        } else if (assignment.guard().isReachable()) {
            put(new Binding(assignment.name(), -1, assignment, null, null, isCertain(assignment.guard())));
        }
    }

    private static boolean isCertain(Guard guard) {
        return guard == Guard.NONE;
    }

    private void addImport(Import statement) {
        boolean certain = isCertain(statement.guard());
        switch (statement.kind()) {
            case FROM -> {
                if (statement.isStar()) {
                    stars.add(statement);
                } else {
                    for (Import.ImportedName name : statement.names()) {
                        put(new Binding(name.alias(), -1, null, statement, name, certain));
                    }
                }
            }
            case MODULE -> {
                boolean aliased = !statement.names().isEmpty();
                String bound = aliased ? statement.names().get(0).alias() : head(statement.module());
                Import.ImportedName name = aliased ? statement.names().get(0) : null;
                put(new Binding(bound, -1, null, statement, name, certain));
            }
            case DYNAMIC -> {}
        }
    }

    /** The last one counts; one that may or may not come after another makes both uncertain. */
    private void put(Binding binding) {
        Binding before = byName.get(binding.name());
        boolean unsure = before != null && !binding.certain();
        byName.put(binding.name(), unsure ? binding.uncertain() : binding);
    }

    private static String head(String dotted) {
        int dot = dotted.indexOf('.');
        return dot < 0 ? dotted : dotted.substring(0, dot);
    }

    /** What a name is bound to, {@code null} if it is not. */
    public Binding get(String name) {
        return byName.get(name);
    }

    /** All of them, in order. */
    public Iterable<Binding> all() {
        return byName.values();
    }

    /** Imports of everything, in order. */
    public List<Import> stars() {
        return stars;
    }
}
