package io.tach.engine.discover;

import java.util.List;
import java.util.Objects;

/**
 * The outline of one file at its place in the project. Immutable; safe to share between threads.
 *
 * @param path of the file, with {@code /}, relative to the project's root if it lies below
 * @param module dotted name under which Python would import it ({@code pkg.sub} for {@code pkg/sub/__init__.py}), empty if
 *     the file's name is no identifier
 * @param outline what its text says; the same for every file with these bytes
 */
public record ModuleOutline(String path, String module, Outline outline) {
    public ModuleOutline {
        Objects.requireNonNull(path);
        Objects.requireNonNull(module);
        Objects.requireNonNull(outline);
    }

    /** True for {@code __init__.py}: relative imports then count from the module itself. */
    public boolean isPackage() {
        return path.equals("__init__.py") || path.endsWith("/__init__.py");
    }

    /** As {@link Outline#definitions()}. */
    public List<Definition> definitions() {
        return outline.definitions();
    }

    /** As {@link Outline#imports()}. */
    public List<Import> imports() {
        return outline.imports();
    }

    /** As {@link Outline#calls()}. */
    public List<CallSite> calls() {
        return outline.calls();
    }

    /** As {@link Outline#assignments()}. */
    public List<Assignment> assignments() {
        return outline.assignments();
    }

    /** As {@link Outline#errors()}. */
    public List<OutlineError> errors() {
        return outline.errors();
    }

    /**
     * The absolute dotted name of the module that an import names.
     *
     * @return empty text if the import is relative and climbs above the top
     */
    public String resolve(Import statement) {
        if (statement.level() == 0) {
            return statement.module();
        }
        String base = module;
        for (int up = isPackage() ? 1 : 0; up < statement.level(); up++) {
            if (base.isEmpty()) {
                return "";
            }
            base = base.substring(0, Math.max(base.lastIndexOf('.'), 0));
        }
        if (base.isEmpty() || statement.module().isEmpty()) {
            return base.isEmpty() ? "" : base;
        }
        return base + "." + statement.module();
    }
}
