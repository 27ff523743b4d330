package io.tach.engine.collect;

import io.tach.engine.collect.Values.Value;
import io.tach.engine.discover.Decorator;
import io.tach.engine.discover.Expression;
import io.tach.engine.discover.ModuleOutline;
import io.tach.engine.symbols.Bindings.Binding;
import io.tach.engine.symbols.Symbol;
import io.tach.engine.symbols.Symbols;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Reads the marks on functions, classes and modules. */
final class Marks {
    private static final String PREFIX = "pytest.mark.";

    /**
     * A mark.
     *
     * @param name such as {@code parametrize}
     * @param module whose names its arguments are written with
     * @param call its arguments, {@code null} if it has none
     */
    record Mark(String name, ModuleOutline module, Expression.Call call) {
        boolean isParametrize() {
            return name.equals("parametrize");
        }
    }

    private final Symbols symbols;
    private final Values values;

    Marks(Symbols symbols, Values values) {
        this.symbols = symbols;
        this.values = values;
    }

    /** The marks of decorators, as pytest orders them: the lowest decorator first. */
    List<Mark> of(ModuleOutline module, List<Decorator> decorators) {
        List<Mark> marks = new ArrayList<>(decorators.size());
        for (Decorator decorator : decorators) {
            Mark mark = mark(new Value(module, decorator.expression()));
            if (mark != null) {
                marks.add(mark);
            }
        }
        Collections.reverse(marks);
        return marks;
    }

    /** The marks of {@code pytestmark} in a module or class. */
    List<Mark> assigned(ModuleOutline module, int scope) {
        Binding binding = symbols.bindings(module, scope).get("pytestmark");
        if (binding == null || binding.assignment() == null) {
            return List.of();
        }
        Value value = values.of(module, binding.assignment().value());
        List<Value> elements = values.elements(value);
        List<Mark> marks = new ArrayList<>();
        for (Value element : elements == null ? List.of(value) : elements) {
            Mark mark = mark(element);
            if (mark != null) {
                marks.add(mark);
            }
        }
        return marks;
    }

    /** The mark that an expression is, {@code null} if it is none. */
    private Mark mark(Value written) {
        Value value = values.of(written.module(), written.expression());
        String name = value.expression().calledName();
        if (name.isEmpty()) {
            return null;
        }
        String canonical = symbols.canonical(value.module(), name);
        if (canonical.startsWith(PREFIX)) {
            Expression.Call call = value.expression() instanceof Expression.Call made ? made : null;
            return new Mark(canonical.substring(PREFIX.length()), value.module(), call);
        }
        return called(value, name);
    }

    /** {@code needs_x = pytest.mark.skipif(...)} may be used as {@code @needs_x}; a call of that adds arguments. */
    private Mark called(Value value, String name) {
        Symbol symbol = symbols.resolve(value.module(), name);
        if (value.expression() instanceof Expression.Call && symbol instanceof Symbol.Assigned assigned) {
            Mark made = mark(new Value(assigned.module(), assigned.assignment().value()));
            return made == null ? null : new Mark(made.name(), made.module(), null);
        }
        return null;
    }

    /**
     * Why a function with these decorators may have cases that nobody wrote down; empty if not.
     *
     * @param decorators that may be anything
     */
    String doubt(ModuleOutline module, List<Decorator> decorators) {
        for (Decorator decorator : decorators) {
            String name = decorator.name();
            Symbol symbol = name.isEmpty() ? Symbol.Unknown.INSTANCE : symbols.resolve(module, name);
            if (symbol instanceof Symbol.Defined defined && mentionsParametrize(defined)) {
                return "decorator " + name + " may parametrize it (line " + decorator.line() + ")";
            }
            if (symbol instanceof Symbol.External external && parametrizes(external.dotted())) {
                return external.dotted() + " makes its cases (line " + decorator.line() + ")";
            }
        }
        return "";
    }

    /** True if one of these decorators is the project's own, or nobody knows what it is: it may set marks. */
    boolean mayMark(ModuleOutline module, List<Decorator> decorators) {
        for (Decorator decorator : decorators) {
            String name = decorator.name();
            Symbol symbol = name.isEmpty() ? Symbol.Unknown.INSTANCE : symbols.resolve(module, name);
            if (!(symbol instanceof Symbol.External)) {
                return true;
            }
        }
        return false;
    }

    private static boolean parametrizes(String dotted) {
        return dotted.startsWith("parameterized.") || dotted.startsWith("ddt.") || dotted.startsWith("pytest_cases.");
    }

    private static boolean mentionsParametrize(Symbol.Defined defined) {
        return defined.module().calls().stream()
                .anyMatch(call -> call.name().endsWith("parametrize") && isWithin(defined, call.enclosing()));
    }

    private static boolean isWithin(Symbol.Defined outer, int index) {
        int at = index;
        while (at > outer.index()) {
            at = outer.module().definitions().get(at).parent();
        }
        return at == outer.index();
    }
}
