package io.tach.actors.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AwakeClockTest {
    private long nanoTime = -5;

    /** Asked three times; only what lies between the last two is what counts. */
    @ParameterizedTest(name = "{2} after {1} and {0}")
    @CsvSource({
        "10, 10, 10", // on the beat
        "0, 30, 30", // late, but not later than a busy machine makes it
        "0, 31, 10", // stood still: as if it had been asked on the beat
        "500, 10, 10", // what was before changes nothing
        "500, 500, 10",
    })
    void shouldNotCountWhatNobodySaw(long before, long unseen, long counted) {
        AwakeClock clock = new AwakeClock(() -> nanoTime, Duration.ofNanos(10));
        nanoTime += before;
        long startNs = clock.nowNs();
        nanoTime += unseen;
        assertEquals(counted, clock.nowNs() - startNs);
    }
}
