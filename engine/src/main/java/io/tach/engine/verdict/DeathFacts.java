package io.tach.engine.verdict;

import io.tach.engine.model.PhaseReport;
import io.tach.engine.model.Property;
import java.time.Duration;
import java.util.List;

/**
 * What is known of a test whose process ended before the test did.
 *
 * @param testId its number
 * @param nodeId its node id
 * @param worker such as {@code gw0}
 * @param phase what the slot page says it was doing
 * @param cause why it ended, as far as the supervisor had a hand in it
 * @param detail the protocol error or the harness's complaint; the signal that stopped it for {@link
 *     Cause#STOPPED}; else empty
 * @param death how the process ended
 * @param limit the deadline that passed; zero if none did
 * @param elapsedNs time since the test's start on the supervisor's clock
 * @param reports what the worker had reported of this test
 * @param properties {@code record_property} pairs seen so far
 * @param output the last output
 * @param leaked what it left behind
 */
public record DeathFacts(
        int testId,
        String nodeId,
        String worker,
        Phase phase,
        Cause cause,
        String detail,
        Death death,
        Duration limit,
        long elapsedNs,
        List<PhaseReport> reports,
        List<Property> properties,
        Output output,
        List<String> leaked) {

    /** Why a process ended. */
    public enum Cause {
        /** By itself, or somebody else killed it. */
        DIED,
        /** The kernel killed it for want of memory. */
        OUT_OF_MEMORY,
        /** The supervisor killed it: it ran past its deadline. */
        DEADLINE,
        /** It was stopped (SIGSTOP), ran past its deadline so, and was killed by the supervisor. */
        STOPPED,
        /** It closed its channel, or the channel was closed under it. */
        CHANNEL_CLOSED,
        /** It sent what is not the protocol, and was killed for it. */
        PROTOCOL,
        /** It went down with the zygote. */
        ZYGOTE_DIED
    }
}
