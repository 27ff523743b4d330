package io.tach.engine.plan;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;

/** The tests of a run by number: which unit each is in, and which have ended. */
final class PlannedTests {
    private final Unit[] unitOf;
    private final BitSet ended;
    private int endedCount;

    /** @param units all collected units in session order; they get their test ids here */
    PlannedTests(Collection<Unit> units) {
        this.unitOf = number(units);
        this.ended = new BitSet(unitOf.length);
    }

    /** Numbers all tests in session order; returns the unit of each. */
    static Unit[] number(Collection<Unit> units) {
        List<Unit> byTest = new ArrayList<>();
        for (Unit unit : units) {
            unit.first(byTest.size());
            for (int i = 0; i < unit.nodeIds().size(); i++) {
                byTest.add(unit);
            }
        }
        return byTest.toArray(Unit[]::new);
    }

    int count() {
        return unitOf.length;
    }

    Unit unitOf(int testId) {
        return unitOf[testId];
    }

    PlannedTest get(int testId) {
        return unitOf[testId].test(testId);
    }

    Span span(int testId) {
        return new Span(unitOf[testId], testId, testId + 1);
    }

    /** A test that has not ended yet has its result, or is crossed off. */
    void end(int testId) {
        ended.set(testId);
        endedCount++;
    }

    int owedCount() {
        return unitOf.length - endedCount;
    }

    /** Those that have not ended, in session order. */
    List<Integer> owed() {
        List<Integer> ids = new ArrayList<>();
        for (int id = ended.nextClearBit(0); id < unitOf.length; id = ended.nextClearBit(id + 1)) {
            ids.add(id);
        }
        return ids;
    }
}
