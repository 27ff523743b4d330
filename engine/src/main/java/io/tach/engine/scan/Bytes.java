package io.tach.engine.scan;

/** What a byte may begin. */
final class Bytes {
    static final byte INVALID = 0;
    static final byte BLANK = 1;
    static final byte NEWLINE = 2;
    static final byte COMMENT = 3;
    static final byte WORD = 4;
    static final byte DIGIT = 5;
    static final byte QUOTE = 6;
    static final byte DOT = 7;
    static final byte OPENING = 8;
    static final byte CLOSING = 9;
    /** Punctuation that is never part of a longer operator. */
    static final byte SINGLE = 10;

    static final byte OPERATOR = 11;
    static final byte BACKSLASH = 12;

    private static final byte[] CLASS = new byte[256];
    private static final boolean[] IN_WORD = new boolean[256];

    static {
        set(" \t\f", BLANK);
        set("\n\r", NEWLINE);
        set("#", COMMENT);
        set("0123456789", DIGIT);
        set("\"'", QUOTE);
        set(".", DOT);
        set("([{", OPENING);
        set(")]}", CLOSING);
        set(",;~`", SINGLE);
        set("+-*/%@&|^<>=:!", OPERATOR);
        set("\\", BACKSLASH);
        for (int b = 0; b < CLASS.length; b++) {
            if (b == '_' || b >= 0x80 || isLetter(b)) {
                CLASS[b] = WORD;
            }
            IN_WORD[b] = CLASS[b] == WORD || CLASS[b] == DIGIT;
        }
    }

    private Bytes() {}

    private static boolean isLetter(int b) {
        int letter = b | 0x20;
        return letter >= 'a' && letter <= 'z';
    }

    private static void set(String chars, byte value) {
        for (int i = 0; i < chars.length(); i++) {
            CLASS[chars.charAt(i)] = value;
        }
    }

    static byte classOf(byte b) {
        return CLASS[b & 0xFF];
    }

    /** True for a byte that may stand within a name; every byte of a character beyond ASCII counts. */
    static boolean isInWord(byte b) {
        return IN_WORD[b & 0xFF];
    }

    static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    static boolean isHexDigit(byte b) {
        int letter = b | 0x20;
        return isDigit(b) || (letter >= 'a' && letter <= 'f');
    }

    static boolean isNewline(byte b) {
        return b == '\n' || b == '\r';
    }

    /** The position behind the newline at {@code at}, which may be {@code \n}, {@code \r} or {@code \r\n}. */
    static int behindNewline(byte[] bytes, int at) {
        return bytes[at] == '\r' && bytes[at + 1] == '\n' ? at + 2 : at + 1;
    }
}
