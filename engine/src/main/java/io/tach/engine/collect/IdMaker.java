package io.tach.engine.collect;

import io.tach.engine.collect.Values.Value;
import io.tach.engine.discover.Expression;
import io.tach.engine.symbols.Symbol;
import java.util.Locale;
import java.util.Set;

/** The id that pytest makes of a value. */
final class IdMaker {
    /** Longer strings are treated differently from one pytest to the next. */
    private static final int LONGEST_TEXT = 100;

    /** Functions of Python's own whose result has no name and is no text or number. */
    private static final Set<String> NAMELESS_RESULTS = Set.of(
            "builtins.list",
            "builtins.dict",
            "builtins.set",
            "builtins.tuple",
            "builtins.frozenset",
            "builtins.object",
            "builtins.bytearray",
            "builtins.range",
            "builtins.slice",
            "builtins.iter",
            "builtins.enumerate",
            "builtins.zip",
            "builtins.map",
            "builtins.filter",
            "builtins.memoryview",
            "decimal.Decimal",
            "fractions.Fraction",
            "datetime.date",
            "datetime.datetime",
            "datetime.time",
            "datetime.timedelta",
            "datetime.timezone",
            "pathlib.Path",
            "pathlib.PurePath",
            "pathlib.PosixPath",
            "pathlib.PurePosixPath",
            "collections.OrderedDict",
            "collections.defaultdict",
            "collections.Counter",
            "collections.deque",
            "uuid.UUID",
            "functools.partial",
            "io.StringIO",
            "io.BytesIO",
            "types.SimpleNamespace");

    /** Types and functions of Python's own, which have names. */
    private static final Set<String> NAMED = Set.of(
            "int",
            "str",
            "float",
            "bool",
            "bytes",
            "bytearray",
            "complex",
            "list",
            "dict",
            "set",
            "tuple",
            "frozenset",
            "object",
            "type",
            "range",
            "slice",
            "property",
            "staticmethod",
            "classmethod",
            "super",
            "abs",
            "all",
            "any",
            "ascii",
            "bin",
            "callable",
            "chr",
            "dir",
            "divmod",
            "enumerate",
            "filter",
            "format",
            "getattr",
            "hasattr",
            "hash",
            "hex",
            "id",
            "isinstance",
            "issubclass",
            "iter",
            "len",
            "map",
            "max",
            "memoryview",
            "min",
            "next",
            "oct",
            "open",
            "ord",
            "pow",
            "print",
            "repr",
            "reversed",
            "round",
            "setattr",
            "sorted",
            "sum",
            "vars",
            "zip",
            "BaseException",
            "Exception",
            "KeyboardInterrupt",
            "SystemExit",
            "GeneratorExit",
            "StopIteration",
            "StopAsyncIteration");

    private final Values values;
    private final Classes classes;

    IdMaker(Values values, Classes classes) {
        this.values = values;
        this.classes = classes;
    }

    /**
     * The id of one value.
     *
     * @param fallback what pytest takes for a value that has no text of its own
     * @return {@code null} if only running the code can tell
     */
    String idOf(Value value, String fallback) {
        Expression e = value.expression();
        if (e instanceof Expression.Sequence || e instanceof Expression.Display) {
            return fallback;
        } else if (e instanceof Expression.Name name) {
            return named(value, name.dotted());
        } else if (e instanceof Expression.Call call) {
            return called(value, call, fallback);
        }
        return literal(e);
    }

    /** The id of a literal, {@code null} if it is none. */
    static String literal(Expression e) {
        if (e instanceof Expression.Text text) {
            return text.value().length() > LONGEST_TEXT ? null : PythonText.escaped(text.value());
        } else if (e instanceof Expression.Bytes bytes) {
            return bytes.latin1().length() > LONGEST_TEXT ? null : PythonText.escapedBytes(bytes.latin1());
        } else if (e instanceof Expression.Int number) {
            return number.value().toString();
        } else if (e instanceof Expression.Real number) {
            return PythonText.real(number.value());
        } else if (e instanceof Expression.Truth truth) {
            return truth.value() ? "True" : "False";
        }
        return e == Expression.None.INSTANCE ? "None" : null;
    }

    private String named(Value value, String dotted) {
        Symbol symbol = values.symbols().resolve(value.module(), dotted);
        if (symbol instanceof Symbol.Defined defined) {
            boolean plain = defined.definition().decorators().isEmpty();
            return plain || !defined.definition().isFunction()
                    ? defined.definition().name()
                    : null;
        }
        if (symbol instanceof Symbol.Assigned assigned && assigned.assignment().enclosing() >= 0) {
            return member(assigned);
        }
        return symbol instanceof Symbol.External external ? external(external.dotted()) : null;
    }

    /** An attribute of a class: a member of an enumeration, if it is one. */
    private String member(Symbol.Assigned assigned) {
        int owner = assigned.assignment().enclosing();
        Classes.Ancestry ancestry = classes.ancestry(assigned.module(), owner);
        if (ancestry.foreign().equals(Set.of("enum.Enum"))) {
            return assigned.module().definitions().get(owner).name() + "."
                    + assigned.assignment().name();
        }
        return ancestry.foreign().isEmpty() ? literal(assigned.assignment().value()) : null;
    }

    private static String external(String dotted) {
        String name = dotted.substring(dotted.indexOf('.') + 1);
        if (dotted.startsWith("builtins.")) {
            return NAMED.contains(name) || name.endsWith("Error") || name.endsWith("Warning") ? name : null;
        }
        return switch (dotted) {
            case "math.inf" -> "inf";
            case "math.nan" -> "nan";
            default -> dotted.startsWith("operator.") ? name : null;
        };
    }

    private String called(Value value, Expression.Call call, String fallback) {
        Symbol symbol = values.symbols().resolve(value.module(), call.name());
        if (symbol instanceof Symbol.Defined defined && !defined.definition().isFunction()) {
            boolean plain = classes.ancestry(defined.module(), defined.index()).foreign().stream()
                    .allMatch(Classes.HARMLESS::contains);
            return plain ? fallback : null;
        }
        if (!(symbol instanceof Symbol.External external)) {
            return null;
        }
        Expression first = call.arguments().isEmpty()
                ? Expression.None.INSTANCE
                : call.arguments().get(0).value();
        return switch (external.dotted()) {
            case "builtins.float" -> first instanceof Expression.Text text ? special(text.value()) : null;
            case "re.compile" -> literal(first);
            default -> {
                boolean error = external.dotted().startsWith("builtins.")
                        && external.dotted().endsWith("Error");
                yield error || NAMELESS_RESULTS.contains(external.dotted()) ? fallback : null;
            }
        };
    }

    private static String special(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "nan", "+nan", "-nan" -> "nan";
            case "inf", "+inf", "infinity", "+infinity" -> "inf";
            case "-inf", "-infinity" -> "-inf";
            default -> null;
        };
    }
}
