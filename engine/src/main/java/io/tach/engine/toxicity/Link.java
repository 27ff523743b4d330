package io.tach.engine.toxicity;

/** Running one piece of code runs another. Each is itself only: two calls of the same function are two. */
final class Link {
    private final int line;
    private final boolean lasting;

    /**
     * @param line where the source says so
     * @param lasting true if what the target does is there before a test starts and lasts longer than it
     */
    Link(int line, boolean lasting) {
        this.line = line;
        this.lasting = lasting;
    }

    int line() {
        return line;
    }

    boolean isLasting() {
        return lasting;
    }
}
