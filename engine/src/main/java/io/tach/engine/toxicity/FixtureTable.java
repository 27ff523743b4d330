package io.tach.engine.toxicity;

import io.tach.engine.discover.Assignment;
import io.tach.engine.discover.Decorator;
import io.tach.engine.discover.Definition;
import io.tach.engine.discover.Expression;
import io.tach.engine.discover.ModuleOutline;
import io.tach.engine.discover.Outline;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The fixtures of a project by name, as far as the evidence needs them. One thread. */
final class FixtureTable {

    /**
     * A fixture.
     *
     * @param lasting true if it outlives a test: its scope is wider than a function
     * @param autouse true if nobody need ask for it
     */
    record Fixture(ModuleOutline file, int definition, String name, boolean lasting, boolean autouse) {}

    private static final Set<String> DECORATORS =
            Set.of("pytest.fixture", "pytest.yield_fixture", "pytest_asyncio.fixture", "_pytest.fixtures.fixture");

    private final Sources sources;
    private final Resolver resolver;
    private final Map<String, List<Fixture>> byFile = new HashMap<>();
    private final Map<String, Collection<ModuleOutline>> visible = new HashMap<>();

    FixtureTable(Sources sources, Resolver resolver) {
        this.sources = sources;
        this.resolver = resolver;
    }

    /** The fixtures that a file defines. */
    List<Fixture> of(ModuleOutline file) {
        return byFile.computeIfAbsent(file.path(), path -> read(file));
    }

    /** True if this function is a fixture that outlives a test. */
    boolean isLasting(ModuleOutline file, int definition) {
        return of(file).stream().anyMatch(f -> f.definition() == definition && f.lasting());
    }

    private List<Fixture> read(ModuleOutline file) {
        List<Fixture> found = new ArrayList<>();
        for (int i = 0; i < file.definitions().size(); i++) {
            fixture(file, i).ifPresent(found::add);
        }
        return List.copyOf(found);
    }

    private Optional<Fixture> fixture(ModuleOutline file, int at) {
        Definition definition = file.definitions().get(at);
        for (Decorator decorator : definition.decorators()) {
            Meaning meaning = resolver.meaning(file, definition.parent(), decorator.name());
            if (meaning instanceof Meaning.External m && DECORATORS.contains(m.name())) {
                return Optional.of(fixture(file, at, decorator));
            }
        }
        return Optional.empty();
    }

    private static Fixture fixture(ModuleOutline file, int at, Decorator decorator) {
        String name = file.definitions().get(at).name();
        boolean lasting = false;
        boolean autouse = false;
        for (Expression.Argument argument : decorator.arguments()) {
            switch (argument.keyword()) {
                case "name" -> name = text(argument.value()).orElse(name);
                case "scope" -> lasting = !text(argument.value()).orElse("").equals("function");
                case "autouse" -> autouse = argument.value() instanceof Expression.Truth t && t.value();
                default -> {} // params, ids
            }
        }
        return new Fixture(file, at, name, lasting, autouse);
    }

    private static Optional<String> text(Expression value) {
        return value instanceof Expression.Text t ? Optional.of(t.value()) : Optional.empty();
    }

    /** The fixture that a name means to a test or fixture of a file: the nearest one. */
    Optional<Fixture> named(String name, ModuleOutline file, int at) {
        for (ModuleOutline place : visibleFrom(file)) {
            Optional<Fixture> found = in(place, name, file.path().equals(place.path()) ? at : Outline.MODULE);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** In the class first, then in the file, then what the file imports under this name. */
    private Optional<Fixture> in(ModuleOutline place, String name, int at) {
        Optional<Fixture> best = of(place).stream()
                .filter(f -> f.name().equals(name) && f.definition() != at && isInReach(f, at))
                .max((a, b) -> Integer.compare(depth(a), depth(b)));
        return best.isPresent() ? best : imported(place, name);
    }

    private static int depth(Fixture fixture) {
        return fixture.file().definitions().get(fixture.definition()).parent() == Outline.MODULE ? 0 : 1;
    }

    private static boolean isInReach(Fixture fixture, int at) {
        int home = fixture.file().definitions().get(fixture.definition()).parent();
        for (int i = at; home != Outline.MODULE && i != Outline.MODULE; ) {
            i = fixture.file().definitions().get(i).parent();
            if (i == home) {
                return true;
            }
        }
        return home == Outline.MODULE;
    }

    private Optional<Fixture> imported(ModuleOutline place, String name) {
        return resolver.meaning(place, Outline.MODULE, name) instanceof Meaning.Defined m
                ? of(m.file()).stream()
                        .filter(f -> f.definition() == m.definition())
                        .findFirst()
                : Optional.empty();
    }

    /** The fixtures that every test of a place gets without asking. */
    List<Fixture> automatic(ModuleOutline file, int at) {
        List<Fixture> found = new ArrayList<>();
        for (ModuleOutline place : visibleFrom(file)) {
            of(place).stream()
                    .filter(f -> f.autouse() && isInReach(f, file.path().equals(place.path()) ? at : Outline.MODULE))
                    .forEach(found::add);
        }
        return found;
    }

    /** The file, its conftests, and the plugins that these name. By path: an outline's own hash walks all of it. */
    private Collection<ModuleOutline> visibleFrom(ModuleOutline file) {
        return visible.computeIfAbsent(file.path(), path -> {
            Map<String, ModuleOutline> places = new LinkedHashMap<>();
            places.put(path, file);
            sources.conftestsOf(path).forEach(c -> places.put(c.path(), c));
            for (ModuleOutline place : List.copyOf(places.values())) {
                plugins(place).forEach(p -> places.putIfAbsent(p.path(), p));
            }
            return List.copyOf(places.values());
        });
    }

    private List<ModuleOutline> plugins(ModuleOutline file) {
        List<ModuleOutline> found = new ArrayList<>();
        for (Assignment assignment : file.assignments()) {
            if (assignment.enclosing() == Outline.MODULE && assignment.name().equals("pytest_plugins")) {
                texts(assignment.value())
                        .forEach(name -> sources.named(name, file.path()).ifPresent(found::add));
            }
        }
        return found;
    }

    /** A text, or the texts of a list. */
    static List<String> texts(Expression value) {
        if (value instanceof Expression.Sequence many) {
            return many.elements().stream().flatMap(e -> texts(e).stream()).toList();
        }
        return value instanceof Expression.Text t ? List.of(t.value()) : List.of();
    }
}
