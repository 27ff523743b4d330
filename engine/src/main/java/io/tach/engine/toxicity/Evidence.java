package io.tach.engine.toxicity;

/**
 * A place in the sources that may make a test toxic.
 *
 * @param kind what it does
 * @param what the call, import or mark
 * @param path of the file
 * @param line counted from 1
 */
public record Evidence(EvidenceKind kind, String what, String path, int line) {
    /** Why, without the place, so that it stays the same while lines move. */
    public String reason() {
        return kind == EvidenceKind.MARKED ? what : kind.words() + " (" + what + ")";
    }

    /** Where, as {@code file:line}. */
    public String place() {
        return path + ":" + line;
    }
}
