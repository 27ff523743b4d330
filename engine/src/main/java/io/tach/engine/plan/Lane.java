package io.tach.engine.plan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/** One worker as the dispatcher sees it: what it holds, what was sent to it, and what it will be sent. */
final class Lane {
    private final int worker;
    private final Set<Unit> inherited;
    private final Set<Unit> own = new HashSet<>();
    private final Set<Unit> refused = new HashSet<>();
    private final Map<Unit, int[]> places = new HashMap<>();
    private final Deque<Unit> collecting = new ArrayDeque<>();
    private final Set<Integer> sent = new LinkedHashSet<>();
    private final NavigableMap<Integer, Bundle> waiting = new TreeMap<>();
    private Bundle begun;
    private int waitingTests;
    private long owedCollectNs;
    private int running = -1;
    private boolean drained;
    private boolean left;

    Lane(int worker, Set<Unit> inherited) {
        this.worker = worker;
        this.inherited = inherited;
    }

    int worker() {
        return worker;
    }

    // --- units

    boolean holds(Unit unit) {
        return own.contains(unit) || inherited.contains(unit);
    }

    void hold(Unit unit) {
        own.add(unit);
    }

    /** Holds the unit with its items at other places than where they were collected first. */
    void hold(Unit unit, int[] placesHere) {
        own.add(unit);
        places.put(unit, placesHere);
    }

    void refuse(Unit unit) {
        refused.add(unit);
    }

    boolean accepts(Bundle bundle) {
        if (!refused.isEmpty()) {
            for (Span span : bundle.spans()) {
                if (refused.contains(span.unit())) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Units it was told to collect and has not answered, the one at work first. */
    Deque<Unit> collecting() {
        return collecting;
    }

    PlannedTest planned(Unit unit, int testId) {
        int[] here = places.get(unit);
        return here == null ? unit.test(testId) : unit.test(testId, here[testId - unit.first()]);
    }

    // --- what it will be sent

    /** Where the next test comes from: the begun bundle, or else the first of the others; null if there is none. */
    Bundle next() {
        if (begun != null) {
            return begun;
        }
        return waiting.isEmpty() ? null : waiting.firstEntry().getValue();
    }

    /** Takes the first test of {@link #next()}: it counts as sent. */
    int send() {
        if (begun == null) {
            begun = waiting.pollFirstEntry().getValue();
            waitingTests -= begun.tests();
        }
        int testId = begun.takeFirst();
        if (begun.isEmpty()) {
            begun = null;
        }
        if (unsent() == 0) {
            owedCollectNs = 0;
        }
        sent.add(testId);
        drained = false;
        return testId;
    }

    void add(Bundle bundle) {
        waiting.put(bundle.head().from(), bundle);
        waitingTests += bundle.tests();
        owedCollectNs += bundle.costNs(this);
    }

    /** The bundle of which tests were sent; null if there is none. */
    Bundle begun() {
        return begun;
    }

    /** Bundles of which no test was sent, the last one first. */
    Iterable<Bundle> waitingFromEnd() {
        return waiting.descendingMap().values();
    }

    Bundle removeLast() {
        Bundle last = waiting.pollLastEntry().getValue();
        waitingTests -= last.tests();
        owedCollectNs = Math.max(0, owedCollectNs - last.costNs(this));
        return last;
    }

    /** Takes the tests from {@code cut} on out of one of its bundles; {@code cut} may be the bundle's first test. */
    Bundle cut(Bundle bundle, int cut) {
        if (bundle == begun) {
            begun = cut == bundle.head().from() ? null : begun;
            return begun == null ? bundle : bundle.cutAt(cut);
        }
        if (cut == bundle.head().from()) {
            waiting.remove(cut);
            waitingTests -= bundle.tests();
            return bundle;
        }
        Bundle tail = bundle.cutAt(cut);
        waitingTests -= tail.tests();
        return tail;
    }

    /** Takes everything out that was not sent. */
    List<Span> removeUnsent() {
        List<Span> spans = new ArrayList<>();
        if (begun != null) {
            begun.spans().forEach(spans::add);
        }
        waiting.values().forEach(b -> b.spans().forEach(spans::add));
        begun = null;
        waiting.clear();
        waitingTests = 0;
        owedCollectNs = 0;
        return spans;
    }

    int unsent() {
        return waitingTests + (begun == null ? 0 : begun.tests());
    }

    /** Tests it has or will have, as far as planned. */
    int tests() {
        return sent.size() + unsent();
    }

    /** A unit was collected: its cost lies behind. */
    void paid(Unit unit) {
        owedCollectNs = Math.max(0, owedCollectNs - unit.collectNs());
    }

    /**
     * How long it will be busy, roughly.
     *
     * @param meanNs what a test takes of which nothing better is known
     */
    long loadNs(long meanNs) {
        Bundle next = next();
        long nowNs = next == null ? meanNs : next.head().unit().perTestNs(meanNs);
        int now = sent.size() + (begun == null ? 0 : begun.tests());
        return now * nowNs + waitingTests * meanNs + owedCollectNs;
    }

    // --- what was sent

    Set<Integer> sent() {
        return sent;
    }

    int running() {
        return running;
    }

    void started(int testId) {
        running = testId;
    }

    void ended(int testId) {
        sent.remove(testId);
        if (running == testId) {
            running = -1;
        }
    }

    boolean isIdle() {
        return sent.isEmpty() && unsent() == 0 && collecting.isEmpty() && !left;
    }

    boolean isDrained() {
        return drained;
    }

    void drain() {
        drained = true;
    }

    boolean hasLeft() {
        return left;
    }

    void leave() {
        left = true;
    }
}
