package io.tach.engine.collect;

import io.tach.engine.discover.Assignment;
import io.tach.engine.discover.CallSite;
import io.tach.engine.discover.Expression;
import io.tach.engine.discover.Guard;
import io.tach.engine.discover.ModuleOutline;
import io.tach.engine.discover.Outline;
import io.tach.engine.symbols.Symbol;
import io.tach.engine.symbols.Symbols;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Follows names to the expressions that they stand for. */
final class Values {
    private static final int LONGEST_RANGE = 10_000;
    private static final int MAX_STEPS = 10;
    private static final Set<String> CHANGES = Set.of(
            "append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse", "add", "update", "discard");

    /**
     * An expression, and the module whose names it is written with.
     *
     * @param expression never a name that could be followed further
     */
    record Value(ModuleOutline module, Expression expression) {}

    private final Symbols symbols;

    Values(Symbols symbols) {
        this.symbols = symbols;
    }

    Symbols symbols() {
        return symbols;
    }

    /** What an expression amounts to. */
    Value of(ModuleOutline module, Expression expression) {
        Value value = new Value(module, expression);
        for (int step = 0; step < MAX_STEPS && value.expression() instanceof Expression.Name name; step++) {
            Symbol symbol = symbols.resolve(value.module(), name.dotted());
            if (!(symbol instanceof Symbol.Assigned assigned)
                    || assigned.assignment().enclosing() != Outline.MODULE
                    || !isConstant(assigned)) {
                break; // an attribute of a class may be a member of an enumeration
            }
            value = new Value(assigned.module(), assigned.assignment().value());
        }
        return value;
    }

    /** True if a variable is given a value once, without condition, and not changed where that can be seen. */
    private static boolean isConstant(Symbol.Assigned assigned) {
        Assignment assignment = assigned.assignment();
        ModuleOutline module = assigned.module();
        int times = 0;
        for (Assignment other : module.assignments()) {
            if (other.name().equals(assignment.name()) && other.enclosing() == assignment.enclosing()) {
                times++;
            }
        }
        if (times != 1 || assignment.guard() != Guard.NONE) {
            return false;
        }
        for (CallSite call : module.calls()) {
            if (call.enclosing() == Outline.MODULE && changes(call.name(), assignment.name())) {
                return false;
            }
        }
        return true;
    }

    private static boolean changes(String call, String variable) {
        return call.length() > variable.length() + 1
                && call.startsWith(variable)
                && call.charAt(variable.length()) == '.'
                && CHANGES.contains(call.substring(variable.length() + 1));
    }

    /** The elements of something that can be iterated over, {@code null} if they are not known. */
    List<Value> elements(Value iterable) {
        if (iterable.expression() instanceof Expression.Sequence sequence && sequence.shape() != Expression.Shape.SET) {
            return sequence.elements().stream()
                    .map(element -> new Value(iterable.module(), element))
                    .toList();
        }
        if (iterable.expression() instanceof Expression.Call call
                && canonical(iterable.module(), call.name()).equals("builtins.range")) {
            return range(iterable.module(), call);
        }
        return null;
    }

    private static List<Value> range(ModuleOutline module, Expression.Call call) {
        List<Integer> bounds = new ArrayList<>();
        for (Expression.Argument argument : call.arguments()) {
            if (!(argument.value() instanceof Expression.Int number)
                    || !argument.keyword().isEmpty()
                    || number.value().bitLength() > 30) {
                return null;
            }
            bounds.add(number.value().intValue());
        }
        if (bounds.isEmpty() || bounds.size() > 3) {
            return null;
        }
        int first = bounds.size() == 1 ? 0 : bounds.get(0);
        int end = bounds.size() == 1 ? bounds.get(0) : bounds.get(1);
        int step = bounds.size() == 3 ? bounds.get(2) : 1;
        List<Value> values = new ArrayList<>();
        for (long i = first; step != 0 && (step > 0 ? i < end : i > end); i += step) {
            if (values.size() == LONGEST_RANGE) {
                return null;
            }
            values.add(new Value(module, new Expression.Int(BigInteger.valueOf(i))));
        }
        return step == 0 ? null : values;
    }

    String canonical(ModuleOutline module, String dotted) {
        return symbols.canonical(module, dotted);
    }
}
