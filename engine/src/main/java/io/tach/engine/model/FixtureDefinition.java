package io.tach.engine.model;

import java.util.List;

/**
 * A fixture as its file defines it.
 *
 * @param name under which tests ask for it
 * @param scope its lifetime; {@link FixtureScope#FUNCTION} where that is computed
 * @param dependencies names of the fixtures it asks for
 * @param isAsync whether it is an {@code async def}
 * @param autouse whether every test that sees it gets it
 * @param path of its file, relative to the project's root
 * @param line of its {@code def}, 0 for a fixture of pytest's own
 * @param baseId node id of the collector that it belongs to: a test sees it if its own id lies below; empty for plugins and
 *     the conftest at the root
 * @param params ids of its parameters; empty for a fixture without
 */
public record FixtureDefinition(
        String name,
        FixtureScope scope,
        List<String> dependencies,
        boolean isAsync,
        boolean autouse,
        String path,
        int line,
        String baseId,
        CaseIds params) {
    public FixtureDefinition {
        dependencies = List.copyOf(dependencies);
    }
}
