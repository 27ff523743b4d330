package io.tach.engine.scan;

import io.tach.engine.discover.Guard;

/** An indented block, or the module: where the statements in it stand. */
final class Block {
    /** Columns of its statements, by both ways of counting tabs. */
    int indent;

    int alternativeIndent;
    /** Index of the definition whose body it is in. */
    final int definition;
    /** True if that is a function. */
    final boolean inFunction;

    final Guard guard;
    /** True for the body of a {@code match}. */
    final boolean ofCases;
    /** What guards an {@code else} or {@code elif} that continues the statement before. */
    Guard otherwise = Guard.CONDITION;

    Block(int definition, boolean inFunction, Guard guard, boolean ofCases) {
        this.definition = definition;
        this.inFunction = inFunction;
        this.guard = guard;
        this.ofCases = ofCases;
    }
}
