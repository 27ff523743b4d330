package io.tach.engine.verdict;

/** Keeps texts of any length at a length that reports can carry. */
final class BoundedText {
    /** Characters of one text in a report. */
    static final int MOST = 64 * 1024;

    /** The end says more than the beginning, as that is where the process died. */
    private static final int HEAD = MOST / 4;

    private BoundedText() {}

    /** The text itself, or its beginning and end with a line between them that says what is missing. */
    static String of(String text) {
        if (text.length() <= MOST) {
            return text;
        }
        int head = wholeAt(text, HEAD);
        int tail = wholeAt(text, text.length() - (MOST - HEAD));
        return text.substring(0, head) + "\n[... " + (tail - head) + " characters cut ...]\n" + text.substring(tail);
    }

    /** The place or the one before it, so that no surrogate pair is torn. */
    private static int wholeAt(String text, int place) {
        return Character.isLowSurrogate(text.charAt(place)) ? place - 1 : place;
    }
}
