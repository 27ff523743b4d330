package io.tach.engine.toxicity;

import io.tach.engine.toxicity.ToxicityReport.Ground;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the user knows better: {@code [tool.tach.toxicity]}. A pattern names a test, a class, a file, a directory or a
 * module; {@code *} stands for anything. What lies within something named is named too.
 *
 * @param toxic tests that are toxic, whatever the sources or runs say
 * @param clean tests that are not, and files and modules in which nothing counts as evidence
 */
public record Overrides(List<String> toxic, List<String> clean) {
    /** Nothing is overridden. */
    public static final Overrides NONE = new Overrides(List.of(), List.of());

    public Overrides {
        toxic = List.copyOf(toxic);
        clean = List.copyOf(clean);
    }

    /**
     * The verdict on a test.
     *
     * @param nodeId its id, with or without parameters
     * @param module dotted name of its file; may be empty
     * @return empty if no pattern names it
     */
    public Optional<ToxicityReport> test(String nodeId, String module) {
        Optional<String> why = first(toxic, nodeId, module);
        if (why.isPresent()) {
            return why.map(p -> ToxicityReport.toxic(Ground.USER, "configured as toxic (" + p + ")"));
        }
        return first(clean, nodeId, module)
                .map(p -> ToxicityReport.clean(Ground.USER, "configured as clean (" + p + ")"));
    }

    /** True if what a file holds is no evidence. */
    boolean clears(String path, String module) {
        return first(clean, path, module).isPresent();
    }

    /** True if importing a module is no evidence. */
    boolean clears(String module) {
        return first(clean, module, module).isPresent();
    }

    private static Optional<String> first(List<String> patterns, String id, String module) {
        return patterns.stream()
                .filter(p -> matches(p, id) || matches(p, module))
                .findFirst();
    }

    /** A pattern ends where a name ends: behind it comes nothing, or what separates names. */
    private static boolean matches(String pattern, String text) {
        String[] parts = pattern.split("\\*", -1);
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < parts.length; i++) {
            regex.append(i == 0 ? "" : ".*").append(Pattern.quote(parts[i]));
        }
        return Pattern.compile(regex + "([/.\\[]|::).*|" + regex, Pattern.DOTALL)
                .matcher(text)
                .matches();
    }
}
