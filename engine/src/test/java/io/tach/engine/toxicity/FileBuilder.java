package io.tach.engine.toxicity;

import io.tach.engine.discover.Assignment;
import io.tach.engine.discover.CallSite;
import io.tach.engine.discover.Decorator;
import io.tach.engine.discover.Definition;
import io.tach.engine.discover.Expression;
import io.tach.engine.discover.Guard;
import io.tach.engine.discover.Import;
import io.tach.engine.discover.Import.ImportedName;
import io.tach.engine.discover.ModuleOutline;
import io.tach.engine.discover.Outline;
import io.tach.engine.discover.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Builds an outline by hand, a statement a line. */
final class FileBuilder {
    private final String path;
    private final String module;
    private final List<Definition> definitions = new ArrayList<>();
    private final List<Import> imports = new ArrayList<>();
    private final List<CallSite> calls = new ArrayList<>();
    private final List<Assignment> assignments = new ArrayList<>();
    private final List<Decorator> decorators = new ArrayList<>();
    private int at = Outline.MODULE;
    private Guard guard = Guard.NONE;
    private int line;

    private FileBuilder(String path, String module) {
        this.path = path;
        this.module = module;
    }

    static FileBuilder file(String path, String module) {
        return new FileBuilder(path, module);
    }

    FileBuilder imports(String name) {
        return add(Import.Kind.MODULE, 0, name, List.of());
    }

    FileBuilder importsAs(String name, String alias) {
        return add(Import.Kind.MODULE, 0, name, List.of(new ImportedName(name, alias)));
    }

    FileBuilder from(String name, String... names) {
        return add(Import.Kind.FROM, 0, name, names(names));
    }

    FileBuilder fromRelative(int level, String name, String... names) {
        return add(Import.Kind.FROM, level, name, names(names));
    }

    FileBuilder dynamic(String name) {
        return add(Import.Kind.DYNAMIC, 0, name, List.of());
    }

    private static List<ImportedName> names(String... names) {
        return Arrays.stream(names).map(n -> new ImportedName(n, n)).toList();
    }

    private FileBuilder add(Import.Kind kind, int level, String name, List<ImportedName> names) {
        imports.add(new Import(kind, level, name, names, at, guard, ++line));
        return this;
    }

    FileBuilder call(String name) {
        calls.add(new CallSite(name, at, guard, ++line));
        return this;
    }

    FileBuilder under(Guard condition) {
        guard = condition;
        return this;
    }

    FileBuilder decorated(String name, Expression.Argument... arguments) {
        Expression expression =
                arguments.length == 0 ? new Expression.Name(name) : new Expression.Call(name, List.of(arguments));
        decorators.add(new Decorator(expression, ++line));
        return this;
    }

    static Expression.Argument text(String keyword, String value) {
        return new Expression.Argument(keyword, new Expression.Text(value));
    }

    static Expression.Argument truth(String keyword, boolean value) {
        return new Expression.Argument(keyword, new Expression.Truth(value));
    }

    FileBuilder assign(String name, Expression value) {
        assignments.add(new Assignment(name, value, at, guard, ++line));
        return this;
    }

    FileBuilder def(String name, String... parameters) {
        List<Parameter> all = Arrays.stream(parameters)
                .map(p -> new Parameter(p, Parameter.Kind.POSITIONAL_OR_KEYWORD, false))
                .toList();
        return define(Definition.Kind.FUNCTION, name, all, List.of());
    }

    FileBuilder type(String name, String... bases) {
        return define(Definition.Kind.CLASS, name, List.of(), List.of(bases));
    }

    private FileBuilder define(Definition.Kind kind, String name, List<Parameter> parameters, List<String> bases) {
        definitions.add(new Definition(kind, name, at, ++line, guard, List.copyOf(decorators), parameters, bases));
        decorators.clear();
        at = definitions.size() - 1;
        return this;
    }

    /** Ends the innermost definition. */
    FileBuilder end() {
        at = definitions.get(at).parent();
        return this;
    }

    ModuleOutline build() {
        int preludeEnd = IntStream.of(
                        first(definitions.stream().map(Definition::line)),
                        first(calls.stream().map(CallSite::line)),
                        first(assignments.stream().map(Assignment::line)))
                .min()
                .orElse(Outline.NOWHERE);
        return new ModuleOutline(
                path, module, new Outline(definitions, imports, calls, assignments, List.of(), preludeEnd));
    }

    private static int first(Stream<Integer> lines) {
        return lines.min(Integer::compare).orElse(Outline.NOWHERE);
    }
}
