package io.tach.engine.toxicity;

/** Running one piece of code runs another. Each is itself only: two calls of the same function are two. */
final class Link {
    private final int line;
    private final boolean lasting;
    private final double doubt;

    /**
     * @param line where the source says so
     * @param lasting true if what the target does is there before a test starts and lasts longer than it
     * @param doubt how much less likely the target runs than the source
     */
    Link(int line, boolean lasting, double doubt) {
        this.line = line;
        this.lasting = lasting;
        this.doubt = doubt;
    }

    int line() {
        return line;
    }

    boolean isLasting() {
        return lasting;
    }

    double doubt() {
        return doubt;
    }
}
