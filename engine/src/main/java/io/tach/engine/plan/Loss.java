package io.tach.engine.plan;

import java.util.List;
import java.util.OptionalInt;

/**
 * What a lost worker leaves.
 *
 * @param running the test it was running. Unless it is to be run again it is crossed off: the caller gives it its result
 * @param collecting the unit it was collecting. If no tests run yet the unit is crossed off as one without tests: the
 *     caller reports the error, or puts it back with {@link Dispatcher#collectAgain}
 * @param requeued how many tests go to other workers
 * @param orders what to do now
 */
public record Loss(OptionalInt running, OptionalInt collecting, int requeued, List<Order> orders) {}
