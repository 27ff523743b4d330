package io.tach.engine.scan;

import io.tach.engine.discover.Outline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Scans broken files for as long as asked: {@code java io.tach.engine.scan.Fuzz SECONDS SEED DIRECTORY...}. Ends with 1 at
 * the first file that makes the scanner throw or takes longer than a second; the file is kept.
 */
final class Fuzz {
    private static final long SLOW_NS = 1_000_000_000L;

    private Fuzz() {}

    public static void main(String[] args) throws IOException {
        long endNs = System.nanoTime() + Long.parseLong(args[0]) * 1_000_000_000L;
        long seed = Long.parseLong(args[1]);
        List<Path> files =
                Oracle.pythonFiles(Stream.of(args).skip(2).map(Path::of).toList());
        OutlineScanner scanner = new OutlineScanner();
        long count = 0;
        long slowestNs = 0;
        while (System.nanoTime() < endNs) {
            Path file = files.get((int) (count % files.size()));
            byte[] mutated = new Mutations(seed + count).of(Files.readAllBytes(file));
            slowestNs = Math.max(slowestNs, scan(scanner, mutated, file, seed + count));
            count++;
        }
        System.out.printf(
                "%d mutated files, none threw, the slowest took %.1f ms (seeds %d to %d)%n",
                count, slowestNs / 1e6, seed, seed + count - 1);
    }

    private static long scan(OutlineScanner scanner, byte[] mutated, Path file, long seed) throws IOException {
        long startNs = System.nanoTime();
        String failure = "";
        try {
            check(scanner.scan(mutated));
        } catch (RuntimeException | StackOverflowError e) {
            failure = e.toString();
        }
        long tookNs = System.nanoTime() - startNs;
        if (!failure.isEmpty() || tookNs > SLOW_NS) {
            Path kept = Files.write(Path.of("fuzz-" + seed + ".py"), mutated);
            System.out.printf("%s seed %d: %s, %.1f ms; kept as %s%n", file, seed, failure, tookNs / 1e6, kept);
            System.exit(1);
        }
        return tookNs;
    }

    /** What holds of every outline, whatever it was read from. */
    static void check(Outline outline) {
        int definitions = outline.definitions().size();
        for (int i = 0; i < definitions; i++) {
            require(outline.definitions().get(i).parent() < i, "a parent stands behind its child");
            outline.qualifiedName(i);
        }
        outline.calls().forEach(call -> require(call.enclosing() < definitions && call.line() > 0, "call"));
        outline.imports().forEach(one -> require(one.enclosing() < definitions && one.line() > 0, "import"));
        outline.errors().forEach(error -> require(error.line() > 0 && error.column() > 0, "error"));
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException(what);
        }
    }
}
