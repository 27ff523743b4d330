package io.tach.engine.discover;

/**
 * A name bound by assignment in a module or a class, such as {@code pytestmark}, {@code pytest_plugins}, {@code __test__}.
 *
 * @param name the target; of {@code a = b = x} and {@code a, b = x} each name is one assignment
 * @param value what is assigned; {@link Expression.Other} where a name gets a part of it, for {@code +=} and for trees of
 *     more than {@link #MAX_NODES} nodes
 * @param enclosing index of the class it stands in, {@link Outline#MODULE} at the top
 * @param guard under which condition it is reached
 * @param line of the statement
 */
public record Assignment(String name, Expression value, int enclosing, Guard guard, int line) {
    /** Larger values are tables of data, which nobody asks for. */
    public static final int MAX_NODES = 4096;
}
