package io.tach.engine.scan;

/**
 * Kinds of tokens. Punctuation that matters by itself has its ASCII code, operators that only separate are {@link #OP},
 * keywords begin at {@link #FIRST_KEYWORD}.
 */
final class Token {
    static final int NAME = 1;
    static final int NUMBER = 2;
    static final int STRING = 3;
    /** An f-string or t-string, whatever is nested in it. */
    static final int FORMATTED_STRING = 4;

    static final int OP = 5;
    static final int AUGMENTED_ASSIGNMENT = 6;
    static final int ARROW = 7;
    static final int WALRUS = 8;
    static final int DOUBLE_STAR = 9;
    static final int ELLIPSIS = 10;
    static final int EQUAL = 11;
    static final int NOT_EQUAL = 12;

    static final int FIRST_KEYWORD = 128;

    private Token() {}

    static boolean isOpening(int kind) {
        return kind == '(' || kind == '[' || kind == '{';
    }

    static boolean isClosing(int kind) {
        return kind == ')' || kind == ']' || kind == '}';
    }

    static boolean isKeyword(int kind) {
        return kind >= FIRST_KEYWORD;
    }
}
