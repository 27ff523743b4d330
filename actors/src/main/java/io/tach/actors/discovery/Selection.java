package io.tach.actors.discovery;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a command line selects, if it can be told without pytest.
 *
 * @param paths directories and files, absolute, in order
 * @param nodes node ids with more than a path, each with its path as in {@code paths}
 * @param ignored paths that are left out
 * @param ignoredGlobs globs of absolute paths that are left out
 * @param deselected beginnings of node ids that are left out
 * @param marks what {@code -m} was given, the last one counts
 */
record Selection(
        List<Path> paths,
        List<Node> nodes,
        Set<Path> ignored,
        List<String> ignoredGlobs,
        List<String> deselected,
        List<String> marks) {
    /** A part of a file: {@code names} is what stands behind its path, such as {@code ::TestA::test_b[1]}. */
    record Node(Path path, String names) {}

    /** Options with a value that can be understood without pytest. */
    static final Set<String> WITH_VALUE = Set.of("--ignore", "--ignore-glob", "--deselect", "-m");

    private static final Set<String> NO_MATTER =
            Set.of("-q", "--quiet", "-v", "-vv", "--verbose", "-s", "--no-header", "--no-summary", "--strict-markers");

    /**
     * Reads pytest's part of a command line.
     *
     * @param directory that paths are relative to
     * @return empty if a word needs pytest, which is then in {@code unknown}
     */
    static Optional<Selection> read(List<String> words, Path directory, List<String> unknown) {
        Selection selection = new Selection(
                new ArrayList<>(),
                new ArrayList<>(),
                new HashSet<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>());
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            int equals = word.indexOf('=');
            String option = word.startsWith("--") && equals > 0 ? word.substring(0, equals) : word;
            if (WITH_VALUE.contains(option)) {
                String value = equals > 0 ? word.substring(equals + 1) : i + 1 < words.size() ? words.get(++i) : "";
                selection.leaveOut(option, value, directory);
            } else if (word.startsWith("-") || word.startsWith("@")) {
                if (!NO_MATTER.contains(word)) {
                    unknown.add(word);
                }
            } else {
                selection.take(word, directory);
            }
        }
        return unknown.isEmpty() ? Optional.of(selection) : Optional.empty();
    }

    private void leaveOut(String option, String value, Path directory) {
        switch (option) {
            case "--ignore" -> ignored.add(directory.resolve(value).normalize());
            case "--ignore-glob" ->
                ignoredGlobs.add(directory.resolve(value).normalize().toString());
            case "-m" -> marks.add(value);
            default -> deselected.add(value);
        }
    }

    private void take(String word, Path directory) {
        int names = word.indexOf("::");
        Path path =
                directory.resolve(names < 0 ? word : word.substring(0, names)).normalize();
        if (names >= 0) {
            nodes.add(new Node(path, word.substring(names)));
        }
        paths.add(path);
    }

    /** The files of which only some nodes were asked for. */
    Set<Path> inParts() {
        Set<Path> files = new LinkedHashSet<>();
        nodes.forEach(node -> files.add(node.path()));
        return files;
    }

    /**
     * True if a node of a file was asked for.
     *
     * @param names what stands behind its path
     */
    boolean takes(Path file, String names) {
        return nodes.stream().filter(node -> node.path().equals(file)).anyMatch(node -> begins(names, node.names()));
    }

    private static boolean begins(String names, String asked) {
        return names.startsWith(asked)
                && (names.length() == asked.length()
                        || names.startsWith("::", asked.length())
                        || names.charAt(asked.length()) == '[');
    }
}
