package io.tach.conf;

import java.util.List;

/**
 * What the user knows of tests that leave something behind. A pattern names a test, a class, a file, a directory or a
 * module; {@code *} stands for anything.
 *
 * @param toxic tests that are toxic, whatever the sources or earlier runs say
 * @param clean tests that are not, and files and modules in which nothing counts as evidence
 */
public record ToxicitySettings(List<String> toxic, List<String> clean) {
    /** Nothing is known. */
    public static final ToxicitySettings NONE = new ToxicitySettings(List.of(), List.of());

    public ToxicitySettings {
        toxic = List.copyOf(toxic);
        clean = List.copyOf(clean);
    }
}
