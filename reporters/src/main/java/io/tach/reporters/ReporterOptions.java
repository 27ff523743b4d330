package io.tach.reporters;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * What decides which sinks a run has and where they write.
 *
 * @param format what goes to {@code out}
 * @param out standard output; should buffer and not flush by itself, the sinks flush where it matters
 * @param tty whether {@code out} is a terminal
 * @param ci whether a continuous integration service reads the output
 * @param directory where tach was started; file names are shown relative to it
 * @param env environment variables, such as {@code TERM}
 */
public record ReporterOptions(
        Format format, PrintStream out, boolean tty, boolean ci, Path directory, Map<String, String> env) {

    /** What is written to standard output. */
    public enum Format {
        /** What pytest would print. */
        PYTEST("pytest"),
        /** One JSON object a line, see {@code docs/events.md}. */
        JSON("json");

        private final String word;

        Format(String word) {
            this.word = word;
        }

        /** The value of {@code --format}. */
        public String word() {
            return word;
        }

        /**
         * The format of a {@code --format} value.
         *
         * @throws IllegalArgumentException for a word that is none
         */
        public static Format ofWord(String word) {
            return Arrays.stream(values())
                    .filter(format -> format.word.equals(word))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("unknown format=" + word));
        }
    }

    /** Whether a bar may be drawn at the bottom: only where somebody watches and the cursor can be moved. */
    boolean live() {
        return tty && !ci && !env.getOrDefault("TERM", "").equals("dumb");
    }
}
