package io.tach.actors.discovery;

import io.tach.engine.collect.Glob;
import io.tach.engine.collect.PytestSettings;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
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

    /**
     * @param ignored what the command line leaves out
     * @param ignoredBy what the conftest in a directory leaves out; called for each directory that has one, on the way down
     */
    TreeWalk(Path root, PytestSettings settings, Ignored ignored, Function<Path, Ignored> ignoredBy) {
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
        if (Files.isRegularFile(directory.resolve("conftest.py"))) {
            ignored.add(ignoredBy.apply(directory));
        }
    }

    private void directory(Path directory) {
        if (!visited.add(directory)) {
            return;
        }
        List<Path> entries = entries(directory);
        int before = ignored.size();
        consult(directory);
        for (Path entry : entries) {
            if (isIgnored(entry)) {
                continue;
            }
            String relative = relative(entry);
            if (relative.endsWith(".py")) {
                if (settings.isTestFile(relative) && Files.isRegularFile(entry) && visited.add(entry)) {
                    found.add(entry);
                }
            } else if (relative.indexOf('.', relative.lastIndexOf('/') + 2) < 0 || Files.isDirectory(entry)) {
                if (Files.isDirectory(entry) && !settings.isNotEntered(relative) && !isVirtualEnvironment(entry)) {
                    directory(entry);
                }
            }
        }
        ignored.subList(before, ignored.size()).clear();
    }

    private static List<Path> entries(Path directory) {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(entries::add);
        } catch (IOException | DirectoryIteratorException e) {
            return List.of(); // as pytest: what cannot be read holds no tests
        }
        entries.sort(Comparator.comparing(Path::getFileName));
        Path init = directory.resolve(INIT);
        if (entries.remove(init)) {
            entries.add(0, init);
        }
        return entries;
    }

    private boolean isIgnored(Path path) {
        for (Ignored one : ignored) {
            if (one.paths().contains(path)
                    || one.globs().stream().anyMatch(glob -> Glob.matches(glob, path.toString()))) {
                return true;
            }
        }
        return false;
    }

    private String relative(Path path) {
        return path.startsWith(root) ? root.relativize(path).toString() : path.toString();
    }

    private static boolean isVirtualEnvironment(Path directory) {
        return Files.exists(directory.resolve("pyvenv.cfg")) || Files.exists(directory.resolve("conda-meta/history"));
    }
}
