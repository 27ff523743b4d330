package io.tach.engine.discover.cache;

import io.tach.engine.discover.Assignment;
import io.tach.engine.discover.CallSite;
import io.tach.engine.discover.Decorator;
import io.tach.engine.discover.Definition;
import io.tach.engine.discover.Expression;
import io.tach.engine.discover.Guard;
import io.tach.engine.discover.Import;
import io.tach.engine.discover.Outline;
import io.tach.engine.discover.OutlineError;
import io.tach.engine.discover.Parameter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** Reads one outline. Of broken bytes it may throw any {@link RuntimeException}. */
final class OutlineReader {
    private static final Definition.Kind[] DEFINITIONS = {
        Definition.Kind.FUNCTION, Definition.Kind.ASYNC_FUNCTION, Definition.Kind.CLASS
    };
    private static final Import.Kind[] IMPORTS = {Import.Kind.MODULE, Import.Kind.FROM, Import.Kind.DYNAMIC};
    private static final Guard[] GUARDS = {Guard.NONE, Guard.CONDITION, Guard.MAIN, Guard.TYPE_CHECKING};
    private static final Parameter.Kind[] PARAMETERS = {
        Parameter.Kind.POSITIONAL_ONLY,
        Parameter.Kind.POSITIONAL_OR_KEYWORD,
        Parameter.Kind.VAR_POSITIONAL,
        Parameter.Kind.KEYWORD_ONLY,
        Parameter.Kind.VAR_KEYWORD
    };

    private final byte[] bytes;
    private final ByteSource in;
    private final ByteSource.Strings strings;
    private int lastLine;
    private int enclosing;
    private Guard guard = Guard.NONE;

    OutlineReader(byte[] bytes, int from, ByteSource.Strings strings) {
        this.bytes = bytes;
        this.in = new ByteSource(bytes, from);
        this.strings = strings;
    }

    Outline read() {
        lastLine = 0;
        List<Definition> definitions = list(this::definition);
        lastLine = 0;
        List<Import> imports = list(this::imported);
        lastLine = 0;
        List<CallSite> calls = list(this::call);
        lastLine = 0;
        List<Assignment> assignments = list(this::assignment);
        return new Outline(definitions, imports, calls, assignments, list(this::error), in.number());
    }

    @SuppressWarnings("unchecked") // the array is made here and holds nothing else
    private <T> List<T> list(Supplier<T> element) {
        int size = in.number();
        if (size == 0) {
            return List.of();
        }
        Object[] elements = new Object[checked(size)];
        for (int i = 0; i < size; i++) {
            elements[i] = element.get();
        }
        return (List<T>) List.of(elements);
    }

    /** No count can be larger than the file: every element takes a byte at least. */
    private int checked(int size) {
        if (size < 0 || size > bytes.length) {
            throw new IllegalArgumentException("a list longer than its file");
        }
        return size;
    }

    private String text() {
        return strings.get(in.number());
    }

    private int line() {
        int coded = in.number();
        lastLine += (coded >>> 1) ^ -(coded & 1);
        return lastLine;
    }

    private int place() {
        int coded = in.number();
        enclosing = coded / 4 - 1;
        guard = GUARDS[coded % 4];
        return line();
    }

    private Definition definition() {
        String name = text();
        Definition.Kind kind = DEFINITIONS[in.single()];
        int line = place();
        int parent = enclosing;
        Guard under = guard;
        List<Decorator> decorators = list(() -> {
            int at = line - in.number();
            return new Decorator(expression(), at);
        });
        List<Parameter> parameters = list(this::parameter);
        return new Definition(kind, name, parent, line, under, decorators, parameters, list(this::text));
    }

    private Parameter parameter() {
        String name = text();
        int coded = in.single();
        return new Parameter(name, PARAMETERS[coded / 2], coded % 2 == 1);
    }

    private Import imported() {
        Import.Kind kind = IMPORTS[in.single()];
        int level = in.number();
        String module = text();
        List<Import.ImportedName> names = list(() -> {
            String name = text();
            return new Import.ImportedName(name, text());
        });
        int line = place();
        return new Import(kind, level, module, names, enclosing, guard, line);
    }

    private CallSite call() {
        String name = text();
        int line = place();
        return new CallSite(name, enclosing, guard, line);
    }

    private Assignment assignment() {
        String name = text();
        Expression value = expression();
        int line = place();
        return new Assignment(name, value, enclosing, guard, line);
    }

    private OutlineError error() {
        int line = in.number();
        int column = in.number();
        return new OutlineError(line, column, text());
    }

    private Expression expression() {
        int code = in.single();
        return switch (code) {
            case Codes.TEXT -> new Expression.Text(text());
            case Codes.BYTES -> new Expression.Bytes(latin1(raw()));
            case Codes.INT -> new Expression.Int(new BigInteger(raw()));
            case Codes.REAL -> new Expression.Real(Double.longBitsToDouble(in.fixed()));
            case Codes.NAME -> new Expression.Name(text());
            case Codes.CALL -> calling();
            case Codes.TUPLE -> new Expression.Sequence(Expression.Shape.TUPLE, list(this::expression));
            case Codes.LIST -> new Expression.Sequence(Expression.Shape.LIST, list(this::expression));
            case Codes.SET -> new Expression.Sequence(Expression.Shape.SET, list(this::expression));
            case Codes.TRUE, Codes.FALSE -> new Expression.Truth(code == Codes.TRUE);
            case Codes.NONE -> Expression.None.INSTANCE;
            case Codes.DISPLAY -> Expression.Display.INSTANCE;
            case Codes.OTHER -> Expression.Other.INSTANCE;
            default -> throw new IllegalArgumentException("unknown expression code=" + code);
        };
    }

    private Expression calling() {
        String name = text();
        return new Expression.Call(name, list(() -> {
            String keyword = text();
            return new Expression.Argument(keyword, expression());
        }));
    }

    private byte[] raw() {
        int length = checked(in.number());
        byte[] raw = Arrays.copyOfRange(bytes, in.position(), in.position() + length);
        in.skip(length);
        return raw;
    }

    private static String latin1(byte[] raw) {
        return new String(raw, StandardCharsets.ISO_8859_1);
    }
}
