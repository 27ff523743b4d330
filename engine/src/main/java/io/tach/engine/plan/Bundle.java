package io.tach.engine.plan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
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

    /** Where it stands among others: by the rank of its units, then by session order. */
    long place() {
        int rank = Integer.MAX_VALUE;
        for (Span span : spans) {
            rank = Math.min(rank, span.unit().rank());
        }
        return ((long) rank << Integer.SIZE) | head().from();
    }

    /** True if no group ties it to another unit. */
    boolean isOneUnit() {
        return spans.size() == 1;
    }

    /** The span with the most tests. */
    Span biggest() {
        Span biggest = head();
        for (Span span : spans) {
            biggest = span.tests() > biggest.tests() ? span : biggest;
        }
        return biggest;
    }

    /** The same tests in fewer bundles: those of one unit that meet are one. */
    static List<Bundle> joined(List<Bundle> bundles) {
        List<Bundle> sorted = new ArrayList<>(bundles);
        sorted.sort(Comparator.comparingInt(b -> b.head().from()));
        List<Bundle> joined = new ArrayList<>();
        for (Bundle next : sorted) {
            Bundle last = joined.isEmpty() ? next : joined.get(joined.size() - 1);
            if (last != next
                    && last.isOneUnit()
                    && next.isOneUnit()
                    && last.head().meets(next.head())) {
                Span both = new Span(
                        last.head().unit(), last.head().from(), next.head().to());
                joined.set(joined.size() - 1, new Bundle(List.of(both)));
            } else {
                joined.add(next);
            }
        }
        return joined;
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

    /** What collecting it costs a worker that has none of its units. */
    long collectNs() {
        return spans.stream().mapToLong(s -> s.unit().collectNs()).sum();
    }

    /** What a worker pays before it can begin. */
    long costNs(Lane lane, Expectations expectations) {
        long cost = 0;
        for (Span span : spans) {
            cost += lane.enterNs(span, expectations);
        }
        return cost;
    }

    /** What running it takes. */
    long workNs(Expectations expectations) {
        long work = 0;
        for (Span span : spans) {
            work += expectations.workNs(span);
        }
        return work;
    }
}
