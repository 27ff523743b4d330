package io.tach.actors.discovery;

import io.tach.engine.discover.ModuleOutline;
import io.tach.engine.symbols.Modules;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds modules by name in the directories that a run would have on {@code sys.path}. For one thread. */
final class ModuleFinder implements Modules {
    private static final String INIT = "__init__.py";

    private final Path root;
    private final OutlineStore outlines;
    private final Grounds grounds;
    private final Set<Path> bases = new LinkedHashSet<>();
    private final Map<String, ModuleOutline> byName = new HashMap<>();
    private final Map<Path, ModuleOutline> byFile = new HashMap<>();
    private final Map<Path, Boolean> packages = new HashMap<>();
    private final Map<String, Boolean> tops = new HashMap<>();

    /**
     * @param more directories that are looked into last, such as those of {@code pythonpath}
     * @param grounds notes where something is looked for
     */
    ModuleFinder(Path root, OutlineStore outlines, List<Path> more, Grounds grounds) {
        this.grounds = grounds;
        this.root = root;
        this.outlines = outlines;
        bases.addAll(more);
        bases.add(root);
        bases.add(root.resolve("src"));
    }

    /** The module of a file; its directory (or that of its topmost package) is looked into from now on. */
    ModuleOutline ofFile(Path file) {
        ModuleOutline known = byFile.get(file);
        if (known != null) {
            return known;
        }
        List<String> parts = new ArrayList<>();
        String name = file.getFileName().toString();
        if (!name.equals(INIT)) {
            parts.add(name.substring(0, name.length() - ".py".length()));
        }
        Path base = file.getParent();
        while (base != null && isPackage(base) && base.getFileName() != null) {
            parts.add(0, base.getFileName().toString());
            base = base.getParent();
        }
        if (base != null && bases.add(base)) {
            tops.clear();
        }
        return remember(file, String.join(".", parts));
    }

    private ModuleOutline remember(Path file, String name) {
        ModuleOutline module = new ModuleOutline(relative(file), name, outlines.outline(file));
        byFile.put(file, module);
        byName.putIfAbsent(name, module);
        return module;
    }

    private boolean isPackage(Path directory) {
        return packages.computeIfAbsent(directory, dir -> {
            grounds.probed(dir.resolve(INIT));
            return Files.exists(dir.resolve(INIT));
        });
    }

    private String relative(Path file) {
        return file.startsWith(root) ? root.relativize(file).toString() : file.toString();
    }

    @Override
    public ModuleOutline find(String dotted) {
        if (byName.containsKey(dotted)) {
            return byName.get(dotted);
        }
        int dot = dotted.indexOf('.');
        ModuleOutline found = null;
        if (isTop(dot < 0 ? dotted : dotted.substring(0, dot))) {
            found = look(dotted);
        }
        byName.put(dotted, found);
        return found;
    }

    private boolean isTop(String name) {
        return tops.computeIfAbsent(name, top -> bases.stream()
                .peek(base -> grounds.probed(base.resolve(top)))
                .anyMatch(base -> Files.isDirectory(base.resolve(top)) || Files.exists(base.resolve(top + ".py"))));
    }

    private ModuleOutline look(String dotted) {
        String path = dotted.replace('.', '/');
        for (Path base : bases) {
            for (Path file : List.of(base.resolve(path).resolve(INIT), base.resolve(path + ".py"))) {
                if (byFile.containsKey(file)) {
                    return byFile.get(file);
                }
                grounds.probed(file);
                if (Files.isRegularFile(file)) {
                    return remember(file, dotted);
                }
            }
        }
        return null;
    }
}
