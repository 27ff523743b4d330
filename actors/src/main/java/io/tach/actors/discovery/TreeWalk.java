package io.tach.actors.discovery;

import io.tach.engine.collect.Glob;
import io.tach.engine.collect.PytestSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Finds test files as pytest does: sorted by name, directories and files alike, {@code __init__.py} first in a package. */
final class TreeWalk {
    private static final String INIT = "__init__.py";

    /** What a conftest leaves out, given its directory. */
    record Ignored(Set<Path> paths, List<String> globs) {
        static final Ignored NOTHING = new Ignored(Set.of(), List.of());
    }

    private final Path root;
    private final PytestSettings settings;
    private final Function<Path, Ignored> ignoredBy;
    private final List<Ignored> ignored = new ArrayList<>();
    private final Set<Path> visited = new HashSet<>();
    private final List<Path> found = new ArrayList<>();
    private final Grounds grounds;

    /**
     * @param ignored what the command line leaves out
     * @param ignoredBy what the conftest in a directory leaves out; called for each directory that has one, on the way down
     * @param grounds notes what is looked at
     */
    TreeWalk(Path root, PytestSettings settings, Ignored ignored, Function<Path, Ignored> ignoredBy, Grounds grounds) {
        this.grounds = grounds;
        this.root = root;
        this.settings = settings;
        this.ignoredBy = ignoredBy;
        this.ignored.add(ignored);
    }

    /** Enters what is named: a file is a test file whatever its name. */
    void enter(Path path) {
        if (Files.isDirectory(path)) {
            int before = ignored.size();
            for (Path above = path.getParent(); above != null && above.startsWith(root); above = above.getParent()) {
                consult(above);
            }
            directory(path);
            ignored.subList(before, ignored.size()).clear();
        } else if (visited.add(path)) {
            found.add(path);
        }
    }

    List<Path> found() {
        return found;
    }

    private void consult(Path directory) {
        grounds.listed(directory);
        if (Files.isRegularFile(directory.resolve("conftest.py"))) {
            ignored.add(ignoredBy.apply(directory));
        }
    }

    private void directory(Path directory) {
        if (!visited.add(directory)) {
            return;
        }
        String relative = directory.equals(root) ? "" : relative(directory) + "/";
        int before = ignored.size();
        grounds.listed(directory);
        List<String> names = names(directory);
        if (names.contains(Conftests.NAME)) {
            ignored.add(ignoredBy.apply(directory));
        }
        for (String name : names) {
            entry(directory, name, relative + name);
        }
        ignored.subList(before, ignored.size()).clear();
    }

    /** What ends in {@code .py} is taken for a file unasked: one that is none cannot be read later, and holds no tests. */
    private void entry(Path directory, String name, String relative) {
        if (name.endsWith(".py")) {
            if (settings.isTestFile(relative)) {
                Path file = directory.resolve(name);
                if (!isIgnored(file) && visited.add(file)) {
                    found.add(file);
                }
            }
        } else if (!settings.isNotEntered(relative)) {
            Path below = directory.resolve(name);
            if (Files.isDirectory(below) && !isIgnored(below) && !isVirtualEnvironment(below)) {
                directory(below);
            }
        }
    }

    /** Names without types, since asking for the type of each entry would cost more than all the rest. */
    private static List<String> names(Path directory) {
        String[] names = directory.toFile().list();
        if (names == null) {
            return List.of(); // as pytest: what cannot be read holds no tests
        }
        Arrays.sort(names);
        List<String> sorted = new ArrayList<>(Arrays.asList(names));
        if (sorted.remove(INIT)) {
            sorted.add(0, INIT);
        }
        return sorted;
    }

    private boolean isIgnored(Path path) {
        for (Ignored one : ignored) {
            if (one.paths().contains(path)
                    || (!one.globs().isEmpty()
                            && one.globs().stream().anyMatch(glob -> Glob.matches(glob, path.toString())))) {
                return true;
            }
        }
        return false;
    }

    private String relative(Path path) {
        return path.startsWith(root) ? root.relativize(path).toString() : path.toString();
    }

    private boolean isVirtualEnvironment(Path directory) {
        grounds.listed(directory);
        return Files.exists(directory.resolve("pyvenv.cfg")) || Files.exists(directory.resolve("conda-meta/history"));
    }
}
