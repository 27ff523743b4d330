package io.tach.engine.toxicity;

import io.tach.engine.discover.ModuleOutline;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The files of a project, by path and by the names under which others import them. Immutable. */
final class Sources {
    private static final String CONFTEST = "conftest.py";
    private static final String INIT = "__init__.py";
    private static final Set<String> CODE_DIRECTORIES = Set.of("src", "lib", "python");

    private static final Set<String> TEST_DIRECTORIES = Set.of("tests", "test", "testing");

    private final Map<String, ModuleOutline> byPath = new LinkedHashMap<>();
    private final Map<String, List<ModuleOutline>> byName = new LinkedHashMap<>();

    Sources(Collection<ModuleOutline> files) {
        files.stream().sorted(Comparator.comparing(ModuleOutline::path)).forEach(file -> byPath.put(file.path(), file));
        Set<String> roots = new TreeSet<>(List.of(""));
        byPath.keySet().forEach(path -> root(path).ifPresent(roots::add));
        byPath.values().forEach(file -> name(file, roots));
    }

    /**
     * The directory that is on the path because of a file: pytest puts the nearest one that is no package there for each
     * test file and conftest, and code usually lies below the root or below one of a few names.
     */
    private Optional<String> root(String path) {
        String directory = parent(path);
        while (byPath.containsKey(join(directory, INIT))) {
            directory = parent(directory);
        }
        String name = directory.substring(directory.lastIndexOf('/') + 1);
        return isConftest(path) || isTestFile(path) || CODE_DIRECTORIES.contains(name)
                ? Optional.of(directory)
                : Optional.empty();
    }

    private void name(ModuleOutline file, Set<String> roots) {
        String path = file.isPackage() ? parent(file.path()) : stem(file.path());
        for (String root : roots) {
            if (root.isEmpty() || path.startsWith(root + "/")) {
                String below = root.isEmpty() ? path : path.substring(root.length() + 1);
                byName.computeIfAbsent(below.replace('/', '.'), n -> new ArrayList<>(1))
                        .add(file);
            }
        }
    }

    private static String stem(String path) {
        int dot = path.lastIndexOf('.');
        return dot > path.lastIndexOf('/') ? path.substring(0, dot) : path;
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }

    private static String join(String directory, String name) {
        return directory.isEmpty() ? name : directory + "/" + name;
    }

    Collection<ModuleOutline> all() {
        return byPath.values();
    }

    Optional<ModuleOutline> at(String path) {
        return Optional.ofNullable(byPath.get(path));
    }

    /**
     * The file that an import means.
     *
     * @param name absolute dotted name
     * @param from path of the importing file: of files with the same name the one in the nearest directory is meant
     */
    Optional<ModuleOutline> named(String name, String from) {
        return byName.getOrDefault(name, List.of()).stream()
                .max(Comparator.comparingInt((ModuleOutline file) -> common(file.path(), from)));
    }

    /** How many files an import of this name may mean. */
    int countNamed(String name) {
        return byName.getOrDefault(name, List.of()).size();
    }

    /** How many leading characters two paths share. */
    private static int common(String a, String b) {
        int i = 0;
        while (i < a.length() && i < b.length() && a.charAt(i) == b.charAt(i)) {
            i++;
        }
        return i;
    }

    /** The conftests that pytest loads for a file, nearest first. */
    List<ModuleOutline> conftestsOf(String path) {
        List<ModuleOutline> found = new ArrayList<>();
        String directory = path;
        while (!directory.isEmpty()) {
            directory = parent(directory);
            at(join(directory, CONFTEST)).ifPresent(found::add);
        }
        return found;
    }

    /** True for the names that pytest looks for, unless it is configured otherwise. */
    static boolean isTestFile(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return name.startsWith("test_") || name.endsWith("_test.py");
    }

    /** True for tests and what helps them, by their place. */
    static boolean isOfTests(String path) {
        String[] segments = path.split("/", -1);
        return isTestFile(path) || isConftest(path) || Arrays.stream(segments).anyMatch(TEST_DIRECTORIES::contains);
    }

    static boolean isConftest(String path) {
        return path.equals(CONFTEST) || path.endsWith("/" + CONFTEST);
    }
}
