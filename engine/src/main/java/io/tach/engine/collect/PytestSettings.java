package io.tach.engine.collect;

import java.util.List;

/**
 * The settings of pytest that decide what is a test.
 *
 * @param pythonFiles globs of test files' names
 * @param pythonClasses prefixes or globs of test classes
 * @param pythonFunctions prefixes or globs of test functions
 * @param testPaths where tests are looked for if nothing is named, relative to the root
 * @param noRecurse globs of directories that are not entered
 * @param useFixtures fixtures that every test gets
 * @param pythonPath directories that imports are looked for in, relative to the root
 * @param marks which tests are selected by their marks
 * @param addOptions what stands in {@code addopts}, as words
 */
public record PytestSettings(
        List<String> pythonFiles,
        List<String> pythonClasses,
        List<String> pythonFunctions,
        List<String> testPaths,
        List<String> noRecurse,
        List<String> useFixtures,
        List<String> pythonPath,
        MarkExpression marks,
        List<String> addOptions) {
    /** What pytest does if nobody says otherwise. */
    public static final PytestSettings DEFAULT = new PytestSettings(
            List.of("test_*.py", "*_test.py"),
            List.of("Test"),
            List.of("test"),
            List.of(),
            List.of("*.egg", ".*", "_darcs", "build", "CVS", "dist", "node_modules", "venv", "{arch}"),
            List.of(),
            List.of(),
            MarkExpression.ALL,
            List.of());

    public PytestSettings {
        pythonFiles = List.copyOf(pythonFiles);
        pythonClasses = List.copyOf(pythonClasses);
        pythonFunctions = List.copyOf(pythonFunctions);
        testPaths = List.copyOf(testPaths);
        noRecurse = List.copyOf(noRecurse);
        useFixtures = List.copyOf(useFixtures);
        pythonPath = List.copyOf(pythonPath);
        addOptions = List.copyOf(addOptions);
    }

    /** The same with another selection by marks. */
    public PytestSettings withMarks(MarkExpression other) {
        return new PytestSettings(
                pythonFiles,
                pythonClasses,
                pythonFunctions,
                testPaths,
                noRecurse,
                useFixtures,
                pythonPath,
                other,
                addOptions);
    }

    /** True if a file found in a directory is a test file. */
    public boolean isTestFile(String path) {
        return matchesAny(pythonFiles, path);
    }

    /** True if a directory found in another is not entered. */
    public boolean isNotEntered(String path) {
        return path.endsWith("__pycache__") || matchesAny(noRecurse, path);
    }

    boolean isTestClass(String name) {
        return hasPrefixOrMatches(pythonClasses, name);
    }

    boolean isTestFunction(String name) {
        return hasPrefixOrMatches(pythonFunctions, name);
    }

    private static boolean hasPrefixOrMatches(List<String> options, String name) {
        for (String option : options) {
            if (name.startsWith(option) || (Glob.isGlob(option) && Glob.matches(option, name))) {
                return true;
            }
        }
        return false;
    }

    private static boolean matchesAny(List<String> patterns, String path) {
        for (String pattern : patterns) {
            if (matchesPath(pattern, path)) {
                return true;
            }
        }
        return false;
    }

    /** A pattern without a slash is for names, one with a slash for the end of the path. */
    private static boolean matchesPath(String pattern, String path) {
        if (pattern.indexOf('/') < 0) {
            return Glob.matches(pattern, path.substring(path.lastIndexOf('/') + 1));
        }
        return Glob.matches(pattern, path) || Glob.matches("*/" + pattern, path);
    }
}
