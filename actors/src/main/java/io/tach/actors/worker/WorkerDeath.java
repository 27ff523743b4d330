package io.tach.actors.worker;

import io.tach.engine.verdict.Death;
import io.tach.engine.verdict.DeathFacts.Cause;
import io.tach.engine.verdict.Output;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/**
 * How a worker, or in the strategy {@code fork} the process of one test, ended.
 *
 * @param death what the kernel says
 * @param cause why, as far as the supervisor had a hand in it
 * @param detail more of the cause; may be empty
 * @param activity what it was doing
 * @param overdue the test that ran past its deadline, if one did
 * @param limit that deadline; zero if none passed
 * @param elapsedNs time since the start of the running test; 0 if none ran
 * @param output the last output
 * @param leaked processes it left behind
 * @param inOrder true if it said goodbye
 */
public record WorkerDeath(
        Death death,
        Cause cause,
        String detail,
        Activity activity,
        OptionalInt overdue,
        Duration limit,
        long elapsedNs,
        Output output,
        List<String> leaked,
        boolean inOrder) {

    /** The test it was in by its slot page; empty between tests. */
    public OptionalInt testInSlot() {
        return switch (activity.phase()) {
            case SETUP, CALL, TEARDOWN -> activity.testId();
            case IDLE, COLLECT, FINISH, BOOT -> OptionalInt.empty();
        };
    }

    /** In words, such as {@code SIGSEGV} or {@code exit code 3}. */
    public String inWords() {
        if (cause == Cause.PROTOCOL) {
            return detail;
        }
        return death.inWords() + (cause == Cause.OUT_OF_MEMORY ? " (out of memory)" : "");
    }
}
