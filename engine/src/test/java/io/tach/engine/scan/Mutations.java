package io.tach.engine.scan;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Breaks files at random, the same way for the same seed. */
final class Mutations {
    private static final List<byte[]> BITS = Stream.of(
                    "\"",
                    "'",
                    "\"\"\"",
                    "f\"{",
                    "f'''{x:{",
                    "{",
                    "}",
                    "(",
                    ")",
                    "[",
                    "]",
                    "\\",
                    "\n",
                    "\r",
                    "\t",
                    " ",
                    "\f",
                    ":",
                    "=",
                    ",",
                    ";",
                    "@",
                    "def ",
                    "class ",
                    "lambda ",
                    "match ",
                    "case ",
                    "if ",
                    "else:",
                    "import ",
                    "from ",
                    "async ",
                    "\n    ",
                    "\n\t",
                    "#",
                    "\0",
                    "\u00e9",
                    "$",
                    "...",
                    "# coding: gbk\n")
            .map(text -> text.getBytes(StandardCharsets.UTF_8))
            .toList();
    private static final int MOST = 12;

    private final Random random;

    Mutations(long seed) {
        this.random = new Random(seed);
    }

    /** A broken copy. */
    byte[] of(byte[] file) {
        byte[] mutated = file.clone();
        for (int left = 1 + random.nextInt(MOST); left > 0 && mutated.length > 0; left--) {
            mutated = once(mutated);
        }
        return mutated;
    }

    private byte[] once(byte[] file) {
        int at = random.nextInt(file.length);
        int to = Math.min(file.length, at + 1 + random.nextInt(40));
        return switch (random.nextInt(6)) {
            case 0 -> {
                file[at] = (byte) random.nextInt(256);
                yield file;
            }
            case 1 -> splice(file, at, to, new byte[0]);
            case 2 -> splice(file, at, at, Arrays.copyOfRange(file, at, to));
            case 3 -> Arrays.copyOf(file, at);
            case 4 -> splice(file, at, at, repeated(BITS.get(random.nextInt(BITS.size()))));
            default -> splice(file, at, at, BITS.get(random.nextInt(BITS.size())));
        };
    }

    private byte[] repeated(byte[] bit) {
        int times = random.nextInt(200);
        byte[] many = new byte[bit.length * times];
        for (int i = 0; i < many.length; i++) {
            many[i] = bit[i % bit.length];
        }
        return many;
    }

    private static byte[] splice(byte[] file, int from, int to, byte[] inserted) {
        byte[] spliced = Arrays.copyOf(file, file.length - (to - from) + inserted.length);
        System.arraycopy(inserted, 0, spliced, from, inserted.length);
        System.arraycopy(file, to, spliced, from + inserted.length, file.length - to);
        return spliced;
    }
}
