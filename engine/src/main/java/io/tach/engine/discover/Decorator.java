package io.tach.engine.discover;

import java.util.List;

/**
 * A decorator.
 *
 * @param expression what stands behind the {@code @}
 * @param line of the expression
 */
public record Decorator(Expression expression, int line) {
    /** The dotted name that is applied or called, empty if it is none: {@code pytest.fixture} in both its spellings. */
    public String name() {
        return expression.calledName();
    }

    /** True for {@code @name(...)}. */
    public boolean isCall() {
        return expression instanceof Expression.Call;
    }

    /** The arguments of {@code @name(...)}, else none. */
    public List<Expression.Argument> arguments() {
        return expression instanceof Expression.Call call ? call.arguments() : List.of();
    }
}
