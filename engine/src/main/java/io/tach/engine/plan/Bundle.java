package io.tach.engine.plan;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Tests that stay together: usually one unit or a part of it, several units if an {@code xdist_group} ties them. In
 * session order.
 */
final class Bundle {
    private final Deque<Span> spans;
    private int tests;

    Bundle(List<Span> spans) {
        this.spans = new ArrayDeque<>(spans);
        this.tests = spans.stream().mapToInt(Span::tests).sum();
    }

    int tests() {
        return tests;
    }

    boolean isEmpty() {
        return tests == 0;
    }

    /** The next test's span. */
    Span head() {
        return spans.getFirst();
    }

    Iterable<Span> spans() {
        return spans;
    }

    /** True if no group ties it to another unit. */
    boolean isOneUnit() {
        return spans.size() == 1;
    }

    /** Takes the next test out. */
    int takeFirst() {
        Span head = spans.removeFirst();
        if (head.tests() > 1) {
            spans.addFirst(new Span(head.unit(), head.from() + 1, head.to()));
        }
        tests--;
        return head.from();
    }

    /** Takes all tests from {@code cut} on out of a bundle of one unit. */
    Bundle cutAt(int cut) {
        Span span = spans.removeFirst();
        spans.addFirst(new Span(span.unit(), span.from(), cut));
        tests = cut - span.from();
        return new Bundle(List.of(new Span(span.unit(), cut, span.to())));
    }

    /** What collecting costs a worker that has none of its units. */
    long costNs(Lane lane) {
        long cost = 0;
        for (Span span : spans) {
            cost += lane.holds(span.unit()) ? 0 : span.unit().collectNs();
        }
        return cost;
    }

    /** What running it takes, with {@code otherwise} for units nothing is known of. */
    long workNs(long otherwise) {
        long work = 0;
        for (Span span : spans) {
            work += span.tests() * span.unit().perTestNs(otherwise);
        }
        return work;
    }
}
