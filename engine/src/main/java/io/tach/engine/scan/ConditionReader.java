package io.tach.engine.scan;

import io.tach.engine.discover.Guard;

/** Judges the condition of an {@code if}. */
final class ConditionReader {
    /**
     * What the two branches are guarded by.
     *
     * @param then if the condition holds
     * @param otherwise if not
     */
    record Branches(Guard then, Guard otherwise) {
        static final Branches UNKNOWN = new Branches(Guard.CONDITION, Guard.CONDITION);

        Branches swapped() {
            return new Branches(/* then= */ otherwise, /* otherwise= */ then);
        }
    }

    private static final int MAX_DEPTH = 20;

    private final Line line;
    private final Tokens tokens;

    ConditionReader(Line line) {
        this.line = line;
        this.tokens = line.tokens;
    }

    Branches read(int from, int to) {
        return read(from, to, 0);
    }

    private Branches read(int from, int to, int depth) {
        if (from >= to || depth > MAX_DEPTH) {
            return Branches.UNKNOWN;
        }
        if (tokens.kind[from] == '(' && tokens.isBracketed(from, to)) {
            return read(from + 1, to - 1, depth + 1);
        }
        if (tokens.find(Keyword.OR, from, to) < to || tokens.find(Keyword.IF, from, to) < to) {
            return Branches.UNKNOWN;
        }
        int and = tokens.find(Keyword.AND, from, to);
        if (and < to) {
            Guard first = read(from, and, depth + 1).then();
            return first.isReachable() ? Branches.UNKNOWN : new Branches(first, Guard.CONDITION);
        }
        if (tokens.kind[from] == Keyword.NOT) {
            Branches negated = read(from + 1, to, depth + 1);
            return negated.swapped();
        }
        return simple(from, to);
    }

    private Branches simple(int from, int to) {
        if (line.isDottedName(from, to) && line.is(to - 1, "TYPE_CHECKING")) {
            return new Branches(Guard.TYPE_CHECKING, Guard.NONE);
        }
        if (to - from == 3 && (isMain(from, to - 1) || isMain(to - 1, from))) {
            if (tokens.kind[from + 1] == Token.EQUAL) {
                return new Branches(Guard.MAIN, Guard.NONE);
            }
            if (tokens.kind[from + 1] == Token.NOT_EQUAL) {
                return new Branches(Guard.NONE, Guard.MAIN);
            }
        }
        return Branches.UNKNOWN;
    }

    private boolean isMain(int name, int value) {
        return line.is(name, "__name__") && (line.is(value, "\"__main__\"") || line.is(value, "'__main__'"));
    }
}
