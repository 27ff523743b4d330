package io.tach.engine.scan;

import io.tach.engine.discover.Decorator;
import io.tach.engine.discover.Definition;
import io.tach.engine.discover.Definition.Kind;
import io.tach.engine.discover.Parameter;
import java.util.ArrayList;
import java.util.List;

/** Reads the heads of functions and classes, and the decorators before them. */
final class DefinitionReader {
    private final Line line;
    private final Tokens tokens;
    private final OutlineBuilder out;
    private final ExpressionReader expressions;
    private List<Decorator> decorators = new ArrayList<>(0);

    DefinitionReader(Line line, OutlineBuilder out, ExpressionReader expressions) {
        this.line = line;
        this.tokens = line.tokens;
        this.out = out;
        this.expressions = expressions;
    }

    /** Reads a line that begins with {@code @}. */
    void readDecorator(int from, int to) {
        if (to - from > 1) {
            decorators.add(new Decorator(expressions.read(from + 1, to, Integer.MAX_VALUE), tokens.line[from + 1]));
        }
    }

    /** True if decorators have been read that are not yet followed by their definition. */
    boolean awaitsDefinition() {
        return !decorators.isEmpty();
    }

    /** Drops decorators that no definition follows. */
    void dropDecorators() {
        decorators = new ArrayList<>(0);
    }

    /**
     * Reads the head of a function.
     *
     * @param atLine of {@code def}, or of {@code async} before it
     * @return the index behind its parameters; {@code from} if it has no name
     */
    int readFunction(int from, int to, boolean async, int atLine, Block block) {
        if (tokens.kindAt(from + 1, to) != Token.NAME) {
            return from;
        }
        int open = behindTypeParameters(from + 2, to);
        int behind = tokens.kindAt(open, to) == '(' ? tokens.next(open, to) : open;
        List<Parameter> parameters = behind > open ? parameters(open + 1, lastOf(open, behind)) : List.of();
        add(async ? Kind.ASYNC_FUNCTION : Kind.FUNCTION, from, atLine, parameters, List.of(), block);
        return behind;
    }

    /** Reads the head of a class; as {@link #readFunction}. */
    int readClass(int from, int to, Block block) {
        if (tokens.kindAt(from + 1, to) != Token.NAME) {
            return from;
        }
        int open = behindTypeParameters(from + 2, to);
        int behind = tokens.kindAt(open, to) == '(' ? tokens.next(open, to) : open;
        List<String> bases = behind > open ? bases(open + 1, lastOf(open, behind)) : List.of();
        add(Kind.CLASS, from, tokens.line[from], List.of(), bases, block);
        return behind;
    }

    /** The index of the bracket that closes, or of the end if none does. */
    private int lastOf(int open, int behind) {
        return tokens.partner[open] == Tokens.NO_PARTNER ? behind : behind - 1;
    }

    private int behindTypeParameters(int at, int to) {
        return tokens.kindAt(at, to) == '[' ? tokens.next(at, to) : at;
    }

    private void add(Kind kind, int from, int atLine, List<Parameter> parameters, List<String> bases, Block block) {
        String name = line.name(from + 1);
        out.definitions.add(
                new Definition(kind, name, block.definition, atLine, block.guard, decorators, parameters, bases));
        dropDecorators();
    }

    private List<Parameter> parameters(int from, int to) {
        List<Parameter> parameters = new ArrayList<>();
        Parameter.Kind plain = Parameter.Kind.POSITIONAL_OR_KEYWORD;
        for (int begin = from; begin < to; ) {
            int end = tokens.findOutsideLambda(',', begin, to);
            int star = tokens.kindAt(begin, end);
            if (star == '/') {
                parameters.replaceAll(p -> new Parameter(p.name(), Parameter.Kind.POSITIONAL_ONLY, p.hasDefault()));
            } else if (star == '*') {
                plain = Parameter.Kind.KEYWORD_ONLY;
                addParameter(parameters, begin + 1, end, Parameter.Kind.VAR_POSITIONAL);
            } else if (star == Token.DOUBLE_STAR) {
                addParameter(parameters, begin + 1, end, Parameter.Kind.VAR_KEYWORD);
            } else {
                addParameter(parameters, begin, end, plain);
            }
            begin = end + 1;
        }
        return parameters;
    }

    private void addParameter(List<Parameter> parameters, int from, int to, Parameter.Kind kind) {
        if (tokens.kindAt(from, to) == Token.NAME) {
            boolean hasDefault = tokens.findOutsideLambda('=', from, to) < to;
            parameters.add(new Parameter(line.name(from), kind, hasDefault));
        }
    }

    private List<String> bases(int from, int to) {
        List<String> bases = new ArrayList<>();
        for (int begin = from; begin < to; ) {
            int end = tokens.findOutsideLambda(',', begin, to);
            int first = tokens.kindAt(begin, end);
            boolean keyword = first == Token.NAME && tokens.kindAt(begin + 1, end) == '=';
            if (begin < end && first != '*' && first != Token.DOUBLE_STAR && !keyword) {
                bases.add(base(begin, end));
            }
            begin = end + 1;
        }
        return bases;
    }

    private String base(int from, int to) {
        int end = line.nameEnd(from, to);
        boolean subscripted = tokens.kindAt(end, to) == '[' && tokens.isBracketed(end, to);
        return end > from && (end == to || subscripted) ? line.dotted(from, end) : "";
    }
}
