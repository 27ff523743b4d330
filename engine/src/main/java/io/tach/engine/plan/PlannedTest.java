package io.tach.engine.plan;

import java.time.Duration;
import java.util.Optional;

/**
 * A test as it is sent to a worker.
 *
 * @param testId its number in the run: its place in the session, from 0
 * @param unit the unit it belongs to
 * @param index its place in what <em>that worker</em> collected of the unit
 * @param nodeId pytest's node id
 * @param timeout the limit from its own mark, if it has one
 */
public record PlannedTest(int testId, int unit, int index, String nodeId, Optional<Duration> timeout) {}
