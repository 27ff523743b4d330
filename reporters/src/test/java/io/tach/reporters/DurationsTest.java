package io.tach.reporters;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({
        "1500, 1.500us",
        "15000, 15.00us",
        "150000, 150.0us",
        "1500000, 1.500ms",
        "150000000, 150.0ms",
        "1500000000, 1.500s",
        "90000000000, 1m 30s",
        "7200000000000, 2h 0m"
    })
    void shouldPrintOneTestAsPytestDoes(long ns, String expected) {
        assertEquals(expected, Durations.ofNode(ns));
    }

    @Test
    void shouldPrintSessionAsPytestDoes() {
        assertEquals("1.23s", Durations.ofSession(Duration.ofMillis(1234)));
        assertEquals("3725.50s (1:02:05)", Durations.ofSession(Duration.ofMillis(3_725_500)));
        assertEquals("90000.00s (1 day, 1:00:00)", Durations.ofSession(Duration.ofHours(25)));
    }

    @Test
    void shouldRoundSecondsToMillis() {
        assertEquals("0.001", Durations.seconds(500_000));
        assertEquals("12.045", Durations.seconds(12_045_400_000L));
    }

    @Test
    void shouldPrintAgeBriefly() {
        assertEquals("59s", Durations.live(59_900_000_000L));
        assertEquals("2m05s", Durations.live(125_000_000_000L));
    }
}
