package io.tach.actors.discovery;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What plugins an interpreter's environment has installed, told from its directories alone. */
final class PluginDirectories {
    private PluginDirectories() {}

    /** The {@code site-packages} of an interpreter, empty if it has none where one is expected. */
    static List<Path> sitePackages(Path python) {
        List<Path> found = new ArrayList<>();
        for (Path bin :
                Stream.of(python, real(python)).map(Path::getParent).distinct().toList()) {
            if (bin != null && bin.getParent() != null) {
                for (Path library : list(bin.resolveSibling("lib"))) {
                    Path site = library.resolve("site-packages");
                    if (library.getFileName().toString().startsWith("python3") && Files.isDirectory(site)) {
                        found.add(site);
                    }
                }
            }
            if (!found.isEmpty()) {
                break; // a virtual environment hides what it was made from
            }
        }
        return found;
    }

    private static Path real(Path python) {
        try {
            return python.toRealPath();
        } catch (IOException e) {
            return python;
        }
    }

    private static List<Path> list(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** The modules that installed packages declare as plugins of pytest. */
    static List<String> plugins(Path sitePackages) {
        List<String> modules = new ArrayList<>();
        for (Path entry : list(sitePackages)) {
            if (entry.toString().endsWith("-info")) {
                modules.addAll(declared(entry.resolve("entry_points.txt")));
            }
        }
        return modules;
    }

    private static List<String> declared(Path file) {
        List<String> modules = new ArrayList<>();
        try {
            boolean inside = false;
            for (String line :
                    Files.readString(file, StandardCharsets.UTF_8).lines().toList()) {
                String bare = line.strip();
                if (bare.startsWith("[")) {
                    inside = bare.equals("[pytest11]");
                } else if (inside && bare.indexOf('=') > 0) {
                    modules.add(bare.substring(bare.indexOf('=') + 1).strip().split("[: ]", 2)[0]);
                }
            }
        } catch (IOException e) {
            return List.of(); // most packages declare nothing
        }
        return modules;
    }
}
