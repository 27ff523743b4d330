package io.tach.actors.worker;

import io.tach.nativeio.wire.FromWorker.Result;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/** What a worker has been given and has not given back, and since when it is at its present test. */
final class Lease {
    private final Map<Integer, Duration> limits = new HashMap<>();
    private int units;
    private int running = -1;
    private long startedNs;
    private Duration limit = Duration.ZERO;

    void assign(Assignment test) {
        limits.put(test.payload().testId(), test.limit());
    }

    void collect(int count) {
        units += count;
    }

    void collected() {
        units = Math.max(0, units - 1); // a unit may be collected unasked, for a test of it
    }

    void started(int testId, long nowNs) {
        running = testId;
        startedNs = nowNs;
        limit = limits.getOrDefault(testId, Duration.ZERO);
    }

    /** The test that is running begins anew, with all the time it has. */
    void startedAgain(int testId, long nowNs) {
        if (running == testId) {
            startedNs = nowNs;
        }
    }

    void ended(Result result) {
        limits.remove(result.testId());
        if (running == result.testId()) {
            running = -1;
        }
    }

    void handedBack(int testId) {
        limits.remove(testId);
    }

    /** True if it owes nothing. */
    boolean isEmpty() {
        return limits.isEmpty() && units == 0;
    }

    OptionalInt running() {
        return running < 0 ? OptionalInt.empty() : OptionalInt.of(running);
    }

    /** The running test's limit; zero if there is none. */
    Duration limit() {
        return running < 0 ? Duration.ZERO : limit;
    }

    /** How long the running test has been at it; 0 if none runs. */
    long elapsedNs(long nowNs) {
        return running < 0 ? 0 : nowNs - startedNs;
    }
}
