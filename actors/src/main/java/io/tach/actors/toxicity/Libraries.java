package io.tach.actors.toxicity;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The libraries that an interpreter can import, by looking into its directories; it is not started. */
final class Libraries {
    private final List<Path> directories;

    private Libraries(List<Path> directories) {
        this.directories = directories;
    }

    /** @param python the interpreter, as it was named: in a virtual environment a link */
    static Libraries of(Optional<Path> python) {
        List<Path> found = new ArrayList<>();
        python.ifPresent(path -> {
            add(path.toAbsolutePath(), found);
            try {
                add(path.toRealPath(), found);
            } catch (IOException e) {
                found.clear(); // there is no such interpreter: nothing is known of its libraries
            }
        });
        return new Libraries(found);
    }

    private static void add(Path python, List<Path> found) {
        Path prefix = python.getParent() == null ? null : python.getParent().getParent();
        if (prefix == null || !Files.isDirectory(prefix.resolve("lib"))) {
            return;
        }
        try (DirectoryStream<Path> versions = Files.newDirectoryStream(prefix.resolve("lib"), "python3*")) {
            for (Path version : versions) {
                List.of("site-packages", "dist-packages").forEach(name -> found.add(version.resolve(name)));
            }
        } catch (IOException e) {
            found.clear();
        }
    }

    /** True if a library is there, or if nobody knows. */
    boolean has(String name) {
        return directories.isEmpty()
                || directories.stream()
                        .anyMatch(dir -> Files.exists(dir.resolve(name)) || Files.exists(dir.resolve(name + ".py")));
    }
}
