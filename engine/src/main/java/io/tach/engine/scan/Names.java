package io.tach.engine.scan;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;

/**
 * Turns names in bytes into strings, the same name always into the same string. Most names of a project are in many files,
 * and most of the time of making a string is thereby saved.
 */
final class Names {
    private static final int MAX_ENTRIES = 1 << 16;

    private String[] strings = new String[1 << 10];
    private byte[][] spellings = new byte[1 << 10][];
    private int[] hashes = new int[1 << 10];
    private int entries;

    /** The hash of a word that is longer by one byte. */
    static int hash(int hash, int next) {
        return 31 * hash + next;
    }

    /**
     * The name that is written in a range.
     *
     * @param hash any function of the bytes of the range
     */
    String of(byte[] bytes, int start, int end, int hash) {
        int mask = strings.length - 1;
        int slot = mix(hash) & mask;
        while (strings[slot] != null) {
            if (hashes[slot] == hash && isSame(spellings[slot], bytes, start, end)) {
                return strings[slot];
            }
            slot = slot + 1 & mask;
        }
        String name = decode(bytes, start, end);
        byte[] spelling = new byte[end - start];
        System.arraycopy(bytes, start, spelling, 0, spelling.length);
        strings[slot] = name;
        spellings[slot] = spelling;
        hashes[slot] = hash;
        if (++entries > strings.length / 2) {
            grow();
        }
        return name;
    }

    /** As {@code String.intern} would, for a name that is not written in one piece. */
    private static String decode(byte[] bytes, int start, int end) {
        for (int i = start; i < end; i++) {
            if (bytes[i] < 0) {
                String text = new String(bytes, start, end - start, StandardCharsets.UTF_8);
                return Normalizer.normalize(text, Normalizer.Form.NFKC); // as CPython does
            }
        }
        return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
    }

    private static boolean isSame(byte[] spelling, byte[] bytes, int start, int end) {
        if (spelling.length != end - start) {
            return false;
        }
        for (int i = 0; i < spelling.length; i++) {
            if (spelling[i] != bytes[start + i]) {
                return false;
            }
        }
        return true;
    }

    private void grow() {
        String[] oldStrings = strings;
        byte[][] oldSpellings = spellings;
        int[] oldHashes = hashes;
        int size = entries > MAX_ENTRIES ? 1 << 10 : strings.length * 2;
        strings = new String[size];
        spellings = new byte[size][];
        hashes = new int[size];
        if (entries > MAX_ENTRIES) {
            entries = 0; // forget them: a table of everything would outgrow what it saves
            return;
        }
        for (int i = 0; i < oldStrings.length; i++) {
            if (oldStrings[i] != null) {
                int slot = mix(oldHashes[i]) & size - 1;
                while (strings[slot] != null) {
                    slot = slot + 1 & size - 1;
                }
                strings[slot] = oldStrings[i];
                spellings[slot] = oldSpellings[i];
                hashes[slot] = oldHashes[i];
            }
        }
    }

    private static int mix(int hash) {
        int h = hash * 0x9E3779B9;
        return h ^ h >>> 16;
    }
}
