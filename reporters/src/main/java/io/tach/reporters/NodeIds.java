package io.tach.reporters;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Node ids as a user reads them: relative to the directory tach was started in, as pytest shows them. */
final class NodeIds {
    /** Longer ids are cut in the middle; pytest has no limit, but nobody reads so much. */
    private static final int LONGEST = 1000;

    private final Path rootDir;
    private final Path directory;

    /**
     * @param rootDir what node ids are relative to
     * @param directory what they are shown relative to
     */
    NodeIds(Path rootDir, Path directory) {
        this.rootDir = rootDir.toAbsolutePath().normalize();
        this.directory = directory.toAbsolutePath().normalize();
    }

    /** The part of a node id that names the file. */
    static String path(String nodeId) {
        int end = nodeId.indexOf("::");
        return end < 0 ? nodeId : nodeId.substring(0, end);
    }

    /** The node id for one line of output. */
    String show(String nodeId) {
        if (rootDir.equals(directory)) {
            return brief(nodeId);
        }
        String path = path(nodeId);
        return brief(relative(path) + nodeId.substring(path.length()));
    }

    /** A node id as it is, safe to print and of bearable length. */
    static String brief(String nodeId) {
        if (nodeId.length() <= LONGEST) {
            return Sanitizer.line(nodeId);
        }
        int half = LONGEST / 2;
        return Sanitizer.line(nodeId.substring(0, half)) + "..."
                + Sanitizer.line(nodeId.substring(nodeId.length() - half));
    }

    private String relative(String path) {
        try {
            return directory.relativize(rootDir.resolve(path)).toString();
        } catch (InvalidPathException e) {
            return path; // a node id need not name a file
        }
    }
}
