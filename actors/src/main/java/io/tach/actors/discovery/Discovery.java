package io.tach.actors.discovery;

import io.tach.conf.PytestIni;
import io.tach.engine.collect.FixtureReader;
import io.tach.engine.collect.MarkExpression;
import io.tach.engine.collect.PytestSettings;
import io.tach.engine.collect.TestReader;
import io.tach.engine.discover.ModuleOutline;
import io.tach.engine.discover.OutlineError;
import io.tach.engine.fixture.FixtureProblem;
import io.tach.engine.fixture.FixtureTable;
import io.tach.engine.model.TestModule;
import io.tach.engine.symbols.Symbols;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the tests of a project without starting Python. */
public final class Discovery {
    private static final Set<String> CHANGES_SELECTION =
            Set.of("-k", "--doctest-modules", "--doctest-glob", "--lf", "--last-failed", "--pyargs", "-p");

    /**
     * What is to be found.
     *
     * @param directory where the user is
     * @param words pytest's part of the command line
     * @param python the interpreter whose plugins are looked into, if one is known
     * @param pattern glob of the names of test files; empty: as pytest is configured
     * @param fresh true to believe no cache
     */
    public record Request(Path directory, List<String> words, Optional<Path> python, String pattern, boolean fresh) {}

    /**
     * What was found.
     *
     * @param root pytest's root directory
     * @param selects which nodes of which files were asked for
     * @param modules test files in pytest's order
     * @param problems fixtures that will probably be missed, in order of files
     * @param errors places where test files are no Python, as {@code path:line: message}
     * @param notes why pytest may see it differently, a line each
     * @param missing paths that are named and are not there
     * @param grounds what was looked at
     */
    public record Found(
            Path root,
            Filter selects,
            List<TestModule> modules,
            List<FixtureProblem> problems,
            List<String> errors,
            List<String> notes,
            List<Path> missing,
            Grounds grounds) {}

    /** Decides which node ids were asked for. */
    public interface Filter {
        /**
         * True if it was.
         *
         * @param names what stands behind the path in the node id
         */
        boolean takes(String path, String names);
    }

    private final Request request;
    private final Selection selection;
    private final PytestIni ini;
    private final PytestSettings settings;
    private final MarkExpression marks;
    private final OutlineStore outlines;
    private final ModuleFinder modules;
    private final Conftests conftests;
    private final Grounds grounds = new Grounds();
    private final List<String> notes = new ArrayList<>();

    private Discovery(Request request, Selection selection) {
        this.request = request;
        noteConfiguration(selection);
        this.ini = PytestIni.find(request.directory(), selection.paths());
        this.settings = settings(ini.values(), request.pattern());
        this.selection = withAddOptions(selection);
        this.marks = marks();
        this.outlines = new OutlineStore(ini.root(), request.fresh());
        List<Path> more = settings.pythonPath().stream()
                .map(path -> ini.root().resolve(path).normalize())
                .toList();
        this.modules = new ModuleFinder(ini.root(), outlines, more, grounds);
        this.conftests = new Conftests(ini.root(), modules);
    }

    /**
     * Finds tests.
     *
     * @param unknown gets the words of the command line that only pytest understands
     * @return empty if there are such words
     */
    public static Optional<Found> discover(Request request, List<String> unknown) {
        return Selection.read(request.words(), request.directory(), unknown)
                .map(selection -> new Discovery(request, selection).run());
    }

    private static PytestSettings settings(Map<String, List<String>> values, String pattern) {
        PytestSettings defaults = PytestSettings.DEFAULT;
        return new PytestSettings(
                pattern.isEmpty() ? values.getOrDefault("python_files", defaults.pythonFiles()) : List.of(pattern),
                values.getOrDefault("python_classes", defaults.pythonClasses()),
                values.getOrDefault("python_functions", defaults.pythonFunctions()),
                values.getOrDefault("testpaths", defaults.testPaths()),
                values.getOrDefault("norecursedirs", defaults.noRecurse()),
                values.getOrDefault("usefixtures", defaults.useFixtures()),
                values.getOrDefault("pythonpath", defaults.pythonPath()),
                MarkExpression.ALL,
                values.getOrDefault("addopts", defaults.addOptions()));
    }

    /** What {@code addopts} leaves out is left out; its other words may be whatever they are. */
    private Selection withAddOptions(Selection given) {
        List<String> understood = new ArrayList<>();
        List<String> words = settings.addOptions();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            String option = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
            if (Selection.WITH_VALUE.contains(option)) {
                understood.add(word);
                if (option.equals(word) && i + 1 < words.size()) {
                    understood.add(words.get(++i));
                }
            } else if (CHANGES_SELECTION.contains(option) || word.startsWith("-k")) {
                notes.add("addopts has " + word + ", which pytest alone understands");
            }
        }
        Selection added = Selection.read(understood, request.directory(), new ArrayList<>())
                .orElseThrow();
        given.ignored().addAll(added.ignored());
        given.ignoredGlobs().addAll(added.ignoredGlobs());
        given.deselected().addAll(added.deselected());
        given.marks().addAll(0, added.marks());
        return given;
    }

    private MarkExpression marks() {
        int count = selection.marks().size();
        MarkExpression parsed = count == 0
                ? MarkExpression.ALL
                : MarkExpression.parse(selection.marks().get(count - 1));
        if (parsed == null) {
            notes.add("-m " + selection.marks().get(count - 1) + ": only pytest understands it");
        }
        return parsed == null ? MarkExpression.ALL : parsed;
    }

    private Found run() {
        List<Path> missing = new ArrayList<>();
        List<Path> files = testFiles(missing);
        conftests.directoriesOf(files).forEach(grounds::listed);
        List<Path> above = conftests.above(files);
        List<Path> all = new ArrayList<>(above);
        all.addAll(files);
        outlines.readAll(all);
        Symbols symbols = new Symbols(modules);
        FixtureTable table = new FixtureTable();
        readFixtures(files, above, symbols, table);
        TestReader reader = new TestReader(symbols, settings.withMarks(marks), table, conftests.hooks());
        List<TestModule> found = new ArrayList<>();
        Set<FixtureProblem> problems = new LinkedHashSet<>();
        List<String> errors = new ArrayList<>();
        for (Path file : files) {
            ModuleOutline module = modules.ofFile(file);
            TestReader.Read read = reader.read(module);
            found.add(read.tests());
            problems.addAll(read.problems());
            for (OutlineError error : module.errors()) {
                errors.add(module.path() + ":" + error.line() + ": " + error.message());
            }
        }
        outlines.save();
        outlines.tell(grounds);
        notes.addAll(conftests.notes());
        return new Found(ini.root(), this::takes, found, List.copyOf(problems), errors, notes, missing, grounds);
    }

    private void noteConfiguration(Selection given) {
        List<Path> starts = new ArrayList<>(given.paths());
        starts.add(request.directory());
        for (Path start : starts) {
            for (Path above = start; above != null; above = above.getParent()) {
                PytestIni.candidates(above).forEach(grounds::read);
            }
        }
        request.python().ifPresent(grounds::read);
    }

    private List<Path> testFiles(List<Path> missing) {
        TreeWalk walk = new TreeWalk(
                ini.root(),
                settings,
                new TreeWalk.Ignored(selection.ignored(), selection.ignoredGlobs()),
                conftests::ignoredIn,
                grounds);
        for (Path start : starts()) {
            if (Files.exists(start)) {
                walk.enter(start);
            } else {
                missing.add(start);
            }
        }
        return walk.found();
    }

    /** {@code testpaths} count only for whom is in the root directory and names nothing. */
    private List<Path> starts() {
        if (!selection.paths().isEmpty()) {
            return selection.paths();
        }
        List<Path> starts = new ArrayList<>();
        if (request.directory().equals(ini.root())) {
            for (String path : settings.testPaths()) {
                Path start = ini.root().resolve(path).normalize();
                if (Files.exists(start)) {
                    starts.add(start);
                }
            }
        }
        return starts.isEmpty() ? List.of(request.directory()) : starts;
    }

    private void readFixtures(List<Path> files, List<Path> above, Symbols symbols, FixtureTable table) {
        FixtureReader fixtures = new FixtureReader(symbols);
        above.forEach(file -> conftests.pluginsOf(modules.ofFile(file)));
        files.forEach(file -> conftests.pluginsOf(modules.ofFile(file)));
        List<String> plugins = new ArrayList<>(conftests.plugins());
        List<Path> sites = request.python().map(PluginDirectories::sitePackages).orElse(List.of());
        sites.forEach(grounds::listed);
        sites.forEach(site -> plugins.addAll(PluginDirectories.plugins(site)));
        ModuleFinder installed = new ModuleFinder(ini.root(), outlines, sites, grounds);
        FixtureReader ofPlugins = new FixtureReader(new Symbols(installed));
        for (String plugin : plugins) {
            ModuleOutline module = modules.find(plugin);
            if (module != null) {
                fixtures.read(module, "").forEach(table::add);
            } else if (installed.find(plugin) != null) {
                ofPlugins.read(installed.find(plugin), "").forEach(table::add);
            }
        }
        above.forEach(file -> conftests.read(file, fixtures, table)); // after plugins, which they override
    }

    private boolean takes(String path, String names) {
        Path file = ini.root().resolve(path);
        boolean whole = !selection.inParts().contains(file);
        String nodeId = path + names;
        return (whole || selection.takes(file, names))
                && selection.deselected().stream().noneMatch(nodeId::startsWith);
    }
}
