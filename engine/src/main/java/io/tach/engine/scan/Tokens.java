package io.tach.engine.scan;

import java.util.Arrays;

/** The tokens of one logical line, in parallel arrays that are used again for the next line. */
final class Tokens {
    /** Stands in {@link #partner} for a bracket without one. */
    static final int NO_PARTNER = -1;

    int count;
    int[] kind = new int[256];
    int[] start = new int[256];
    int[] end = new int[256];
    int[] line = new int[256];
    /** Of a word: its hash. */
    int[] hash = new int[256];
    /** Of a bracket: the index of the other one. */
    int[] partner = new int[256];

    void clear() {
        count = 0;
    }

    void add(int tokenKind, int from, int to, int atLine, int wordHash) {
        int at = count;
        if (at == kind.length) {
            grow();
        }
        kind[at] = tokenKind;
        start[at] = from;
        end[at] = to;
        line[at] = atLine;
        hash[at] = wordHash;
        partner[at] = NO_PARTNER;
        count = at + 1;
    }

    /** The kind of a token, 0 for an index outside of a range that ends at {@code to}. */
    int kindAt(int index, int to) {
        return index < to ? kind[index] : 0;
    }

    /** The index behind a token, or behind the closing bracket if it opens one; never beyond {@code to}. */
    int next(int index, int to) {
        if (!Token.isOpening(kind[index])) {
            return index + 1;
        }
        int close = partner[index];
        return close == NO_PARTNER || close >= to ? to : close + 1;
    }

    /** The first token of a kind outside of brackets, {@code to} if there is none. */
    int find(int wanted, int from, int to) {
        int at = from;
        while (at < to && kind[at] != wanted) {
            at = next(at, to);
        }
        return Math.min(at, to);
    }

    /** True if a range begins with a bracket whose partner ends it. */
    boolean isBracketed(int from, int to) {
        return to - from >= 2 && Token.isOpening(kind[from]) && partner[from] == to - 1;
    }

    /** As {@link #find}, but the tokens of a lambda's head do not count: {@code lambda x, y=1: ...}. */
    int findOutsideLambda(int wanted, int from, int to) {
        int lambdas = 0;
        int at = from;
        while (at < to) {
            int found = kind[at];
            if (found == wanted && lambdas == 0) {
                return at;
            }
            if (found == Keyword.LAMBDA) {
                lambdas++;
            } else if (found == ':' && lambdas > 0) {
                lambdas--;
            }
            at = next(at, to);
        }
        return to;
    }

    private void grow() {
        int size = kind.length * 2;
        kind = Arrays.copyOf(kind, size);
        start = Arrays.copyOf(start, size);
        end = Arrays.copyOf(end, size);
        line = Arrays.copyOf(line, size);
        hash = Arrays.copyOf(hash, size);
        partner = Arrays.copyOf(partner, size);
    }
}
