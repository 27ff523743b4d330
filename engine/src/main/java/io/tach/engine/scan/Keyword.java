package io.tach.engine.scan;

/** Python's hard keywords and how they are found among words. */
final class Keyword {
    static final int FALSE = Token.FIRST_KEYWORD;
    static final int NONE = FALSE + 1;
    static final int TRUE = FALSE + 2;
    static final int AND = FALSE + 3;
    static final int AS = FALSE + 4;
    static final int ASSERT = FALSE + 5;
    static final int ASYNC = FALSE + 6;
    static final int AWAIT = FALSE + 7;
    static final int BREAK = FALSE + 8;
    static final int CLASS = FALSE + 9;
    static final int CONTINUE = FALSE + 10;
    static final int DEF = FALSE + 11;
    static final int DEL = FALSE + 12;
    static final int ELIF = FALSE + 13;
    static final int ELSE = FALSE + 14;
    static final int EXCEPT = FALSE + 15;
    static final int FINALLY = FALSE + 16;
    static final int FOR = FALSE + 17;
    static final int FROM = FALSE + 18;
    static final int GLOBAL = FALSE + 19;
    static final int IF = FALSE + 20;
    static final int IMPORT = FALSE + 21;
    static final int IN = FALSE + 22;
    static final int IS = FALSE + 23;
    static final int LAMBDA = FALSE + 24;
    static final int NONLOCAL = FALSE + 25;
    static final int NOT = FALSE + 26;
    static final int OR = FALSE + 27;
    static final int PASS = FALSE + 28;
    static final int RAISE = FALSE + 29;
    static final int RETURN = FALSE + 30;
    static final int TRY = FALSE + 31;
    static final int WHILE = FALSE + 32;
    static final int WITH = FALSE + 33;
    static final int YIELD = FALSE + 34;

    private static final String[] WORDS = {
        "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
        "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
        "not", "or", "pass", "raise", "return", "try", "while", "with", "yield"
    };
    private static final int LONGEST = 8;
    private static final int SLOTS = 256;
    private static final int[] KIND_AT = new int[SLOTS];
    private static final int[] HASH_AT = new int[SLOTS];

    static {
        for (int i = 0; i < WORDS.length; i++) {
            int hash = 0;
            for (int c = 0; c < WORDS[i].length(); c++) {
                hash = Names.hash(hash, WORDS[i].charAt(c));
            }
            int slot = slot(hash);
            while (KIND_AT[slot] != 0) {
                slot = (slot + 1) % SLOTS;
            }
            KIND_AT[slot] = FALSE + i;
            HASH_AT[slot] = hash;
        }
    }

    private Keyword() {}

    /**
     * The kind of a word: that of its keyword, or {@link Token#NAME}.
     *
     * @param hash of the word, by {@link Names#hash}
     */
    static int kindOf(byte[] bytes, int start, int end, int hash) {
        if (end - start > LONGEST) {
            return Token.NAME;
        }
        for (int slot = slot(hash); KIND_AT[slot] != 0; slot = (slot + 1) % SLOTS) {
            if (HASH_AT[slot] == hash && isWord(WORDS[KIND_AT[slot] - FALSE], bytes, start, end)) {
                return KIND_AT[slot];
            }
        }
        return Token.NAME;
    }

    private static boolean isWord(String word, byte[] bytes, int start, int end) {
        if (word.length() != end - start) {
            return false;
        }
        for (int i = start; i < end; i++) {
            if (bytes[i] != word.charAt(i - start)) {
                return false;
            }
        }
        return true;
    }

    private static int slot(int hash) {
        return (hash ^ hash >>> 8 ^ hash >>> 16) & SLOTS - 1;
    }
}
