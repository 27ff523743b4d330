package io.tach.engine.scan;

import java.util.Arrays;

/**
 * Cuts a text into logical lines: comments, blank lines, continuations and line breaks in brackets and strings are gone,
 * brackets know their partners. One reader reads one file, once.
 */
final class LineReader {
    private static final int TAB = 8;
    /** So often a bracket that is never closed may be given up before the rest of the file is. */
    private static final int MAX_RESTARTS = 16;

    private final byte[] bytes;
    private final int end;
    private final StringSkipper strings;
    private final NumberSkipper numbers;
    private final Errors errors;
    private int pos;
    private int line = 1;
    private int restarts;
    private int indent;
    private int alternativeIndent;
    private int[] open = new int[32];
    private int depth;

    LineReader(SourceText text, Errors errors) {
        this.bytes = text.bytes;
        this.end = text.end;
        this.pos = text.start;
        this.errors = errors;
        this.strings = new StringSkipper(text);
        this.numbers = new NumberSkipper(bytes);
    }

    /** Column of the line that was read last, tabs to multiples of eight. */
    int indent() {
        return indent;
    }

    /** The same with tabs one wide: two lines compare alike in both, or the text is inconsistent. */
    int alternativeIndent() {
        return alternativeIndent;
    }

    /**
     * Reads the next logical line.
     *
     * @return false if there is none
     */
    boolean read(Tokens tokens) {
        tokens.clear();
        depth = 0;
        while (toStatement()) {
            readTokens(tokens);
            if (tokens.count > 0) {
                return true;
            }
        }
        return false;
    }

    /** Skips blank lines and measures the indentation of the first other one. */
    private boolean toStatement() {
        int column = 0;
        int alternative = 0;
        int continued = 0;
        while (true) {
            byte b = bytes[pos];
            if (b == ' ') {
                column++;
                alternative++;
                pos++;
            } else if (b == '\t') {
                column = (column / TAB + 1) * TAB;
                alternative++;
                pos++;
            } else if (b == '\f') {
                column = 0;
                alternative = 0;
                pos++;
            } else if (b == '\\' && Bytes.isNewline(bytes[pos + 1])) {
                continued = continued == 0 ? column : continued;
                newline(pos + 1);
            } else if (Bytes.isNewline(b)) {
                newline(pos);
                column = 0;
                alternative = 0;
                continued = 0;
            } else if (b == '#') {
                skipComment();
            } else {
                indent = continued == 0 ? column : continued;
                alternativeIndent = continued == 0 ? alternative : continued;
                return b != 0 || pos < end;
            }
        }
    }

    private void newline(int at) {
        pos = Bytes.behindNewline(bytes, at);
        line++;
    }

    private void skipComment() {
        int at = pos;
        while (!Bytes.isNewline(bytes[at]) && (bytes[at] != 0 || at < end)) {
            at++;
        }
        pos = at;
    }

    private void readTokens(Tokens tokens) {
        while (true) {
            byte b = bytes[pos];
            switch (Bytes.classOf(b)) {
                case Bytes.BLANK -> pos++;
                case Bytes.WORD -> word(tokens);
                case Bytes.DIGIT -> number(tokens);
                case Bytes.QUOTE -> string(tokens, pos, pos);
                case Bytes.DOT -> dot(tokens);
                case Bytes.SINGLE -> single(tokens, b);
                case Bytes.OPENING -> opening(tokens, b);
                case Bytes.CLOSING -> closing(tokens, b);
                case Bytes.OPERATOR -> operator(tokens, b);
                case Bytes.COMMENT -> skipComment();
                case Bytes.BACKSLASH -> backslash();
                case Bytes.NEWLINE -> {
                    newline(pos);
                    if (depth == 0) {
                        return;
                    }
                }
                default -> {
                    if (b == 0 && pos >= end) {
                        if (depth > 0) {
                            giveUpBracket(tokens);
                        }
                        return;
                    }
                    error(pos, b == 0 ? "null byte" : "unexpected character");
                    pos++;
                }
            }
        }
    }

    private void word(Tokens tokens) {
        int start = pos;
        int at = start;
        int hash = 0;
        byte b = bytes[at];
        do {
            hash = Names.hash(hash, b);
            b = bytes[++at];
        } while (Bytes.isInWord(b));
        if ((b == '"' || b == '\'') && StringSkipper.isPrefix(bytes, start, at)) {
            string(tokens, start, at);
            return;
        }
        tokens.add(Keyword.kindOf(bytes, start, at, hash), start, at, line, hash);
        pos = at;
    }

    private void string(Tokens tokens, int prefix, int quote) {
        int behind = strings.skip(prefix, quote);
        int kind = StringSkipper.isFormatted(bytes, prefix, quote) ? Token.FORMATTED_STRING : Token.STRING;
        if (!strings.terminated()) {
            error(prefix, "unterminated string");
        }
        tokens.add(kind, prefix, behind, line, 0);
        line += strings.newlines();
        pos = behind;
    }

    private void number(Tokens tokens) {
        int behind = numbers.skip(pos);
        tokens.add(Token.NUMBER, pos, behind, line, 0);
        pos = behind;
    }

    private void dot(Tokens tokens) {
        if (Bytes.isDigit(bytes[pos + 1])) {
            number(tokens);
        } else if (bytes[pos + 1] == '.' && bytes[pos + 2] == '.') {
            add(tokens, Token.ELLIPSIS, 3);
        } else {
            add(tokens, '.', 1);
        }
    }

    private void add(Tokens tokens, int kind, int length) {
        tokens.add(kind, pos, pos + length, line, 0);
        pos += length;
    }

    private void single(Tokens tokens, byte b) {
        add(tokens, b == ',' || b == ';' ? b : Token.OP, 1);
    }

    private void opening(Tokens tokens, byte b) {
        if (depth == open.length) {
            open = Arrays.copyOf(open, depth * 2);
        }
        open[depth++] = tokens.count;
        add(tokens, b, 1);
    }

    private void closing(Tokens tokens, byte b) {
        if (depth == 0) {
            error(pos, "unmatched '" + (char) b + "'");
        } else {
            int opened = open[--depth];
            if (tokens.kind[opened] != (b == ')' ? '(' : b - 2)) {
                error(pos, "'" + (char) b + "' does not match '" + (char) tokens.kind[opened] + "'");
            }
            tokens.partner[opened] = tokens.count;
        }
        add(tokens, b, 1);
    }

    private void operator(Tokens tokens, byte b) {
        byte next = bytes[pos + 1];
        if (next == '=') {
            add(tokens, withEquals(b), 2);
        } else if (b == '-' && next == '>') {
            add(tokens, Token.ARROW, 2);
        } else if (b == next && (b == '*' || b == '/' || b == '<' || b == '>')) {
            boolean augmented = bytes[pos + 2] == '=';
            int kind = b == '*' ? Token.DOUBLE_STAR : Token.OP;
            add(tokens, augmented ? Token.AUGMENTED_ASSIGNMENT : kind, augmented ? 3 : 2);
        } else {
            add(tokens, alone(b), 1);
        }
    }

    private static int withEquals(byte b) {
        return switch (b) {
            case '=' -> Token.EQUAL;
            case '!' -> Token.NOT_EQUAL;
            case ':' -> Token.WALRUS;
            case '<', '>' -> Token.OP;
            default -> Token.AUGMENTED_ASSIGNMENT;
        };
    }

    private static int alone(byte b) {
        return switch (b) {
            case '=', ':', '*', '@', '-', '/' -> b;
            default -> Token.OP;
        };
    }

    private void backslash() {
        if (Bytes.isNewline(bytes[pos + 1])) {
            newline(pos + 1);
        } else {
            error(pos, "unexpected character after line continuation");
            pos++;
        }
    }

    /** The file has ended in a bracket: its line ends where the bracket's line does, and reading goes on behind that. */
    private void giveUpBracket(Tokens tokens) {
        int opened = open[0];
        error(tokens.line[opened], tokens.start[opened], "'" + (char) tokens.kind[opened] + "' was never closed");
        if (++restarts > MAX_RESTARTS) {
            return;
        }
        int kept = opened + 1;
        while (kept < tokens.count && tokens.line[kept] == tokens.line[opened]) {
            kept++;
        }
        for (int i = opened; i < kept; i++) {
            if (tokens.partner[i] >= kept) {
                tokens.partner[i] = Tokens.NO_PARTNER;
            }
        }
        tokens.count = kept;
        pos = tokens.end[kept - 1];
        line = tokens.line[kept - 1] + newlinesWithin(tokens.start[kept - 1], pos);
        skipComment(); // whatever is left of the line
    }

    private int newlinesWithin(int from, int to) {
        int count = 0;
        for (int at = from; at < to; at = Bytes.isNewline(bytes[at]) ? Bytes.behindNewline(bytes, at) : at + 1) {
            count += Bytes.isNewline(bytes[at]) ? 1 : 0;
        }
        return count;
    }

    private void error(int at, String message) {
        error(line, at, message);
    }

    private void error(int atLine, int at, String message) {
        int begin = at;
        while (begin > 0 && !Bytes.isNewline(bytes[begin - 1])) {
            begin--;
        }
        errors.add(atLine, at - begin + 1, message);
    }
}
