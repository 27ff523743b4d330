package io.tach.nativeio.process;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the Python files that the zygote runs. An installation names their directory; where tach is embedded, they are
 * unpacked from the jar into a cache, once per content.
 */
public final class HarnessFiles {
    /** The system property that names the directory; asked first. */
    public static final String PROPERTY = "tach.harness";
    /** The environment variable that names it; asked second. */
    public static final String VARIABLE = "TACH_HARNESS";

    /** The system property that names the C agent's file, where an installation has it elsewhere. */
    public static final String AGENT_PROPERTY = "tach.agent";

    private static final String PACKAGE = "tach_harness";
    private static final String AGENT = "_tach_agent.abi3.so";

    private HarnessFiles() {}

    /**
     * The directory that holds the {@code tach_harness} package.
     *
     * @throws IOException if what is named does not hold it, or it cannot be unpacked
     */
    public static Path locate() throws IOException {
        String named = System.getProperty(PROPERTY, System.getenv().getOrDefault(VARIABLE, ""));
        if (!named.isEmpty()) {
            return checked(Path.of(named).toAbsolutePath());
        }
        Path origin = origin();
        return Files.isDirectory(origin) ? checked(origin) : unpack(origin, cacheDirectory());
    }

    /**
     * The C agent: what the system property names, or what lies beside the harness.
     *
     * @param harness what {@link #locate} returned
     * @return empty if it was not built for this machine: tests can be forked then, but not rewound
     */
    public static Optional<Path> agent(Path harness) {
        String named = System.getProperty(AGENT_PROPERTY, "");
        Path file = named.isEmpty() ? harness.resolve(PACKAGE).resolve(AGENT) : Path.of(named);
        return Optional.of(file.toAbsolutePath()).filter(Files::isRegularFile);
    }

    private static Path checked(Path directory) throws IOException {
        if (!Files.isRegularFile(directory.resolve(PACKAGE).resolve("__main__.py"))) {
            throw new IOException("no harness there: path=" + directory);
        }
        return directory;
    }

    private static Path origin() throws IOException {
        try {
            return Path.of(HarnessFiles.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IOException("cannot find own jar", e);
        }
    }

    private static Path cacheDirectory() {
        String xdg = System.getenv().getOrDefault("XDG_CACHE_HOME", "");
        return xdg.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(xdg);
    }

    /**
     * Unpacks the package of a jar below {@code cache/tach/harness-<hash>} unless it is there; others may do the same at
     * the same time.
     */
    static Path unpack(Path jar, Path cache) throws IOException {
        URI uri = URI.create("jar:" + jar.toUri());
        try (FileSystem files = FileSystems.newFileSystem(uri, Map.of())) {
            Path source = files.getPath("/" + PACKAGE);
            Path target = cache.resolve("tach").resolve("harness-" + hash(source));
            if (!Files.isDirectory(target)) {
                publish(source, target);
            }
            return checked(target);
        }
    }

    /** Copies beside the target first, so that nobody ever sees half of it. */
    private static void publish(Path source, Path target) throws IOException {
        Files.createDirectories(target.getParent());
        try (RunDirectory fresh = new RunDirectory(Files.createTempDirectory(target.getParent(), "unpack-"))) {
            for (Path file : sorted(source)) {
                Path copy =
                        fresh.path().resolve(source.getParent().relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
            moveUnlessThere(fresh.path(), target);
        }
    }

    private static void moveUnlessThere(Path fresh, Path target) throws IOException {
        try {
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (!Files.isDirectory(target)) {
                throw e;
            }
        }
    }

    private static String hash(Path source) throws IOException {
        MessageDigest digest = sha256();
        for (Path file : sorted(source)) {
            digest.update(file.toString().getBytes(StandardCharsets.UTF_8));
            digest.update(Files.readAllBytes(file));
        }
        return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
    }

    private static List<Path> sorted(Path source) throws IOException {
        try (Stream<Path> files = Files.walk(source)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
