package io.tach.engine.collect;

import io.tach.engine.discover.ModuleOutline;
import io.tach.engine.fixture.FixtureTable;
import io.tach.engine.model.TestCase;
import io.tach.engine.scan.OutlineScanner;
import io.tach.engine.symbols.Symbols;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A project that exists in memory only. */
final class Project {
    private final Map<String, ModuleOutline> modules = new LinkedHashMap<>();
    private Hooks hooks = Hooks.NONE;
    private PytestSettings settings = PytestSettings.DEFAULT;

    /** Adds a file; it is imported under its path with dots. */
    Project with(String path, String... lines) {
        String module = path.substring(0, path.length() - ".py".length())
                .replace('/', '.')
                .replace(".__init__", "");
        byte[] bytes = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
        modules.put(module, new ModuleOutline(path, module, new OutlineScanner().scan(bytes)));
        return this;
    }

    Project with(Hooks other) {
        hooks = other;
        return this;
    }

    Project with(MarkExpression marks) {
        settings = settings.withMarks(marks);
        return this;
    }

    /** Reads a file as a test file, with every conftest.py above it. */
    TestReader.Read read(String path) {
        Symbols symbols = new Symbols(modules::get);
        FixtureTable table = new FixtureTable();
        for (ModuleOutline module : modules.values()) {
            if (module.path().endsWith("conftest.py")) {
                int end = Math.max(module.path().lastIndexOf('/'), 0);
                new FixtureReader(symbols)
                        .read(module, module.path().substring(0, end))
                        .forEach(table::add);
            }
        }
        ModuleOutline module = modules.values().stream()
                .filter(m -> m.path().equals(path))
                .findFirst()
                .orElseThrow();
        return new TestReader(symbols, settings, table, hooks).read(module);
    }

    /** Its node ids without the path, as {@code tach list} prints them. */
    List<String> ids(String path) {
        return read(path).tests().tests().stream().flatMap(Project::ids).toList();
    }

    private static Stream<String> ids(TestCase test) {
        String name = test.nodeId("").substring(2) + (test.doubt().isEmpty() ? "" : " ?");
        if (!test.ids().isKnown()) {
            return Stream.of(name + "[...]");
        }
        return test.ids().ids().stream().map(id -> test.ids().parametrized() ? name + "[" + id + "]" : name);
    }
}
