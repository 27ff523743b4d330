package io.tach.engine.scan;

import io.tach.engine.discover.Expression;
import io.tach.engine.discover.Expression.Argument;
import io.tach.engine.discover.Expression.Shape;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** Reads what can be understood of an expression from a range of tokens. */
final class ExpressionReader {
    /** Deeper brackets are not looked into. */
    private static final int MAX_DEPTH = 40;

    private static final int[] NO_PARTS = {};

    private final Line line;
    private final Tokens tokens;
    private int nodesLeft;

    ExpressionReader(Line line) {
        this.line = line;
        this.tokens = line.tokens;
    }

    /**
     * Reads a whole range.
     *
     * @param maxNodes a tree of more nodes than this is {@link Expression.Other}
     */
    Expression read(int from, int to, int maxNodes) {
        nodesLeft = maxNodes;
        Expression read = expression(from, to, 0);
        return nodesLeft < 0 ? Expression.Other.INSTANCE : read;
    }

    private Expression expression(int from, int to, int depth) {
        if (--nodesLeft < 0 || depth > MAX_DEPTH || from >= to) {
            return Expression.Other.INSTANCE;
        }
        if (tokens.findOutsideLambda(',', from, to) < to) {
            return sequence(Shape.TUPLE, from, to, depth);
        }
        return switch (tokens.kind[from]) {
            case '(', '[', '{' -> tokens.isBracketed(from, to) ? bracketed(from, to, depth) : Expression.Other.INSTANCE;
            case Token.STRING -> strings(from, to);
            case '-' -> negative(from, to, depth);
            case Token.NAME -> nameOrCall(from, to, depth);
            default -> to - from == 1 ? single(from) : Expression.Other.INSTANCE;
        };
    }

    private Expression single(int token) {
        return switch (tokens.kind[token]) {
            case Token.NUMBER -> number(line.text(token).replace("_", ""));
            case Keyword.TRUE -> new Expression.Truth(true);
            case Keyword.FALSE -> new Expression.Truth(false);
            case Keyword.NONE -> Expression.None.INSTANCE;
            default -> Expression.Other.INSTANCE;
        };
    }

    private static Expression number(String text) {
        try {
            int radix = radix(text);
            if (radix != 0) {
                return new Expression.Int(new BigInteger(text.substring(2), radix));
            }
            if (text.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return new Expression.Int(new BigInteger(text));
            }
            boolean imaginary = text.endsWith("j") || text.endsWith("J");
            return imaginary ? Expression.Other.INSTANCE : new Expression.Real(Double.parseDouble(text));
        } catch (NumberFormatException e) {
            return Expression.Other.INSTANCE;
        }
    }

    private static int radix(String text) {
        if (text.length() < 3 || text.charAt(0) != '0') {
            return 0;
        }
        return switch (text.charAt(1)) {
            case 'x', 'X' -> 16;
            case 'o', 'O' -> 8;
            case 'b', 'B' -> 2;
            default -> 0;
        };
    }

    private Expression negative(int from, int to, int depth) {
        nodesLeft++; // the sign is no node of its own
        Expression value = expression(from + 1, to, depth + 1);
        if (value instanceof Expression.Int number) {
            return new Expression.Int(number.value().negate());
        }
        return value instanceof Expression.Real number
                ? new Expression.Real(-number.value())
                : Expression.Other.INSTANCE;
    }

    private Expression strings(int from, int to) {
        StringReader reader = new StringReader(line.bytes());
        StringBuilder joined = new StringBuilder();
        boolean bytes = false;
        for (int i = from; i < to; i++) {
            String part = tokens.kind[i] == Token.STRING ? reader.read(tokens.start[i], tokens.end[i]) : null;
            if (part == null || (i > from && bytes != reader.isBytes())) {
                return Expression.Other.INSTANCE;
            }
            bytes = reader.isBytes();
            joined.append(part);
        }
        return bytes ? new Expression.Bytes(joined.toString()) : new Expression.Text(joined.toString());
    }

    private Expression nameOrCall(int from, int to, int depth) {
        int end = line.nameEnd(from, to);
        if (end == to) {
            return new Expression.Name(line.dotted(from, to));
        }
        if (tokens.kind[end] != '(' || !tokens.isBracketed(end, to)) {
            return Expression.Other.INSTANCE;
        }
        return new Expression.Call(line.dotted(from, end), arguments(end + 1, to - 1, depth + 1));
    }

    private List<Argument> arguments(int from, int to, int depth) {
        if (isComprehension(from, to)) {
            nodesLeft--;
            return List.of(new Argument("", Expression.Other.INSTANCE));
        }
        List<Argument> arguments = new ArrayList<>();
        for (int[] part : split(from, to)) {
            arguments.add(argument(part[0], part[1], depth));
        }
        return arguments;
    }

    private Argument argument(int from, int to, int depth) {
        int first = tokens.kind[from];
        if (first == '*' || first == Token.DOUBLE_STAR) {
            return new Argument(first == '*' ? "*" : "**", expression(from + 1, to, depth));
        }
        if (first == Token.NAME && tokens.kindAt(from + 1, to) == '=') {
            return new Argument(line.name(from), expression(from + 2, to, depth));
        }
        return new Argument("", expression(from, to, depth));
    }

    private Expression bracketed(int from, int to, int depth) {
        int opening = tokens.kind[from];
        boolean hasComma = tokens.findOutsideLambda(',', from + 1, to - 1) < to - 1;
        if (opening == '(' && !hasComma && to - from > 2) {
            if (isComprehension(from + 1, to - 1)) {
                return Expression.Other.INSTANCE;
            }
            nodesLeft++; // parentheses are no node of their own
            return expression(from + 1, to - 1, depth + 1);
        }
        if (opening == '{' && to - from == 2) {
            return Expression.Display.INSTANCE;
        }
        return sequence(
                opening == '(' ? Shape.TUPLE : opening == '[' ? Shape.LIST : Shape.SET, from + 1, to - 1, depth);
    }

    private boolean isComprehension(int from, int to) {
        return tokens.find(Keyword.FOR, from, to) < to;
    }

    private Expression sequence(Shape shape, int from, int to, int depth) {
        List<int[]> parts = split(from, to);
        for (int[] part : parts) {
            if (!isPlainElement(part[0], part[1])) {
                return Expression.Display.INSTANCE;
            }
        }
        if (parts.size() > nodesLeft) {
            nodesLeft = -1;
            return Expression.Other.INSTANCE;
        }
        List<Expression> elements = new ArrayList<>(parts.size());
        for (int[] part : parts) {
            if (nodesLeft < 0) {
                return Expression.Other.INSTANCE;
            }
            elements.add(expression(part[0], part[1], depth + 1));
        }
        return new Expression.Sequence(shape, elements);
    }

    /** False for unpacked elements, comprehensions and the pairs of a dict: how many elements there are is then unknown. */
    private boolean isPlainElement(int from, int to) {
        int first = tokens.kind[from];
        return first != '*'
                && first != Token.DOUBLE_STAR
                && !isComprehension(from, to)
                && tokens.findOutsideLambda(':', from, to) == to;
    }

    /** The parts between commas that are not nested; a trailing comma adds none. */
    private List<int[]> split(int from, int to) {
        List<int[]> parts = new ArrayList<>();
        int begin = from;
        while (begin < to) {
            int comma = tokens.findOutsideLambda(',', begin, to);
            parts.add(comma > begin ? new int[] {begin, comma} : NO_PARTS);
            begin = comma + 1;
        }
        parts.removeIf(part -> part.length == 0);
        return parts;
    }
}
