package io.tach.conf;

import java.util.Optional;

/**
 * How a run is planned.
 *
 * @param history whether what a run learns is kept in the project, and what earlier runs learnt is used
 * @param preImport whether what many test files import is imported once, before the first worker is forked; needs
 *     {@code history}
 * @param partition the part of the suite that is run; empty for all of it
 */
public record PlanningSettings(boolean history, boolean preImport, Optional<Partition> partition) {
    /** Everything is run, and nothing is remembered. */
    public static final PlanningSettings FORGETFUL = new PlanningSettings(false, false, Optional.empty());
}
