package io.tach.engine.run;

/** Whether a test whose process died with the zygote is run again. */
public final class RetryPolicy {
    private RetryPolicy() {}

    /**
     * A test may be innocent of the zygote's death once, since all running tests lose their process then; one that is
     * running at the second death as well is reported.
     *
     * @param zygoteDeaths how many zygote deaths this test was running at, this one included
     */
    public static boolean runAgainAfterZygoteDeath(int zygoteDeaths) {
        return zygoteDeaths <= 1;
    }
}
