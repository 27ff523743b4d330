package io.tach.engine.toxicity;

import io.tach.engine.discover.CallSite;
import io.tach.engine.discover.Guard;
import io.tach.engine.discover.Import;
import io.tach.engine.discover.ModuleOutline;
import io.tach.engine.discover.Outline;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What a zygote imports before its first fork, so that not every worker does it again.
 *
 * @param modules absolute dotted names, the most wanted first
 * @param left what several files import as well, but must not be imported before a fork, with the reason
 */
public record PreImports(List<String> modules, Map<String, String> left) {
    private static final int SEVERAL = 2;

    public PreImports {
        modules = List.copyOf(modules);
        left = Map.copyOf(left);
    }

    /**
     * The plan: modules that at least two of the test files import unconditionally and first thing, before they call
     * anything (a call may prepare the import: {@code sys.path.insert}, {@code importorskip}). The files themselves and
     * conftests are pytest's to import.
     *
     * @param toxic true for the paths of files whose import is toxic
     * @param loaded paths of files that conftests import anyway
     */
    static PreImports plan(
            Collection<String> testFiles,
            Sources sources,
            Predicate<String> toxic,
            Set<String> loaded,
            Overrides overrides) {
        Map<String, Integer> wanted = new TreeMap<>();
        Map<String, String> left = new TreeMap<>();
        for (String path : testFiles) {
            sources.at(path).stream()
                    .flatMap(file -> early(file).stream())
                    .distinct()
                    .forEach(name -> wanted.merge(name, 1, Integer::sum));
        }
        wanted.values().removeIf(count -> count < SEVERAL);
        wanted.keySet().removeIf(name -> isPytests(name, testFiles, sources, loaded));
        wanted.keySet().forEach(name -> hazard(name, sources, toxic, overrides).ifPresent(why -> left.put(name, why)));
        List<String> modules = wanted.keySet().stream()
                .filter(name -> !left.containsKey(name))
                .sorted(Comparator.comparingInt(name -> -wanted.get(name)))
                .toList();
        return new PreImports(modules, left);
    }

    /** Relative imports are given by their absolute name. */
    private static List<String> early(ModuleOutline file) {
        int firstCall = file.calls().stream()
                .filter(c -> c.guard().isReachable() && !file.outline().isDeferred(c.enclosing()))
                .mapToInt(CallSite::line)
                .min()
                .orElse(Integer.MAX_VALUE);
        return file.imports().stream()
                .filter(i -> i.enclosing() == Outline.MODULE && i.guard() == Guard.NONE)
                .filter(i -> i.kind() != Import.Kind.DYNAMIC && i.line() < firstCall)
                .map(file::resolve)
                .filter(name -> !name.isEmpty() && !name.equals("__future__"))
                .toList();
    }

    private static boolean isPytests(String name, Collection<String> testFiles, Sources sources, Set<String> loaded) {
        return sources.named(name, "")
                .map(ModuleOutline::path)
                .filter(path -> testFiles.contains(path) || loaded.contains(path) || Sources.isConftest(path))
                .isPresent();
    }

    private static Optional<String> hazard(String name, Sources sources, Predicate<String> toxic, Overrides overrides) {
        if (overrides.clears(name)) {
            return Optional.empty();
        }
        Optional<ModuleOutline> file = sources.named(name, "");
        if (file.isPresent()) {
            return file.map(ModuleOutline::path).filter(toxic).map(path -> "its import is toxic: " + path);
        }
        return KnownLibraries.onImport(name).filter(kind -> !kind.endsAtFork()).map(EvidenceKind::words);
    }
}
