package io.tach.actors.toxicity;

import io.tach.engine.discover.ModuleOutline;
import io.tach.engine.scan.OutlineScanner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * The Python files of a project, found by walking its directories; not those of environments, hidden directories and the
 * like.
 *
 * @param root pytest's root directory
 * @param stamps by path relative to the root, with {@code /}: size and time of the last change
 */
record SourceFiles(Path root, Map<String, String> stamps) {
    private static final Set<String> OTHERS = Set.of("__pycache__", "node_modules", "site-packages", "venv", "build");
    private static final long LARGEST = 4 << 20;

    private static final String INIT = "__init__";
    private static final String SUFFIX = ".py";

    /**
     * Walks; what cannot be read is left out.
     *
     * @param most after so many files of any kind the walk ends
     */
    static SourceFiles under(Path root, int most) {
        Map<String, String> stamps = new TreeMap<>();
        try {
            Files.walkFileTree(root, new Walk(root, stamps, most));
        } catch (IOException e) {
            return new SourceFiles(root, Map.of());
        }
        return new SourceFiles(root, stamps);
    }

    /** Reads the files. */
    List<ModuleOutline> outlines() {
        ThreadLocal<OutlineScanner> scanners = ThreadLocal.withInitial(OutlineScanner::new);
        return stamps.keySet().parallelStream()
                .flatMap(path -> outline(path, scanners.get()).stream())
                .toList();
    }

    private Optional<ModuleOutline> outline(String path, OutlineScanner scanner) {
        try {
            byte[] text = Files.readAllBytes(root.resolve(path));
            return Optional.of(new ModuleOutline(path, module(path), scanner.scan(text)));
        } catch (IOException e) {
            return Optional.empty(); // deleted a moment ago
        }
    }

    /** The dotted name, counted from the topmost package. */
    private String module(String path) {
        Deque<String> names = new ArrayDeque<>();
        Path file = Path.of(path);
        String name = file.getFileName().toString();
        name = name.substring(0, name.length() - SUFFIX.length());
        if (!name.equals(INIT)) {
            names.add(name);
        }
        for (Path dir = file.getParent(); dir != null && isPackage(dir); dir = dir.getParent()) {
            names.addFirst(dir.getFileName().toString());
        }
        return String.join(".", names);
    }

    private boolean isPackage(Path directory) {
        return stamps.containsKey(directory.resolve(INIT + SUFFIX).toString());
    }

    /** Changes when a file comes, goes or is written. */
    String fingerprint() {
        CRC32 names = new CRC32();
        CRC32 times = new CRC32();
        stamps.forEach((path, stamp) -> {
            names.update(path.getBytes(StandardCharsets.UTF_8));
            times.update((path.length() + stamp).getBytes(StandardCharsets.UTF_8));
        });
        return Long.toHexString(names.getValue()) + "-" + Long.toHexString(times.getValue()) + "-" + stamps.size();
    }

    private static final class Walk extends SimpleFileVisitor<Path> {
        private final Path root;
        private final Map<String, String> stamps;
        private int left;

        Walk(Path root, Map<String, String> stamps, int most) {
            this.root = root;
            this.stamps = stamps;
            left = most;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            String name = directory.equals(root) ? "" : directory.getFileName().toString();
            boolean other = name.startsWith(".") || OTHERS.contains(name);
            return other || Files.exists(directory.resolve("pyvenv.cfg"))
                    ? FileVisitResult.SKIP_SUBTREE
                    : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(SUFFIX) && attributes.isRegularFile() && attributes.size() <= LARGEST) {
                String stamp =
                        attributes.size() + "@" + attributes.lastModifiedTime().toMillis();
                stamps.put(root.relativize(file).toString(), stamp);
            }
            return left-- > 0 ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) {
            return FileVisitResult.CONTINUE;
        }
    }
}
