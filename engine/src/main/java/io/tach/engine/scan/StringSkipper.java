package io.tach.engine.scan;

/**
 * Finds the end of a string. An f-string is read as Python 3.12 does (PEP 701: what stands in braces is code, with strings
 * and f-strings of any quotes in it), which reads every older one alike; one that does not end that way is read as a plain
 * string.
 */
final class StringSkipper {
    /** CPython allows 150. */
    private static final int MAX_NESTING = 100;
    /** So often a broken f-string may be read twice before none is any more: a file of them must not take for ever. */
    private static final int MAX_FALLBACKS = 20;

    private static final int BROKEN = -1;

    private final byte[] bytes;
    private final int end;
    private int newlines;
    private boolean terminated;
    private int fallbacks;

    StringSkipper(SourceText text) {
        this.bytes = text.bytes;
        this.end = text.end;
    }

    /** Newlines within the string that was skipped last. */
    int newlines() {
        return newlines;
    }

    /** False if the string that was skipped last has no end; it was then taken to end with its line or with the file. */
    boolean terminated() {
        return terminated;
    }

    /** True if the letters before a quote make it an f-string or a t-string. */
    static boolean isFormatted(byte[] bytes, int prefix, int quote) {
        for (int i = prefix; i < quote; i++) {
            int letter = bytes[i] | 0x20;
            if (letter == 'f' || letter == 't') {
                return true;
            }
        }
        return false;
    }

    /** True if these letters may stand before a quote. */
    static boolean isPrefix(byte[] bytes, int from, int to) {
        if (to - from > 2) {
            return false;
        }
        for (int i = from; i < to; i++) {
            int letter = bytes[i] | 0x20;
            if (letter != 'r' && letter != 'b' && letter != 'f' && letter != 'u' && letter != 't') {
                return false;
            }
        }
        return true;
    }

    /**
     * Skips a string.
     *
     * @param prefix where its prefix begins, the same as {@code quote} if it has none
     * @param quote its first quote
     * @return the position behind it
     */
    int skip(int prefix, int quote) {
        newlines = 0;
        terminated = true;
        if (prefix < quote && isFormatted(bytes, prefix, quote) && fallbacks < MAX_FALLBACKS) {
            int behind = formatted(quote, 0);
            if (behind != BROKEN) {
                return behind;
            }
            fallbacks++;
            newlines = 0;
        }
        return plain(quote);
    }

    private boolean isTriple(int quote) {
        return bytes[quote + 1] == bytes[quote] && bytes[quote + 2] == bytes[quote];
    }

    private int plain(int quote) {
        return isTriple(quote) ? plainTriple(quote + 3, bytes[quote]) : plainSingle(quote + 1, bytes[quote]);
    }

    private int plainSingle(int from, byte quote) {
        int at = from;
        while (true) {
            byte b = bytes[at];
            if (b == quote) {
                return at + 1;
            } else if (b == '\\') {
                at = behindEscape(at);
            } else if (Bytes.isNewline(b) || (b == 0 && at >= end)) {
                terminated = false;
                return at;
            } else {
                at++;
            }
        }
    }

    private int plainTriple(int from, byte quote) {
        int at = from;
        while (true) {
            byte b = bytes[at];
            if (b == quote && isTriple(at)) {
                return at + 3;
            } else if (b == '\\') {
                at = behindEscape(at);
            } else if (Bytes.isNewline(b)) {
                newlines++;
                at = Bytes.behindNewline(bytes, at);
            } else if (b == 0 && at >= end) {
                terminated = false;
                return at;
            } else {
                at++;
            }
        }
    }

    /** Behind a backslash and what follows it. */
    private int behindEscape(int backslash) {
        int next = backslash + 1;
        if (Bytes.isNewline(bytes[next])) {
            newlines++;
            return Bytes.behindNewline(bytes, next);
        }
        return Math.min(next + 1, end);
    }

    // ---- f-strings: the position behind, or BROKEN ----

    private int formatted(int quote, int nesting) {
        boolean triple = isTriple(quote);
        int behind = literal(quote + (triple ? 3 : 1), bytes[quote], triple, false, nesting);
        return behind;
    }

    /** Reads literal text and the fields in it, up to the closing quote, or in a format specification up to the brace. */
    private int literal(int from, byte quote, boolean triple, boolean specification, int nesting) {
        int at = from;
        while (at != BROKEN) {
            byte b = bytes[at];
            if (b == quote && (!triple || isTriple(at))) {
                return specification ? BROKEN : at + (triple ? 3 : 1);
            } else if (b == '{') {
                boolean escaped = bytes[at + 1] == '{' && !specification;
                at = escaped ? at + 2 : field(at + 1, quote, triple, nesting + 1);
            } else if (b == '}') {
                if (specification) {
                    return at + 1;
                }
                at = bytes[at + 1] == '}' ? at + 2 : BROKEN;
            } else if (b == '\\') {
                at = behindFormattedEscape(at);
            } else if (Bytes.isNewline(b)) {
                newlines++;
                at = triple ? Bytes.behindNewline(bytes, at) : BROKEN;
            } else {
                at = b == 0 && at >= end ? BROKEN : at + 1;
            }
        }
        return BROKEN;
    }

    private int behindFormattedEscape(int backslash) {
        byte next = bytes[backslash + 1];
        if (next == '{' || next == '}') {
            return backslash + 1;
        }
        if (next == 'N' && bytes[backslash + 2] == '{') {
            int at = backslash + 3;
            while (Bytes.isInWord(bytes[at]) || bytes[at] == ' ' || bytes[at] == '-') {
                at++;
            }
            return bytes[at] == '}' ? at + 1 : backslash + 2; // in a raw string it is a field
        }
        return behindEscape(backslash);
    }

    /** Reads from behind an opening brace to behind the closing one. */
    private int field(int from, byte quote, boolean triple, int nesting) {
        int brackets = 0;
        int at = nesting > MAX_NESTING ? BROKEN : from;
        while (at != BROKEN) {
            byte b = bytes[at];
            switch (b) {
                case '(', '[', '{' -> {
                    brackets++;
                    at++;
                }
                case ')', ']', '}' -> {
                    if (brackets == 0) {
                        return b == '}' ? at + 1 : BROKEN;
                    }
                    brackets--;
                    at++;
                }
                case ':' -> {
                    if (brackets == 0) {
                        return literal(at + 1, quote, triple, true, nesting);
                    }
                    at++;
                }
                case '\'', '"' -> at = nested(at, at, nesting);
                case '#' -> at = behindComment(at);
                case '\n', '\r' -> {
                    newlines++;
                    at = Bytes.behindNewline(bytes, at);
                }
                default -> at = behindOther(at, nesting);
            }
        }
        return BROKEN;
    }

    private int behindOther(int at, int nesting) {
        if (Bytes.classOf(bytes[at]) != Bytes.WORD) {
            return bytes[at] == 0 && at >= end ? BROKEN : at + 1;
        }
        int behind = at + 1;
        while (Bytes.isInWord(bytes[behind])) {
            behind++;
        }
        boolean string = Bytes.classOf(bytes[behind]) == Bytes.QUOTE && isPrefix(bytes, at, behind);
        return string ? nested(at, behind, nesting) : behind;
    }

    private int nested(int prefix, int quote, int nesting) {
        if (isFormatted(bytes, prefix, quote)) {
            return formatted(quote, nesting + 1);
        }
        int behind = plain(quote);
        return terminated ? behind : broken();
    }

    private int broken() {
        terminated = true;
        return BROKEN;
    }

    private int behindComment(int hash) {
        int at = hash;
        while (!Bytes.isNewline(bytes[at]) && (bytes[at] != 0 || at < end)) {
            at++;
        }
        return at;
    }
}
