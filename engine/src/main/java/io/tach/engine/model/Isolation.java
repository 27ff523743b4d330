package io.tach.engine.model;

/**
 * How a test was kept from the others.
 *
 * @param ran how it really ran: {@code none}, {@code fork} or {@code snapshot}; empty if nobody said, so as the run's
 *     strategy says
 * @param toxic why the process it ran in had to be thrown away, such as {@code thread 'poller'}; empty if it had not
 * @param diagnosis what a second run without isolation showed, such as {@code order-dependent}; empty if there was none.
 *     The result is already that of the second run, unless the run is strict
 */
public record Isolation(String ran, String toxic, String diagnosis) {
    /** Nothing to say. */
    public static final Isolation UNSAID = new Isolation("", "", "");
}
