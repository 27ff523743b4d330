package io.tach.engine.discover.cache;

import io.tach.engine.discover.Definition;
import io.tach.engine.discover.Expression;
import io.tach.engine.discover.Guard;
import io.tach.engine.discover.Import;

/** The numbers that stand for kinds of things. They are part of the format: a change needs a new version. */
final class Codes {
    static final int TEXT = 0;
    static final int BYTES = 1;
    static final int INT = 2;
    static final int REAL = 3;
    static final int NAME = 4;
    static final int CALL = 5;
    static final int TUPLE = 6;
    static final int LIST = 7;
    static final int SET = 8;
    static final int TRUE = 9;
    static final int FALSE = 10;
    static final int NONE = 11;
    static final int DISPLAY = 12;
    static final int OTHER = 13;

    private Codes() {}

    static int kind(Definition.Kind kind) {
        return switch (kind) {
            case FUNCTION -> 0;
            case ASYNC_FUNCTION -> 1;
            case CLASS -> 2;
        };
    }

    static int kind(Import.Kind kind) {
        return switch (kind) {
            case MODULE -> 0;
            case FROM -> 1;
            case DYNAMIC -> 2;
        };
    }

    static int guard(Guard guard) {
        return switch (guard) {
            case NONE -> 0;
            case CONDITION -> 1;
            case MAIN -> 2;
            case TYPE_CHECKING -> 3;
        };
    }

    static int shape(Expression.Shape shape) {
        return switch (shape) {
            case TUPLE -> TUPLE;
            case LIST -> LIST;
            case SET -> SET;
        };
    }

    static int constant(Expression e) {
        if (e instanceof Expression.Truth truth) {
            return truth.value() ? TRUE : FALSE;
        } else if (e == Expression.None.INSTANCE) {
            return NONE;
        }
        return e == Expression.Display.INSTANCE ? DISPLAY : OTHER;
    }
}
