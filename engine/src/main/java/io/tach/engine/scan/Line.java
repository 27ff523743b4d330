package io.tach.engine.scan;

import java.nio.charset.StandardCharsets;

/** The logical line that is being read: its tokens and what is written there. */
final class Line {
    final Tokens tokens = new Tokens();
    private final Names names;
    private byte[] bytes = {0};

    Line(Names names) {
        this.names = names;
    }

    /** Another file begins. */
    void of(SourceText text) {
        bytes = text.bytes;
        tokens.clear();
    }

    byte[] bytes() {
        return bytes;
    }

    /** The name that one token is. */
    String name(int token) {
        return names.of(bytes, tokens.start[token], tokens.end[token], tokens.hash[token]);
    }

    /** The dotted name that alternating names and dots are, from token {@code from} to before {@code to}. */
    String dotted(int from, int to) {
        if (to - from == 1) {
            return name(from);
        }
        int hash = 0;
        boolean inOnePiece = true;
        for (int i = from; i < to; i++) {
            hash = hash * 0x01000193 + tokens.hash[i] + 1;
            inOnePiece &= i == from || tokens.start[i] == tokens.end[i - 1];
        }
        if (inOnePiece) {
            return names.of(bytes, tokens.start[from], tokens.end[to - 1], hash);
        }
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to; i++) {
            text.append(tokens.kind[i] == '.' ? "." : name(i));
        }
        return text.toString();
    }

    /** True if a range is a name, or names with dots between. */
    boolean isDottedName(int from, int to) {
        return from < to && nameEnd(from, to) == to;
    }

    /** The end of the longest dotted name that begins at {@code from}; {@code from} if none does. */
    int nameEnd(int from, int to) {
        if (tokens.kindAt(from, to) != Token.NAME) {
            return from;
        }
        int at = from + 1;
        while (at + 1 < to && tokens.kind[at] == '.' && tokens.kind[at + 1] == Token.NAME) {
            at += 2;
        }
        return at;
    }

    /** True if a token is spelled like this. */
    boolean is(int token, String ascii) {
        int start = tokens.start[token];
        if (tokens.end[token] - start != ascii.length()) {
            return false;
        }
        for (int i = 0; i < ascii.length(); i++) {
            if (bytes[start + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The text of one token as it is written. */
    String text(int token) {
        int start = tokens.start[token];
        return new String(bytes, start, tokens.end[token] - start, StandardCharsets.UTF_8);
    }
}
