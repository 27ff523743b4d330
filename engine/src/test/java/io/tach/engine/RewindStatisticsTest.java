package io.tach.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tach.engine.model.RewindStatistics;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RewindStatisticsTest {
    private static RewindStatistics discarding(Map<String, Integer> reasons) {
        return new RewindStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, reasons, 0, 0);
    }

    @Test
    void shouldAddEverything() {
        RewindStatistics a = new RewindStatistics(1, 13, 2, 3, 4, 5, 6, 7, 8, 9, 10, Map.of("thread", 1), 11, 12);
        RewindStatistics b = new RewindStatistics(
                10, 130, 20, 30, 40, 50, 60, 70, 80, 90, 100, Map.of("thread", 2, "child", 1), 110, 120);

        assertEquals(
                new RewindStatistics(
                        11, 143, 22, 33, 44, 55, 66, 77, 88, 99, 110, Map.of("thread", 3, "child", 1), 121, 132),
                a.plus(b));
        assertEquals(a, a.plus(RewindStatistics.NONE));
        assertEquals(4, a.plus(b).discarded());
    }

    @Test
    void shouldBeEmptyUntilSomethingWasIsolated() {
        assertTrue(RewindStatistics.NONE.isEmpty());
        assertFalse(discarding(Map.of("thread", 1)).isEmpty());
    }

    @Test
    void shouldNotOverflow() {
        RewindStatistics most = new RewindStatistics(
                Integer.MAX_VALUE,
                Integer.MAX_VALUE,
                Long.MAX_VALUE,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                Map.of("x", Integer.MAX_VALUE),
                0,
                0);

        assertEquals(most, most.plus(most));
    }

    @Test
    void shouldKeepABoundOfReasons() {
        RewindStatistics sum = RewindStatistics.NONE;
        for (int i = 0; i < 1000; i++) {
            sum = sum.plus(discarding(Map.of("thread " + i, 1)));
        }

        assertEquals(1000, sum.discarded());
        assertEquals(101, sum.discards().size());
        assertEquals(900, sum.discards().get("other reasons"));
    }
}
