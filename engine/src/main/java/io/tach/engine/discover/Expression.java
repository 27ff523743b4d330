package io.tach.engine.discover;

import java.math.BigInteger;
import java.util.List;

/**
 * As much of an expression as can be understood without running it. Whatever is more than literals, displays of them,
 * dotted names and calls of dotted names is {@link Other}.
 */
public sealed interface Expression {
    /** A string, adjacent literals joined and escapes resolved. */
    record Text(String value) implements Expression {}

    /** A bytes literal; each char is one byte. */
    record Bytes(String latin1) implements Expression {}

    /** An integer, also a negative one. */
    record Int(BigInteger value) implements Expression {}

    /** A float, also a negative one. */
    record Real(double value) implements Expression {}

    /** {@code True} or {@code False}. */
    record Truth(boolean value) implements Expression {}

    /** {@code None}. */
    enum None implements Expression {
        INSTANCE
    }

    /** A dotted name that is not called: {@code a.b.c}. */
    record Name(String dotted) implements Expression {}

    /** A call of a dotted name. */
    record Call(String name, List<Argument> arguments) implements Expression {
        public Call {
            arguments = List.copyOf(arguments);
        }

        /** The value of a keyword argument, {@code null} if there is none of this name. */
        public Expression keyword(String keyword) {
            for (Argument argument : arguments) {
                if (argument.keyword().equals(keyword)) {
                    return argument.value();
                }
            }
            return null;
        }
    }

    /**
     * An argument of a call.
     *
     * @param keyword its name; empty for a positional one, {@code *} and {@code **} for unpacked ones
     */
    record Argument(String keyword, Expression value) {}

    /** A tuple, list or set display. */
    record Sequence(Shape shape, List<Expression> elements) implements Expression {
        public Sequence {
            elements = List.copyOf(elements);
        }
    }

    /** The brackets of a display. */
    enum Shape {
        TUPLE,
        LIST,
        SET
    }

    /** A dict, or a tuple, list or set of which not every element is written down: a comprehension, {@code [*x]}. */
    enum Display implements Expression {
        INSTANCE
    }

    /** Anything else. */
    enum Other implements Expression {
        INSTANCE
    }

    /** The dotted name that this is or calls, empty if it is something else. */
    default String calledName() {
        if (this instanceof Name name) {
            return name.dotted();
        }
        return this instanceof Call call ? call.name() : "";
    }
}
