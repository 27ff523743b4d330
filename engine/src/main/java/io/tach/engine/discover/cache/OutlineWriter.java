package io.tach.engine.discover.cache;

import io.tach.engine.discover.Assignment;
import io.tach.engine.discover.CallSite;
import io.tach.engine.discover.Decorator;
import io.tach.engine.discover.Definition;
import io.tach.engine.discover.Expression;
import io.tach.engine.discover.Import;
import io.tach.engine.discover.Outline;
import io.tach.engine.discover.OutlineError;
import io.tach.engine.discover.Parameter;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;

/** Writes one outline. */
final class OutlineWriter {
    private static final Map<Parameter.Kind, Integer> PARAMETER = new EnumMap<>(Map.of(
            Parameter.Kind.POSITIONAL_ONLY, 0,
            Parameter.Kind.POSITIONAL_OR_KEYWORD, 1,
            Parameter.Kind.VAR_POSITIONAL, 2,
            Parameter.Kind.KEYWORD_ONLY, 3,
            Parameter.Kind.VAR_KEYWORD, 4));

    private final ByteSink out;
    private final ByteSink.Strings strings;
    private int lastLine;

    OutlineWriter(ByteSink out, ByteSink.Strings strings) {
        this.out = out;
        this.strings = strings;
    }

    void write(Outline outline) {
        lastLine = 0;
        out.number(outline.definitions().size());
        outline.definitions().forEach(this::definition);
        lastLine = 0;
        out.number(outline.imports().size());
        outline.imports().forEach(this::imported);
        lastLine = 0;
        out.number(outline.calls().size());
        outline.calls().forEach(this::call);
        lastLine = 0;
        out.number(outline.assignments().size());
        outline.assignments().forEach(this::assignment);
        out.number(outline.errors().size());
        outline.errors().forEach(this::error);
        out.number(outline.preludeEnd());
    }

    private void text(String text) {
        out.number(strings.indexOf(text));
    }

    /** Lines mostly ascend: the difference to the one before, its sign in the last bit. */
    private void line(int line) {
        int difference = line - lastLine;
        out.number((difference << 1) ^ (difference >> 31));
        lastLine = line;
    }

    private void place(int enclosing, int guard, int line) {
        out.number((enclosing + 1L) * 4 + guard);
        line(line);
    }

    private void definition(Definition d) {
        text(d.name());
        out.single(Codes.kind(d.kind()));
        place(d.parent(), Codes.guard(d.guard()), d.line());
        out.number(d.decorators().size());
        for (Decorator decorator : d.decorators()) {
            out.number(d.line() - decorator.line());
            expression(decorator.expression());
        }
        out.number(d.parameters().size());
        for (Parameter p : d.parameters()) {
            text(p.name());
            out.single(PARAMETER.get(p.kind()) * 2 + (p.hasDefault() ? 1 : 0));
        }
        out.number(d.bases().size());
        d.bases().forEach(this::text);
    }

    private void imported(Import i) {
        out.single(Codes.kind(i.kind()));
        out.number(i.level());
        text(i.module());
        out.number(i.names().size());
        for (Import.ImportedName name : i.names()) {
            text(name.name());
            text(name.alias());
        }
        place(i.enclosing(), Codes.guard(i.guard()), i.line());
    }

    private void call(CallSite c) {
        text(c.name());
        place(c.enclosing(), Codes.guard(c.guard()), c.line());
    }

    private void assignment(Assignment a) {
        text(a.name());
        expression(a.value());
        place(a.enclosing(), Codes.guard(a.guard()), a.line());
    }

    private void error(OutlineError e) {
        out.number(e.line());
        out.number(e.column());
        text(e.message());
    }

    private void expression(Expression e) {
        if (e instanceof Expression.Text text) {
            out.single(Codes.TEXT);
            text(text.value());
        } else if (e instanceof Expression.Bytes bytes) {
            out.single(Codes.BYTES);
            byte[] raw = bytes.latin1().getBytes(StandardCharsets.ISO_8859_1);
            out.number(raw.length);
            out.bytes(raw, raw.length);
        } else if (e instanceof Expression.Int number) {
            out.single(Codes.INT);
            byte[] raw = number.value().toByteArray();
            out.number(raw.length);
            out.bytes(raw, raw.length);
        } else if (e instanceof Expression.Real number) {
            out.single(Codes.REAL);
            out.fixed(Double.doubleToRawLongBits(number.value()));
        } else if (e instanceof Expression.Name name) {
            out.single(Codes.NAME);
            text(name.dotted());
        } else if (e instanceof Expression.Call call) {
            out.single(Codes.CALL);
            call(call);
        } else if (e instanceof Expression.Sequence sequence) {
            out.single(Codes.shape(sequence.shape()));
            out.number(sequence.elements().size());
            sequence.elements().forEach(this::expression);
        } else {
            out.single(Codes.constant(e));
        }
    }

    private void call(Expression.Call call) {
        text(call.name());
        out.number(call.arguments().size());
        for (Expression.Argument argument : call.arguments()) {
            text(argument.keyword());
            expression(argument.value());
        }
    }
}
