package io.tach.engine.scan;

import io.tach.engine.discover.Assignment;
import io.tach.engine.discover.Expression;

/** Reads assignments to names. */
final class AssignmentReader {
    private static final int MAX_DEPTH = 20;

    private final Line line;
    private final Tokens tokens;
    private final OutlineBuilder out;
    private final ExpressionReader expressions;

    AssignmentReader(Line line, OutlineBuilder out, ExpressionReader expressions) {
        this.line = line;
        this.tokens = line.tokens;
        this.out = out;
        this.expressions = expressions;
    }

    /** Reads a simple statement; it need not be an assignment. */
    void read(int from, int to, Block block) {
        if (tokens.kindAt(from + 1, to) == Token.AUGMENTED_ASSIGNMENT) {
            target(from, from + 1, Expression.Other.INSTANCE, block, tokens.line[from]);
            return;
        }
        int equals = tokens.findOutsideLambda('=', from, to);
        if (equals == to) {
            return;
        }
        int colon = tokens.findOutsideLambda(':', from, equals);
        if (colon < equals) { // what stands between is an annotation
            target(from, colon, value(equals + 1, to), block, tokens.line[from]);
        } else {
            chain(from, equals, to, block);
        }
    }

    /** Reads {@code a = b = value}. */
    private void chain(int from, int firstEquals, int to, Block block) {
        int last = firstEquals;
        int next = firstEquals;
        while (next < to) {
            last = next;
            next = tokens.findOutsideLambda('=', next + 1, to);
        }
        Expression value = value(last + 1, to);
        int begin = from;
        while (begin < last) {
            int end = tokens.find('=', begin, last);
            target(begin, end, value, block, tokens.line[from]);
            begin = end + 1;
        }
    }

    private Expression value(int from, int to) {
        return expressions.read(from, to, Assignment.MAX_NODES);
    }

    private void target(int from, int to, Expression value, Block block, int atLine) {
        target(from, to, value, block, atLine, 0);
    }

    private void target(int from, int to, Expression value, Block block, int atLine, int depth) {
        if (from >= to || depth > MAX_DEPTH) {
            return;
        }
        if (to - from == 1 && tokens.kind[from] == Token.NAME) {
            out.assignments.add(new Assignment(line.name(from), value, block.definition, block.guard, atLine));
        } else if (tokens.find(',', from, to) < to) {
            parts(from, to, block, atLine, depth);
        } else if (tokens.kind[from] == '*') {
            target(from + 1, to, Expression.Other.INSTANCE, block, atLine, depth + 1);
        } else if (tokens.kind[from] != '{' && tokens.isBracketed(from, to)) {
            boolean unpacks = tokens.kind[from] == '[';
            target(from + 1, to - 1, unpacks ? Expression.Other.INSTANCE : value, block, atLine, depth + 1);
        }
    }

    private void parts(int from, int to, Block block, int atLine, int depth) {
        int begin = from;
        while (begin < to) {
            int comma = tokens.find(',', begin, to);
            target(begin, comma, Expression.Other.INSTANCE, block, atLine, depth + 1);
            begin = comma + 1;
        }
    }
}
