package io.tach.engine.toxicity;

import io.tach.engine.discover.CallSite;
import io.tach.engine.discover.Guard;
import io.tach.engine.discover.Import;
import io.tach.engine.discover.ModuleOutline;
import io.tach.engine.discover.Outline;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Reads what a test file imports first thing, before any other statement: one may prepare the import
 * ({@code sys.path.insert}, {@code os.environ[...] = ...}) or leave the file ({@code importorskip}).
 */
final class PreludeReader {
    private static final Pattern UNREST = Pattern.compile(
            "sys\\.(path|modules|meta_path|path_hooks)\\..*|site\\.addsitedir|(.*\\.)?register_assert_rewrite");

    private final Sources sources;
    private final Predicate<String> toxic;
    private final Overrides overrides;
    private final Map<String, String> left = new TreeMap<>();

    /** @param toxic true for the paths of files whose import is toxic */
    PreludeReader(Sources sources, Predicate<String> toxic, Overrides overrides) {
        this.sources = sources;
        this.toxic = toxic;
        this.overrides = overrides;
    }

    /** What was met and must not be imported before a fork, with the reason. */
    Map<String, String> left() {
        return left;
    }

    /** Looks whether the import of a test file changes what is found, or how, by the files that are imported later. */
    void lookForUnrest(String path) {
        sources.at(path).stream()
                .flatMap(file -> file.calls().stream()
                        .filter(c -> c.guard().isReachable() && !file.outline().isDeferred(c.enclosing())))
                .map(CallSite::name)
                .filter(name -> UNREST.matcher(name).matches())
                .findFirst()
                .ifPresent(name -> left.put(path, "it changes what imports of other files mean (" + name + ")"));
    }

    /** The names, absolute and in order, up to the first that must not be imported by a zygote. */
    List<String> names(String path) {
        Set<String> names = new LinkedHashSet<>();
        ModuleOutline file = sources.at(path).orElse(null);
        if (file == null || !file.errors().isEmpty()) {
            return List.of();
        }
        for (Import statement : file.imports()) {
            if (!isEarly(file, statement) || !addAll(file, statement, names)) {
                break;
            }
        }
        return List.copyOf(names);
    }

    private static boolean isEarly(ModuleOutline file, Import statement) {
        return statement.enclosing() == Outline.MODULE
                && statement.guard() == Guard.NONE
                && statement.kind() != Import.Kind.DYNAMIC
                && statement.line() < file.outline().preludeEnd();
    }

    /** False if the reading ends here. */
    private boolean addAll(ModuleOutline file, Import statement, Set<String> names) {
        for (String name : modules(file, statement)) {
            Optional<String> reason = obstacle(name);
            if (reason.isPresent()) {
                left.put(name, reason.get());
                return false;
            }
            names.add(name);
        }
        return true;
    }

    private List<String> modules(ModuleOutline file, Import statement) {
        String module = file.resolve(statement);
        if (module.isEmpty() || module.equals("__future__")) {
            return List.of();
        }
        List<String> all = new ArrayList<>(List.of(module));
        if (statement.kind() == Import.Kind.FROM) {
            statement.names().stream()
                    .map(Import.ImportedName::name)
                    .filter(name -> isSubmodule(module, name))
                    .forEach(name -> all.add(module + "." + name));
        }
        return all;
    }

    /** True if {@code from module import name} imports a module: there is one, and its package has no such attribute. */
    private boolean isSubmodule(String module, String name) {
        return sources.named(module + "." + name, "").isPresent()
                && sources.named(module, "").filter(p -> mayBind(p, name)).isEmpty();
    }

    private static boolean mayBind(ModuleOutline file, String name) {
        return file.assignments().stream().anyMatch(a -> a.name().equals(name))
                || file.definitions().stream().anyMatch(d -> d.name().equals(name))
                || file.imports().stream().anyMatch(i -> i.isStar() || binds(i, name));
    }

    private static boolean binds(Import statement, String name) {
        return statement.names().stream().anyMatch(n -> n.alias().equals(name));
    }

    private Optional<String> obstacle(String name) {
        if (sources.countNamed(name) > 1) {
            return Optional.of("several files have this name");
        }
        Optional<String> path = sources.named(name, "").map(ModuleOutline::path);
        if (path.filter(p -> Sources.isTestFile(p) || Sources.isConftest(p)).isPresent()) {
            return Optional.of("it is a file of tests, which is pytest's to import: " + path.get());
        }
        if (overrides.clears(name)) {
            return Optional.empty();
        }
        return path.isPresent()
                ? path.filter(toxic).map(p -> "its import is toxic: " + p)
                : KnownLibraries.onImport(name)
                        .filter(kind -> !kind.endsAtFork())
                        .map(EvidenceKind::words);
    }
}
