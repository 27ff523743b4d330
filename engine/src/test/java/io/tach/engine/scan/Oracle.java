package io.tach.engine.scan;

import io.tach.engine.discover.Outline;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Compares outlines with what CPython's {@code ast} says, file by file. As a program:
 * {@code java io.tach.engine.scan.Oracle PYTHON DIRECTORY...} prints every difference and the counts, and ends with 1 if
 * there is one.
 */
final class Oracle {
    private static final Path PROGRAM = Path.of("src/test/python/outline_oracle.py");
    private static final int SHOWN = 40;

    /**
     * What was found.
     *
     * @param agreed number of files of which both say the same
     * @param refused files that {@code ast} does not accept, with its reason
     * @param differences one text for each file on which they differ, and for each error in a file that is accepted
     */
    record Result(int agreed, List<String> refused, List<String> differences) {}

    private final OutlineScanner scanner = new OutlineScanner();
    private final Result result = new Result(0, new ArrayList<>(), new ArrayList<>());
    private int agreed;

    private Oracle() {}

    public static void main(String[] args) throws IOException {
        List<Path> roots = Stream.of(args).skip(1).map(Path::of).toList();
        Path program = Files.exists(PROGRAM) ? PROGRAM : Path.of("engine").resolve(PROGRAM);
        Result found = run(args[0], program, pythonFiles(roots));
        found.refused().forEach(System.out::println);
        found.differences().forEach(System.out::println);
        System.out.printf(
                "%d files agree, %d differ, %d are refused by ast%n",
                found.agreed(), found.differences().size(), found.refused().size());
        System.exit(found.differences().isEmpty() ? 0 : 1);
    }

    static Result run(String python, List<Path> files) throws IOException {
        return run(python, PROGRAM, files);
    }

    static Result run(String python, Path program, List<Path> files) throws IOException {
        Path list = Files.createTempFile("outline-oracle", ".txt");
        try {
            Files.write(list, files.stream().map(Path::toString).toList());
            Process process = new ProcessBuilder(python, "-X", "utf8", program.toString())
                    .redirectInput(list.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            Oracle oracle = new Oracle();
            try (BufferedReader answers =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
                for (String header = answers.readLine(); header != null; header = answers.readLine()) {
                    oracle.compare(header, answers);
                }
            }
            return new Result(oracle.agreed, oracle.result.refused, oracle.result.differences);
        } finally {
            Files.delete(list);
        }
    }

    /** Every Python file below some directories, sorted. */
    static List<Path> pythonFiles(List<Path> roots) {
        List<Path> files = new ArrayList<>();
        for (Path root : roots) {
            try (Stream<Path> below = Files.walk(root)) {
                below.filter(p -> p.toString().endsWith(".py") && Files.isRegularFile(p))
                        .forEach(files::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        files.removeIf(p -> p.toString().contains("\n"));
        return files.stream().sorted().toList();
    }

    private void compare(String header, BufferedReader answers) throws IOException {
        List<String> wanted = new ArrayList<>();
        for (String line = answers.readLine(); !line.equals("."); line = answers.readLine()) {
            wanted.add(line);
        }
        int end = header.indexOf(".py ") + 3;
        Path file = Path.of(header.substring(2, end));
        Outline outline = scanner.scan(Files.readAllBytes(file));
        if (!header.substring(end + 1).equals("ok")) {
            result.refused.add("refused " + header.substring(2));
            return;
        }
        String difference = difference(wanted, OutlineDump.lines(outline));
        if (difference.isEmpty() && !outline.errors().isEmpty()) {
            difference =
                    "\n  error in a file that ast accepts: " + outline.errors().get(0);
        }
        if (difference.isEmpty()) {
            agreed++;
        } else {
            result.differences.add(file + difference);
        }
    }

    private static String difference(List<String> wanted, List<String> got) {
        for (int i = 0; i < Math.max(wanted.size(), got.size()); i++) {
            String ast = i < wanted.size() ? wanted.get(i) : "nothing";
            String tach = i < got.size() ? got.get(i) : "nothing";
            if (!ast.equals(tach)) {
                return "\n  ast:  " + shorten(ast) + "\n  tach: " + shorten(tach);
            }
        }
        return "";
    }

    private static String shorten(String line) {
        return line.length() > 10 * SHOWN ? line.substring(0, 10 * SHOWN) + "..." : line;
    }
}
