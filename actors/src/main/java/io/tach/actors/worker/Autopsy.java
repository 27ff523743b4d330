package io.tach.actors.worker;

import io.tach.engine.verdict.Death;
import io.tach.engine.verdict.DeathFacts.Cause;
import io.tach.engine.verdict.Output;
import io.tach.engine.verdict.Phase;
import io.tach.nativeio.posix.WaitStatus;
import io.tach.nativeio.wire.FromWorker.Result;
import io.tach.nativeio.wire.NamedText;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * Puts together what is known of a death.
 *
 * @param lease what the worker was at
 * @param files what it left in memory; empty if it never connected
 * @param shortage knows of processes killed for want of memory; empty if it never connected
 * @param overdue the test that was past its deadline, if one was
 * @param overrun the limit of an import that took too long, or zero
 * @param nowNs the time, on the lease's clock
 */
record Autopsy(
        Lease lease,
        Optional<WorkerFiles> files,
        Optional<MemoryShortage> shortage,
        Optional<Overdue> overdue,
        Duration overrun,
        long nowNs) {

    /** Of a worker that never connected: nothing is known but what others say. */
    static Autopsy ofStranger() {
        return new Autopsy(new Lease(), Optional.empty(), Optional.empty(), Optional.empty(), Duration.ZERO, 0);
    }

    /**
     * A worker's death.
     *
     * @param death what the kernel says
     * @param cause what the supervisor did, or {@link Cause#DIED}
     * @param detail more of the cause
     */
    WorkerDeath ofWorker(Death death, Cause cause, String detail, List<String> leaked, boolean inOrder) {
        Optional<Overdue> late = overdue.filter(o -> o.isSignalled() && cause != Cause.ZYGOTE_DIED);
        Activity now = files.map(WorkerFiles::activity).orElse(Activity.NONE);
        return new WorkerDeath(
                death,
                late.map(Overdue::cause).orElseGet(() -> cause == Cause.DIED ? byItself(death) : cause),
                detail,
                late.map(o -> o.activity).orElse(now),
                overdueTest(),
                late.map(o -> o.limit).orElse(overrun),
                elapsedNs(late),
                files.map(WorkerFiles::output).orElse(Output.NONE),
                leaked.stream().filter(left -> !now.isOwnProcess(left)).toList(),
                inOrder);
    }

    /**
     * The death of a test's own process. The worker has read and cleared what that had printed, and sends it along; the
     * slot page speaks of the next test already.
     */
    WorkerDeath ofTest(Result result) {
        Optional<Overdue> late = overdue.filter(o -> o.testId == result.testId());
        Output kept = files.map(WorkerFiles::output).orElse(Output.NONE);
        Death death = Deaths.of(new WaitStatus(result.died().getAsInt()));
        return new WorkerDeath(
                death,
                late.map(Overdue::cause).orElseGet(() -> byItself(death)),
                "",
                new Activity(Phase.ofCode(result.phase()), OptionalInt.of(result.testId()), OptionalInt.empty(), 0),
                overdueTest(),
                late.map(o -> o.limit).orElse(Duration.ZERO),
                elapsedNs(late),
                new Output(captured(result, "stdout"), captured(result, "stderr"), kept.log(), kept.stacks()),
                result.leaked(),
                false);
    }

    private Cause byItself(Death death) {
        return shortage.map(memory -> memory.of(death)).orElse(Cause.DIED);
    }

    private OptionalInt overdueTest() {
        return overdue.map(o -> OptionalInt.of(o.testId)).orElse(OptionalInt.empty());
    }

    private long elapsedNs(Optional<Overdue> late) {
        return late.map(o -> o.elapsedNs).orElseGet(() -> lease.elapsedNs(nowNs));
    }

    private static String captured(Result result, String stream) {
        return result.sections().stream()
                .filter(s -> s.name().contains(stream))
                .map(NamedText::text)
                .collect(Collectors.joining());
    }
}
