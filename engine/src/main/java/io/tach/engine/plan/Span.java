package io.tach.engine.plan;

/** Consecutive tests of one unit: test ids {@code from} (inclusive) to {@code to} (exclusive), never empty. */
record Span(Unit unit, int from, int to) {

    int tests() {
        return to - from;
    }

    boolean meets(Span next) {
        return unit == next.unit && to == next.from;
    }
}
