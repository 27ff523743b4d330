package io.tach.engine.toxicity;

import io.tach.engine.discover.Definition;
import io.tach.engine.discover.ModuleOutline;
import io.tach.engine.discover.Outline;
import io.tach.engine.toxicity.Bindings.Bound;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;

/** Says what names mean, across files: through imports, re-exports, stars and base classes. One thread. */
final class Resolver {
    /** Re-exports and base classes may run in circles. */
    private static final int DEEPEST = 60;

    private static final char SEPARATOR = 0;

    private final Sources sources;
    private final Map<String, Bindings> bindings = new HashMap<>();
    private final Map<String, Meaning> answers = new HashMap<>();
    private final Map<String, Set<String>> basesOf = new HashMap<>();

    Resolver(Sources sources) {
        this.sources = sources;
    }

    Bindings bindings(ModuleOutline file) {
        return bindings.computeIfAbsent(file.path(), path -> new Bindings(file));
    }

    /**
     * What a dotted name means.
     *
     * @param at index of the definition whose code uses it
     */
    Meaning meaning(ModuleOutline file, int at, String dotted) {
        return meaning(file, at, dotted, 0);
    }

    private Meaning meaning(ModuleOutline file, int at, String dotted, int depth) {
        if (depth > DEEPEST || dotted.isEmpty()) {
            return Meaning.Unknown.INSTANCE;
        }
        if (at != Outline.MODULE) {
            return find(file, at, dotted, depth);
        }
        return remember(file.path() + SEPARATOR + dotted, () -> find(file, at, dotted, depth));
    }

    /** Asks once. Who asks again while the answer is being found has run in a circle. */
    private Meaning remember(String question, Supplier<Meaning> answer) {
        Meaning known = answers.putIfAbsent(question, Meaning.Unknown.INSTANCE);
        if (known == null) {
            known = answer.get();
            answers.put(question, known);
        }
        return known;
    }

    private Meaning find(ModuleOutline file, int at, String dotted, int depth) {
        String head = head(dotted);
        String rest = rest(dotted);
        Bindings names = bindings(file);
        OptionalInt self = names.receiver(head, at);
        if (self.isPresent()) {
            return rest.isEmpty() ? Meaning.Unknown.INSTANCE : member(file, self.getAsInt(), rest, depth);
        }
        Bound bound = names.lookUp(head, at);
        if (bound.definition() != Outline.MODULE) {
            return member(file, bound.definition(), rest, depth);
        }
        if (!bound.imported().isEmpty()) {
            return absolute(file, rest.isEmpty() ? bound.imported() : bound.imported() + "." + rest, depth + 1);
        }
        return starred(file, dotted, depth);
    }

    private Meaning starred(ModuleOutline file, String dotted, int depth) {
        for (String module : bindings(file).starred()) {
            if (sources.named(module, file.path()).isPresent()) {
                Meaning found = absolute(file, module + "." + dotted, depth + 1);
                if (found != Meaning.Unknown.INSTANCE) {
                    return found;
                }
            } else if (KnownCalls.kindOf(module + "." + dotted).isPresent()) {
                return new Meaning.External(module + "." + dotted);
            }
        }
        return Meaning.Unknown.INSTANCE;
    }

    /** What an absolute name means in a file: as much of it as possible is a module of the project. */
    private Meaning absolute(ModuleOutline from, String name, int depth) {
        for (String module = name; !module.isEmpty(); module = parent(module)) {
            ModuleOutline found = sources.named(module, from.path()).orElse(null);
            if (found != null) {
                return module.equals(name)
                        ? new Meaning.Module(found)
                        : meaning(found, Outline.MODULE, name.substring(module.length() + 1), depth + 1);
            }
        }
        return new Meaning.External(name);
    }

    /** A member of a class, its own or inherited; the class or function itself if nothing more is asked for. */
    private Meaning member(ModuleOutline file, int definition, String rest, int depth) {
        if (rest.isEmpty()) {
            return new Meaning.Defined(file, definition);
        }
        if (depth > DEEPEST || file.definitions().get(definition).isFunction()) {
            return Meaning.Unknown.INSTANCE;
        }
        OptionalInt own = bindings(file).member(definition, head(rest));
        return own.isPresent()
                ? member(file, own.getAsInt(), rest(rest), depth + 1)
                : remember(
                        file.path() + SEPARATOR + definition + SEPARATOR + rest,
                        () -> inherited(file, definition, rest, depth));
    }

    private Meaning inherited(ModuleOutline file, int definition, String rest, int depth) {
        Definition type = file.definitions().get(definition);
        for (String base : type.bases()) {
            Meaning found = ofBase(meaning(file, type.parent(), base, depth + 1), rest, depth);
            if (found != Meaning.Unknown.INSTANCE) {
                return found;
            }
        }
        return Meaning.Unknown.INSTANCE;
    }

    private Meaning ofBase(Meaning base, String rest, int depth) {
        if (base instanceof Meaning.Defined m) {
            return member(m.file(), m.definition(), rest, depth + 1);
        }
        boolean known = base instanceof Meaning.External m
                && KnownCalls.kindOf(m.name()).isPresent();
        return known ? base : Meaning.Unknown.INSTANCE;
    }

    /** The absolute names of all bases of a class that are not of the project. */
    Set<String> externalBases(Meaning.Defined type) {
        String key = type.file().path() + SEPARATOR + type.definition();
        Set<String> known = basesOf.putIfAbsent(key, Set.of());
        if (known == null) {
            known = findExternalBases(type);
            basesOf.put(key, known);
        }
        return known;
    }

    private Set<String> findExternalBases(Meaning.Defined type) {
        Set<String> names = new LinkedHashSet<>();
        Definition definition = type.file().definitions().get(type.definition());
        for (String base : definition.bases()) {
            Meaning meaning = meaning(type.file(), definition.parent(), base);
            if (meaning instanceof Meaning.External m) {
                names.add(m.name());
            } else if (meaning instanceof Meaning.Defined m) {
                names.addAll(externalBases(m));
            }
        }
        return names;
    }

    /** A method of a class, its own or inherited. */
    Meaning method(Meaning.Defined type, String name) {
        return member(type.file(), type.definition(), name, 0);
    }

    private static String head(String dotted) {
        int dot = dotted.indexOf('.');
        return dot < 0 ? dotted : dotted.substring(0, dot);
    }

    private static String rest(String dotted) {
        int dot = dotted.indexOf('.');
        return dot < 0 ? "" : dotted.substring(dot + 1);
    }

    private static String parent(String dotted) {
        return dotted.substring(0, Math.max(0, dotted.lastIndexOf('.')));
    }
}
