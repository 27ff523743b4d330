package io.tach.engine.toxicity;

import io.tach.engine.discover.ModuleOutline;
import java.util.function.Predicate;

/** Puts the links and the evidence of all files together. */
final class GraphBuilder {
    private GraphBuilder() {}

    static CodeGraph build(Sources sources, Resolver resolver, Overrides overrides, Predicate<String> isInstalled) {
        CodeGraph code = new CodeGraph();
        FixtureTable fixtures = new FixtureTable(sources, resolver);
        Classes classes = new Classes(resolver);
        ImportLinks imports = new ImportLinks(sources, overrides, isInstalled, code);
        for (ModuleOutline file : sources.all()) {
            nodes(file, code);
            imports.add(file);
            boolean cleared = overrides.clears(file.path(), file.module());
            new CallLinks(file, resolver, classes, fixtures, code, cleared).add();
            new TestLinks(file, resolver, fixtures, code).add();
        }
        return code;
    }

    private static void nodes(ModuleOutline file, CodeGraph code) {
        code.node(NodeKey.importOf(file.path()));
        for (int i = 0; i < file.definitions().size(); i++) {
            if (CodeOwners.isOutermost(file, i)) {
                code.node(new NodeKey(file.path(), i));
            }
        }
    }
}
