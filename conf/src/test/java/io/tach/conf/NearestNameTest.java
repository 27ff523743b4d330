package io.tach.conf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {

    @ParameterizedTest
    @CsvSource({"kitten,sitting,3", "'',abc,3", "abc,'',3", "same,same,0", "ab,ba,2"})
    void shouldCountEdits(String a, String b, int expected) {
        assertEquals(expected, NearestName.distance(a, b));
    }

    @Test
    void shouldFindTheClosest() {
        assertEquals("workers", NearestName.of("wrokers", List.of("timeout", "workers", "python")));
    }

    @Test
    void shouldPreferTheNameThatGoesOn() {
        assertEquals("isolation_strategy", NearestName.of("isolation", List.of("python", "isolation_strategy")));
    }

    @Test
    void shouldFindNothingTooFarAway() {
        assertEquals(Optional.empty(), NearestName.within(2, "colour", List.of("timeout", "workers")));
        assertEquals(Optional.of("workers"), NearestName.within(2, "worker", List.of("timeout", "workers")));
    }
}
