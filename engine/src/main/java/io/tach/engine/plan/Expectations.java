package io.tach.engine.plan;

import java.util.Collection;

/**
 * How long tests will take, as far as anybody knows: from earlier runs, corrected by how fast this one goes, or else from
 * what has ended so far. One thread.
 */
final class Expectations {
    /** What a test is thought to take as long as nothing is known: long, so that at the start nobody is left idle. */
    private static final long GUESS_NS = 1_000_000_000;

    /** The pace is believed in after about so much work. */
    private static final double PACE_PRIOR_NS = 1e9;

    private final Forecast forecast;

    /** Recorded durations of all tests before this one. */
    private final long[] knownNsBefore;

    /** How many tests before this one nothing is recorded of. */
    private final int[] unknownBefore;

    private double pace = 1;
    private double recordedNs;
    private double takenNs;
    private long observedNs;
    private int observed;

    /** @param units all units in session order, numbered */
    Expectations(Forecast forecast, Collection<Unit> units) {
        this.forecast = forecast;
        int tests = units.stream().mapToInt(u -> u.nodeIds().size()).sum();
        knownNsBefore = new long[tests + 1];
        unknownBefore = new int[tests + 1];
        for (Unit unit : units) {
            int id = unit.first();
            for (String nodeId : unit.nodeIds()) {
                long ns = forecast.testNs(nodeId);
                knownNsBefore[id + 1] = knownNsBefore[id] + Math.max(0, ns);
                unknownBefore[id + 1] = unknownBefore[id] + (ns < 0 ? 1 : 0);
                id++;
            }
        }
    }

    /** True if something is known of any test. */
    boolean knowsAny() {
        int tests = unknownBefore.length - 1;
        return unknownBefore[tests] < tests;
    }

    boolean knows(int testId) {
        return unknownBefore[testId] == unknownBefore[testId + 1];
    }

    /** What one test will take; at least 1. */
    long testNs(Unit unit, int testId) {
        return workNs(unit, testId, testId + 1);
    }

    /** What the tests of a span will take, one after the other; at least 1. */
    long workNs(Span span) {
        return workNs(span.unit(), span.from(), span.to());
    }

    private long workNs(Unit unit, int from, int to) {
        long known = knownNsBefore[to] - knownNsBefore[from];
        int unknown = unknownBefore[to] - unknownBefore[from];
        long ns = known == 0 ? 0 : (long) (known * pace);
        return Math.max(1, unknown == 0 ? ns : ns + unknown * unit.perTestNs(meanNs()));
    }

    /** How many tests from the end of a span take about so long; at least one. */
    int testsAtEnd(Span span, long wantedNs) {
        long work = 0;
        for (int testId = span.to() - 1; testId >= span.from(); testId--) {
            long test = testNs(span.unit(), testId);
            if (work + test / 2 > wantedNs) {
                return Math.max(1, span.to() - 1 - testId);
            }
            work += test;
        }
        return span.tests();
    }

    /** What a test takes of which nothing better is known. */
    long meanNs() {
        int tests = unknownBefore.length - 1;
        int known = tests - unknownBefore[tests];
        if (known > 0) {
            return Math.max(1, (long) (knownNsBefore[tests] * pace / known));
        }
        return observed == 0 ? GUESS_NS : Math.max(1, observedNs / observed);
    }

    /** True once a test has ended. */
    boolean hasObserved() {
        return observed > 0;
    }

    /** What it costs another worker to run tests of a unit too, beside collecting it: fixtures of the file. */
    long setupNs(Unit unit) {
        long recorded = unit.nodeIds().isEmpty() ? -1 : forecast.setupNs(unit.file());
        return recorded < 0 ? unit.setupNs() : Math.max(recorded, unit.setupNs());
    }

    /**
     * A test has ended.
     *
     * @param first whether it was the first of its unit on its worker: fixtures of the file say nothing of the pace
     */
    void ended(Unit unit, int testId, long durationNs, boolean first) {
        unit.observe(durationNs);
        observed++;
        observedNs += durationNs;
        if (knows(testId) && !first) {
            recordedNs += knownNsBefore[testId + 1] - knownNsBefore[testId];
            takenNs += durationNs;
            pace = (takenNs + PACE_PRIOR_NS) / (recordedNs + PACE_PRIOR_NS);
        }
    }
}
