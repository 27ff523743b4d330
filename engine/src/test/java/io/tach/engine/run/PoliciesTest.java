package io.tach.engine.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoliciesTest {

    @ParameterizedTest(name = "death {0}, ever ready {1}")
    @CsvSource({
        "1, true,  true,     0, restart 1 of 7",
        "2, true,  true,   200, restart 2 of 7",
        "3, true,  true,   400, restart 3 of 7",
        "7, true,  true,  5000, restart 7 of 7",
        "8, true,  false,    0, it died 8 times",
        "1, false, false,    0, it died before it was ready",
    })
    void aZygoteShouldBeRestartedWithGrowingDelays(
            int deaths, boolean everReady, boolean restart, long delayMs, String reason) {
        RestartPolicy policy = RestartPolicy.atMost(7);
        assertEquals(
                new RestartPolicy.Choice(restart, Duration.ofMillis(delayMs), reason),
                policy.afterDeath(deaths, everReady));
    }

    @ParameterizedTest
    @CsvSource({"1, true", "2, false", "3, false"})
    void aTestShouldRunAgainOnceAfterZygoteDeaths(int deaths, boolean again) {
        assertEquals(again, RetryPolicy.runAgainAfterZygoteDeath(deaths));
    }

    @ParameterizedTest(name = "exited {0}, silent {1} -> {2}, then {3}")
    @CsvSource({
        "false, true,  WAIT,    KILL",
        "true,  false, WAIT,    SETTLED",
        "true,  true,  SETTLED, SETTLED",
    })
    void anEndShouldNeedTwoFactsButWaitForTheSecondForAWhileOnly(
            boolean exited, boolean silent, EndPolicy.Choice onFact, EndPolicy.Choice onGrace) {
        assertEquals(onFact, EndPolicy.onFact(exited, silent));
        assertEquals(onGrace, EndPolicy.onGrace(exited));
    }
}
