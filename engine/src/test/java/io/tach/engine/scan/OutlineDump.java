package io.tach.engine.scan;

import io.tach.engine.discover.Assignment;
import io.tach.engine.discover.CallSite;
import io.tach.engine.discover.Decorator;
import io.tach.engine.discover.Definition;
import io.tach.engine.discover.Expression;
import io.tach.engine.discover.Guard;
import io.tach.engine.discover.Import;
import io.tach.engine.discover.Outline;
import io.tach.engine.discover.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** An outline as lines of ASCII, in the words of outline_oracle.py. */
final class OutlineDump {
    private OutlineDump() {}

    static List<String> lines(Outline outline) {
        List<String> lines = new ArrayList<>();
        outline.definitions().forEach(d -> lines.add(ascii(definition(d))));
        outline.imports().forEach(i -> lines.add(ascii(imported(i))));
        outline.calls().forEach(c -> lines.add(ascii(call(c))));
        outline.assignments().forEach(a -> lines.add(ascii(assignment(a))));
        return lines;
    }

    private static String where(int enclosing, int line, Guard guard) {
        return "in " + enclosing + " at " + line + " " + guard;
    }

    private static String definition(Definition d) {
        StringBuilder text = new StringBuilder("D ")
                .append(d.kind())
                .append(' ')
                .append(d.name())
                .append(' ')
                .append(where(d.parent(), d.line(), d.guard()));
        for (Decorator decorator : d.decorators()) {
            text.append(" | @").append(decorator.line()).append(' ').append(expression(decorator.expression()));
        }
        for (Parameter p : d.parameters()) {
            text.append(" | ")
                    .append(p.name())
                    .append(':')
                    .append(kind(p.kind()))
                    .append(p.hasDefault() ? "=" : "");
        }
        d.bases().forEach(base -> text.append(" | <").append(base));
        return text.toString();
    }

    private static String kind(Parameter.Kind kind) {
        return switch (kind) {
            case POSITIONAL_ONLY -> "PO";
            case POSITIONAL_OR_KEYWORD -> "PK";
            case VAR_POSITIONAL -> "VP";
            case KEYWORD_ONLY -> "KO";
            case VAR_KEYWORD -> "VK";
        };
    }

    private static String imported(Import i) {
        String names =
                i.names().stream().map(n -> n.name() + ">" + n.alias()).collect(Collectors.joining(",", "[", "]"));
        String module = i.kind() == Import.Kind.DYNAMIC ? quoted(i.module()) : i.module();
        return "I " + i.kind() + " " + i.level() + " " + module + " " + names + " "
                + where(i.enclosing(), i.line(), i.guard());
    }

    private static String call(CallSite c) {
        return "C " + c.name() + " " + where(c.enclosing(), c.line(), c.guard());
    }

    private static String assignment(Assignment a) {
        return "A " + a.name() + " = " + expression(a.value()) + " " + where(a.enclosing(), a.line(), a.guard());
    }

    static String expression(Expression e) {
        if (e instanceof Expression.Text text) {
            return quoted(text.value());
        } else if (e instanceof Expression.Bytes bytes) {
            return "b" + quoted(bytes.latin1());
        } else if (e instanceof Expression.Int number) {
            return "i" + number.value().toString(16);
        } else if (e instanceof Expression.Real number) {
            return "r" + String.format("%016x", Double.doubleToRawLongBits(number.value()));
        } else if (e instanceof Expression.Truth truth) {
            return truth.value() ? "True" : "False";
        } else if (e instanceof Expression.Name name) {
            return "n:" + name.dotted();
        } else if (e instanceof Expression.Call call) {
            return call.name() + "(" + arguments(call) + ")";
        } else if (e instanceof Expression.Sequence sequence) {
            String brackets =
                    switch (sequence.shape()) {
                        case TUPLE -> "()";
                        case LIST -> "[]";
                        case SET -> "{}";
                    };
            return sequence.elements().stream()
                    .map(OutlineDump::expression)
                    .collect(Collectors.joining(",", brackets.substring(0, 1), brackets.substring(1)));
        }
        if (e == Expression.Display.INSTANCE) {
            return "{?}";
        }
        return e == Expression.None.INSTANCE ? "None" : "?";
    }

    private static String arguments(Expression.Call call) {
        return call.arguments().stream()
                .map(a -> (a.keyword().isEmpty() ? "" : a.keyword() + "=") + expression(a.value()))
                .collect(Collectors.joining(","));
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain = c >= 32 && c < 127 && c != '"' && c != '\\';
            quoted.append(plain ? String.valueOf(c) : String.format("\\u%04x", (int) c));
        }
        return quoted.append('"').toString();
    }

    /** Names beyond ASCII as Python's {@code backslashreplace} writes them. */
    private static String ascii(String line) {
        if (line.chars().allMatch(c -> c < 128)) {
            return line;
        }
        StringBuilder text = new StringBuilder();
        line.codePoints().forEach(c -> {
            if (c < 128) {
                text.append((char) c);
            } else {
                text.append(
                        c < 256 ? String.format("\\x%02x", c) : String.format(c < 65536 ? "\\u%04x" : "\\U%08x", c));
            }
        });
        return text.toString();
    }
}
