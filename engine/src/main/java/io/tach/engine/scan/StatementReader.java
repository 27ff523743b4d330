package io.tach.engine.scan;

import io.tach.engine.discover.Guard;

/** Reads logical lines as statements, and keeps track of the blocks they stand in. */
final class StatementReader {
    private final Line line;
    private final Tokens tokens;
    private final Errors errors;
    private final Blocks blocks;
    private final OutlineBuilder out;
    private final DefinitionReader definitions;
    private final ImportReader imports;
    private final AssignmentReader assignments;
    private final CallReader calls;
    private final ConditionReader conditions;

    StatementReader(Line line, OutlineBuilder out, Errors errors) {
        this.line = line;
        this.tokens = line.tokens;
        this.errors = errors;
        this.out = out;
        this.blocks = new Blocks(errors);
        ExpressionReader expressions = new ExpressionReader(line);
        this.definitions = new DefinitionReader(line, out, expressions);
        this.imports = new ImportReader(line, out);
        this.assignments = new AssignmentReader(line, out, expressions);
        this.calls = new CallReader(line, out);
        this.conditions = new ConditionReader(line);
    }

    /** Reads every line of a file. */
    void readAll(LineReader lines) {
        int last = 1;
        while (lines.read(tokens)) {
            blocks.arrive(lines.indent(), lines.alternativeIndent(), tokens.line[0]);
            statement(0, tokens.count);
            last = tokens.line[0];
        }
        blocks.finish(last);
    }

    private void statement(int from, int to) {
        Block block = blocks.current();
        int kind = tokens.kind[from];
        if (definitions.awaitsDefinition() && !mayFollowDecorator(kind)) {
            error(from, "expected a definition behind a decorator");
            definitions.dropDecorators();
        }
        if (kind != Keyword.IMPORT && kind != Keyword.FROM && kind != Token.STRING) {
            out.endPrelude(tokens.line[from]);
        }
        switch (kind) {
            case '@' -> decorator(from, to, block);
            case Keyword.DEF -> function(from, to, false, tokens.line[from], block);
            case Keyword.CLASS -> body(classHead(from, to, block), to, definitionBlock(block, false), block.guard);
            case Keyword.ASYNC -> async(from, to, block);
            case Keyword.IF -> branch(from, to, block, Guard.NONE);
            case Keyword.ELIF -> branch(from, to, block, block.otherwise);
            case Keyword.ELSE -> body(from + 1, to, inner(block, block.otherwise), block.guard);
            case Keyword.WHILE, Keyword.FOR, Keyword.TRY -> conditional(from, to, block, block.guard);
            case Keyword.EXCEPT -> conditional(from, to, block, Guard.CONDITION.within(block.guard));
            case Keyword.WITH, Keyword.FINALLY -> body(from + 1, to, inner(block, Guard.NONE), block.guard);
            case Token.NAME -> softKeyword(from, to, block);
            default -> simpleStatements(from, to, block);
        }
    }

    private static boolean mayFollowDecorator(int kind) {
        return kind == '@' || kind == Keyword.DEF || kind == Keyword.CLASS || kind == Keyword.ASYNC;
    }

    private void decorator(int from, int to, Block block) {
        definitions.readDecorator(from, to);
        calls.read(from + 1, to, block, block.guard);
    }

    private void function(int from, int to, boolean async, int atLine, Block block) {
        int parameters = tokens.find('(', from, to);
        int behind = definitions.readFunction(from, to, async, atLine, block);
        calls.read(from + 2, parameters, block, block.guard);
        calls.read(Math.min(parameters + 1, to), behind, block, block.guard);
        body(behind, to, definitionBlock(block, true), block.guard);
    }

    /** Returns the index behind the bases. */
    private int classHead(int from, int to, Block block) {
        int behind = definitions.readClass(from, to, block);
        calls.read(Math.min(from + 3, to), behind, block, block.guard);
        return behind;
    }

    private Block definitionBlock(Block outer, boolean function) {
        return new Block(out.definitions.size() - 1, function || outer.inFunction, outer.guard, false);
    }

    private static Block inner(Block outer, Guard guard) {
        return new Block(outer.definition, outer.inFunction, guard.within(outer.guard), false);
    }

    private void async(int from, int to, Block block) {
        switch (tokens.kindAt(from + 1, to)) {
            case Keyword.DEF -> function(from + 1, to, true, tokens.line[from], block);
            case Keyword.FOR -> conditional(from + 1, to, block, block.guard);
            case Keyword.WITH -> body(from + 2, to, inner(block, Guard.NONE), block.guard);
            default -> simpleStatements(from, to, block);
        }
    }

    /** @param reached what guards this condition itself, within the block */
    private void branch(int from, int to, Block block, Guard reached) {
        int colon = tokens.findOutsideLambda(':', from + 1, to);
        ConditionReader.Branches branches = conditions.read(from + 1, colon);
        block.otherwise = branches.otherwise().within(reached);
        Block then = inner(block, branches.then().within(reached));
        body(from + 1, to, then, reached.within(block.guard));
    }

    /** A loop, a {@code try} or an {@code except}: whether its body is reached is not known. */
    private void conditional(int from, int to, Block block, Guard head) {
        block.otherwise = Guard.CONDITION;
        body(from + 1, to, inner(block, Guard.CONDITION), head);
    }

    private void softKeyword(int from, int to, Block block) {
        if (block.ofCases && line.is(from, "case")) {
            matchCase(from, to, block);
        } else if (isMatch(from, to)) {
            Block cases = new Block(block.definition, block.inFunction, block.guard, true);
            body(from + 1, to, cases, block.guard);
        } else {
            simpleStatements(from, to, block);
        }
    }

    /** {@code match} is a name like any other, unless its line ends with a colon and has something between. */
    private boolean isMatch(int from, int to) {
        return to - from > 2
                && tokens.kind[to - 1] == ':'
                && line.is(from, "match")
                && tokens.findOutsideLambda(':', from + 1, to) == to - 1;
    }

    /** What looks like a call in a pattern is none; in its guard it is. */
    private void matchCase(int from, int to, Block block) {
        int guard = tokens.find(Keyword.IF, from, tokens.findOutsideLambda(':', from, to));
        body(guard, to, inner(block, Guard.CONDITION), Guard.CONDITION.within(block.guard));
    }

    /**
     * Reads what is left of a head, up to its colon, and what stands behind that; or announces the block that follows.
     *
     * @param head what guards the calls in the head
     */
    private void body(int from, int to, Block body, Guard head) {
        int colon = tokens.findOutsideLambda(':', from, to);
        calls.read(from, colon, blocks.current(), head);
        if (colon == to) {
            error(to - 1, "expected ':'");
        }
        if (colon + 1 < to) {
            blocks.enter(body);
            simpleStatements(colon + 1, to, body);
            blocks.leave();
        } else {
            blocks.announce(body);
        }
    }

    private void simpleStatements(int from, int to, Block block) {
        int begin = from;
        while (begin < to) {
            int end = tokens.find(';', begin, to);
            if (end > begin) {
                simple(begin, end, block);
            }
            begin = end + 1;
        }
    }

    private void simple(int from, int to, Block block) {
        switch (tokens.kind[from]) {
            case Keyword.IMPORT -> imports.readImport(from, to, block);
            case Keyword.FROM -> imports.readFrom(from, to, block);
            default -> {
                if (tokens.kind[from] != Token.STRING || to - from > 1) {
                    out.endPrelude(tokens.line[from]);
                }
                calls.read(from, to, block, block.guard);
                if (!block.inFunction && !Token.isKeyword(tokens.kind[from])) {
                    assignments.read(from, to, block);
                }
            }
        }
    }

    private void error(int token, String message) {
        int begin = tokens.start[token];
        while (begin > 0 && !Bytes.isNewline(line.bytes()[begin - 1])) {
            begin--;
        }
        errors.add(tokens.line[token], tokens.start[token] - begin + 1, message);
    }
}
