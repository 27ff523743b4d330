package io.tach.engine.plan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntFunction;

/** One worker as the dispatcher sees it: what it holds, what was sent to it, and what it will be sent. */
final class Lane {
    private final int worker;
    private final Set<Unit> inherited;
    private final Set<Unit> own = new HashSet<>();
    private final Set<Unit> refused = new HashSet<>();
    private final Map<Unit, int[]> places = new HashMap<>();
    private final Deque<Unit> collecting = new ArrayDeque<>();
    private final Set<Integer> sent = new LinkedHashSet<>();
    private final Set<Unit> ran = new HashSet<>();
    private final NavigableMap<Long, Bundle> waiting = new TreeMap<>();
    private Bundle begun;
    private int waitingTests;
    private int lastSent = -1;
    private int running = -1;
    private long busySinceNs;
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
        sent.add(testId);
        lastSent = Math.max(lastSent, testId);
        drained = false;
        return testId;
    }

    /** The latest test in session order that was ever sent to it; -1 if none was. */
    int lastSent() {
        return lastSent;
    }

    void add(Bundle bundle) {
        waiting.put(bundle.place(), bundle);
        waitingTests += bundle.tests();
    }

    /** The bundle of which tests were sent; null if there is none. */
    Bundle begun() {
        return begun;
    }

    /** Bundles of which no test was sent, in the order in which they would be. */
    Collection<Bundle> waiting() {
        return waiting.values();
    }

    /** The same, the last one first. */
    Collection<Bundle> waitingFromEnd() {
        return waiting.descendingMap().values();
    }

    /** Takes one of the {@link #waiting} out. */
    void remove(Bundle bundle) {
        waiting.remove(bundle.place());
        waitingTests -= bundle.tests();
    }

    /** Takes the tests from {@code cut} on out of one of its bundles; {@code cut} may be the bundle's first test. */
    Bundle cut(Bundle bundle, int cut) {
        if (bundle == begun) {
            begun = cut == bundle.head().from() ? null : begun;
            return begun == null ? bundle : bundle.cutAt(cut);
        }
        if (cut == bundle.head().from()) {
            remove(bundle);
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
        return spans;
    }

    int unsent() {
        return waitingTests + (begun == null ? 0 : begun.tests());
    }

    /** Tests it has or will have, as far as planned. */
    int tests() {
        return sent.size() + unsent();
    }

    /**
     * How long it will be busy, roughly.
     *
     * @param unitOf the unit of each test
     * @param nowNs the time, on the same clock as {@link #started}
     */
    long loadNs(Expectations expectations, IntFunction<Unit> unitOf, long nowNs) {
        long load = begun == null ? 0 : begun.workNs(expectations);
        long behindNs = nowNs - busySinceNs;
        Set<Unit> entered = new HashSet<>();
        for (int testId : sent) {
            Unit unit = unitOf.apply(testId);
            long testNs = expectations.testNs(unit, testId);
            testNs += entered.add(unit) ? enterNs(new Span(unit, testId, testId + 1), expectations) : 0;
            load += Math.max(0, testNs - behindNs);
            behindNs = 0;
        }
        for (Bundle bundle : waiting.values()) {
            for (Span span : bundle.spans()) {
                load += expectations.workNs(span);
                load += entered.add(span.unit()) ? enterNs(span, expectations) : 0;
            }
        }
        return load;
    }

    /** What it pays before it can run a unit's tests from some place on: collecting, and the file's fixtures. */
    long enterNs(Span span, Expectations expectations) {
        Unit unit = span.unit();
        boolean paidByFirstTest = span.from() == unit.first();
        return (holds(unit) ? 0 : unit.collectNs())
                + (paidByFirstTest || ran.contains(unit) ? 0 : expectations.setupNs(unit));
    }

    // --- what was sent

    Set<Integer> sent() {
        return sent;
    }

    int running() {
        return running;
    }

    void started(int testId, long atNs) {
        running = testId;
        busySinceNs = atNs;
    }

    /** Says that it ran a test of the unit; true if that was its first. */
    boolean ran(Unit unit) {
        return ran.add(unit);
    }

    /** A test is no longer with it; if it was running, the next one begins. */
    void ended(int testId, long atNs) {
        sent.remove(testId);
        busySinceNs = atNs;
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
