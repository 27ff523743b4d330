package io.tach.actors.worker;

import io.tach.nativeio.wire.TestPayload;
import java.time.Duration;

/**
 * A test for a worker's queue.
 *
 * @param payload what the worker gets
 * @param limit longest time of the test; zero for none
 */
public record Assignment(TestPayload payload, Duration limit) {}
