package io.tach.engine.run;

import java.time.Duration;

/**
 * Whether a process that died is started again, and when.
 *
 * @param most how many restarts a run allows
 * @param firstDelay wait before the second restart; the first comes at once; doubled each time
 * @param longestDelay no wait is longer
 */
public record RestartPolicy(int most, Duration firstDelay, Duration longestDelay) {

    /** The usual delays. */
    public static RestartPolicy atMost(int restarts) {
        return new RestartPolicy(restarts, Duration.ofMillis(200), Duration.ofSeconds(5));
    }

    /**
     * What to do after a death.
     *
     * @param restart whether to start again
     * @param delay how long to wait first
     * @param reason why, for the user
     */
    public record Choice(boolean restart, Duration delay, String reason) {}

    /**
     * Decides after a death.
     *
     * @param deaths how often it has died, this one included
     * @param everReady whether it has ever been ready; one that cannot boot will not boot the next time either
     */
    public Choice afterDeath(int deaths, boolean everReady) {
        if (!everReady) {
            return new Choice(false, Duration.ZERO, "it died before it was ready");
        }
        if (deaths > most) {
            return new Choice(false, Duration.ZERO, "it died " + deaths + " times");
        }
        return new Choice(true, delay(deaths), "restart " + deaths + " of " + most);
    }

    private Duration delay(int deaths) {
        if (deaths <= 1) {
            return Duration.ZERO;
        }
        Duration delay = firstDelay.multipliedBy(1L << Math.min(deaths - 2, 20));
        return delay.compareTo(longestDelay) > 0 ? longestDelay : delay;
    }
}
