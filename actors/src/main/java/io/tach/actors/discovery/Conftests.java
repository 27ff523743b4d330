package io.tach.actors.discovery;

import io.tach.engine.collect.FixtureReader;
import io.tach.engine.collect.Hooks;
import io.tach.engine.discover.Assignment;
import io.tach.engine.discover.CallSite;
import io.tach.engine.discover.Definition;
import io.tach.engine.discover.Expression;
import io.tach.engine.discover.Guard;
import io.tach.engine.discover.ModuleOutline;
import io.tach.engine.discover.Outline;
import io.tach.engine.fixture.FixtureTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What the conftest files of a suite do to its collection. */
final class Conftests {
    static final String NAME = "conftest.py";
    /** Hooks that may change what is collected in ways that nobody can foresee. */
    private static final Set<String> HOOKS = Set.of(
            "pytest_collection_modifyitems",
            "pytest_collect_directory",
            "pytest_collect_file",
            "pytest_deselected",
            "pytest_ignore_collect",
            "pytest_itemcollected",
            "pytest_make_parametrize_id",
            "pytest_pycollect_makeitem",
            "pytest_pycollect_makemodule");

    private final Path root;
    private final ModuleFinder modules;
    private final Set<String> notes = new TreeSet<>();
    private final List<String> generatedBelow = new ArrayList<>();
    private final List<String> modifiedBelow = new ArrayList<>();
    private final Set<String> plugins = new TreeSet<>();

    Conftests(Path root, ModuleFinder modules) {
        this.root = root;
        this.modules = modules;
    }

    /** What {@code collect_ignore} in a directory's conftest leaves out. */
    TreeWalk.Ignored ignoredIn(Path directory) {
        ModuleOutline conftest = modules.ofFile(directory.resolve(NAME));
        Set<Path> paths = new HashSet<>();
        List<String> globs = new ArrayList<>();
        for (Assignment assignment : conftest.assignments()) {
            boolean names = assignment.name().equals("collect_ignore");
            if (assignment.enclosing() != Outline.MODULE
                    || !(names || assignment.name().equals("collect_ignore_glob"))) {
                continue;
            }
            List<String> texts = texts(assignment.value());
            if (texts == null || assignment.guard() != Guard.NONE) {
                notes.add(conftest.path() + ":" + assignment.line() + ": " + assignment.name() + " is computed");
            } else if (names) {
                texts.forEach(text -> paths.add(directory.resolve(text).normalize()));
            } else {
                texts.forEach(text -> globs.add(directory.resolve(text).toString()));
            }
        }
        for (CallSite call : conftest.calls()) {
            if (call.name().startsWith("collect_ignore")) {
                notes.add(conftest.path() + ":" + call.line() + ": " + call.name() + " may leave out files");
            }
        }
        return new TreeWalk.Ignored(paths, globs);
    }

    private static List<String> texts(Expression value) {
        List<String> texts = new ArrayList<>();
        if (value instanceof Expression.Text text) {
            texts.add(text.value());
            return texts;
        }
        if (!(value instanceof Expression.Sequence sequence)) {
            return null;
        }
        for (Expression element : sequence.elements()) {
            if (!(element instanceof Expression.Text text)) {
                return null;
            }
            texts.add(text.value());
        }
        return texts;
    }

    /** Those that the tests in some files see, the outermost first. */
    List<Path> above(Collection<Path> files) {
        return directoriesOf(files).stream()
                .map(directory -> directory.resolve(NAME))
                .filter(Files::isRegularFile)
                .sorted()
                .toList();
    }

    /** The directories that conftests of some files may lie in. */
    Set<Path> directoriesOf(Collection<Path> files) {
        Set<Path> directories = new HashSet<>();
        for (Path file : files) {
            Path directory = file.getParent();
            while (directory != null && directory.startsWith(root) && directories.add(directory)) {
                directory = directory.getParent();
            }
        }
        return directories;
    }

    /** Takes up the fixtures and hooks of one. */
    void read(Path file, FixtureReader fixtures, FixtureTable table) {
        ModuleOutline module = modules.ofFile(file);
        String baseId = root.relativize(file.getParent()).toString();
        fixtures.read(module, baseId).forEach(table::add);
        for (Definition definition : module.definitions()) {
            if (definition.parent() == Outline.MODULE && definition.guard().isReachable()) {
                hook(module, definition, baseId);
            }
        }
    }

    private void hook(ModuleOutline module, Definition definition, String baseId) {
        if (definition.name().equals("pytest_generate_tests")) {
            generatedBelow.add(baseId);
        }
        if (definition.name().equals("pytest_collection_modifyitems")) {
            modifiedBelow.add(baseId);
        }
        if (HOOKS.contains(definition.name())) {
            notes.add(module.path() + ":" + definition.line() + ": " + definition.name()
                    + " may change what is collected");
        }
    }

    /** Notes the plugins that a module asks for. */
    void pluginsOf(ModuleOutline module) {
        for (Assignment assignment : module.assignments()) {
            if (assignment.name().equals("pytest_plugins") && assignment.enclosing() == Outline.MODULE) {
                List<String> names = texts(assignment.value());
                plugins.addAll(names == null ? List.of() : names);
            }
        }
    }

    /** What decides about cases. */
    Hooks hooks() {
        return new Hooks(generatedBelow, modifiedBelow);
    }

    /** Modules that are plugins because a conftest says so. */
    Set<String> plugins() {
        return plugins;
    }

    /** What the user should know, one line each. */
    Set<String> notes() {
        return notes;
    }
}
