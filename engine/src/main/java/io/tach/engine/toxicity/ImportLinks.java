package io.tach.engine.toxicity;

import io.tach.engine.discover.Import;
import io.tach.engine.discover.ModuleOutline;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The links of one file's imports. */
final class ImportLinks {
    private final Sources sources;
    private final Overrides overrides;
    private final Predicate<String> isInstalled;
    private final CodeGraph code;

    ImportLinks(Sources sources, Overrides overrides, Predicate<String> isInstalled, CodeGraph code) {
        this.sources = sources;
        this.overrides = overrides;
        this.isInstalled = isInstalled;
        this.code = code;
    }

    void add(ModuleOutline file) {
        packages(file);
        for (Import statement : file.imports()) {
            boolean certain = CodeOwners.counts(file, statement.enclosing(), statement.guard());
            boolean atImport =
                    statement.guard().isReachable() && !file.outline().isDeferred(statement.enclosing());
            if (certain || atImport) {
                add(file, statement, certain);
            }
        }
    }

    /** Importing a module imports the packages around it first. */
    private void packages(ModuleOutline file) {
        String directory = file.path();
        while (directory.contains("/")) {
            directory = directory.substring(0, directory.lastIndexOf('/'));
            Optional<ModuleOutline> init = sources.at(directory + "/__init__.py");
            if (init.isEmpty() && !directory.equals(file.path())) {
                return;
            }
            init.ifPresent(i -> code.importLink(NodeKey.importOf(file.path()), i, 1));
        }
    }

    private void add(ModuleOutline file, Import statement, boolean certain) {
        NodeKey owner = CodeOwners.of(file, statement.enclosing());
        for (String module : modules(file, statement)) {
            Optional<ModuleOutline> found = sources.named(module, file.path());
            found.ifPresent(target -> code.importLink(owner, target, statement.line()));
            if (certain
                    && found.isEmpty()
                    && !overrides.clears(module)
                    && !overrides.clears(file.path(), file.module())) {
                KnownLibraries.onImport(module)
                        .filter(kind -> isInstalled.test(KnownLibraries.libraryOf(module)))
                        .ifPresent(kind -> code.evidence(owner, evidence(kind, module, file, statement.line())));
            }
        }
    }

    private static Evidence evidence(EvidenceKind kind, String module, ModuleOutline file, int line) {
        return new Evidence(kind, "import " + KnownLibraries.libraryOf(module), file.path(), line);
    }

    /** All modules that a statement may import: the packages around the named one, and names that may be modules. */
    static List<String> modules(ModuleOutline file, Import statement) {
        String module = file.resolve(statement);
        List<String> all = new ArrayList<>();
        for (int dot = module.indexOf('.'); dot > 0; dot = module.indexOf('.', dot + 1)) {
            all.add(module.substring(0, dot));
        }
        if (!module.isEmpty()) {
            all.add(module);
        }
        if (statement.kind() == Import.Kind.FROM) {
            String prefix = module.isEmpty() ? "" : module + ".";
            statement.names().stream().filter(n -> !n.name().equals("*")).forEach(n -> all.add(prefix + n.name()));
        }
        return all;
    }
}
