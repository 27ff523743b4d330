package io.tach.nativeio.wire;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What the supervisor tells the zygote. Byte buffers are read-only by convention: nobody moves their position. */
public sealed interface ToZygote {

    /** CMD_EXIT: kill what is left and leave. */
    record Exit() implements ToZygote {}

    /**
     * CMD_FORK: make a worker.
     *
     * @param worker its number, never used again in this run
     * @param token the 16 bytes it will show in {@link FromWorker.WorkerReady}
     * @param workers how many workers the run has
     * @param isolation how it isolates its tests
     * @param preImport whether the zygote may import, before it forks for the first time, what many test files need
     */
    record Fork(int worker, ByteBuffer token, int workers, Isolation isolation, boolean preImport)
            implements ToZygote {}

    /**
     * How a worker isolates its tests.
     *
     * @param strategy {@code none}, {@code fork}, {@code snapshot} or {@code auto}
     * @param strict whether a test that passes only without isolation has failed
     * @param verify whether every rewind is compared with its checkpoint, byte for byte
     * @param seed what random numbers start from after every rewind, at least 0; empty: from the system's
     */
    record Isolation(String strategy, boolean strict, boolean verify, OptionalLong seed) {

        /** The strategy alone. */
        public static Isolation of(String strategy) {
            return new Isolation(strategy, false, false, OptionalLong.empty());
        }
    }

    /**
     * CMD_KILL: send a signal to a worker; nothing if it has been reaped.
     *
     * @param worker the worker
     * @param signal the signal's number
     * @param group whether its whole process group is meant
     */
    record Kill(int worker, int signal, boolean group) implements ToZygote {}

    /** CMD_COLLECT_ALL: drop distributed collection and collect the whole session in the zygote. */
    record CollectAll() implements ToZygote {}

    /**
     * CMD_REPORTS: part of what the summary is made of.
     *
     * @param reports reports of tests
     * @param collectReports collect reports as pytest serialised them
     * @param warnings warnings, in the order they came
     * @param durations for {@code --durations}
     * @param outcomes for the cache plugin: node id with pytest's word
     * @param nodeIds for {@code --nf}
     */
    record Reports(
            List<FinalReport> reports,
            List<ByteBuffer> collectReports,
            List<Warning> warnings,
            List<Duration> durations,
            List<NamedText> outcomes,
            List<String> nodeIds)
            implements ToZygote {}

    /**
     * CMD_FINISH: everything is known, write the summary.
     *
     * @param counts reports by category that are not among the {@link Reports}
     * @param collected how many tests were collected
     * @param deselected how many were deselected
     * @param exitStatus the run's exit status as far as the supervisor knows
     * @param durationSeconds how long the run took
     * @param stop why the run ended early, if it did
     */
    record Finish(
            Map<String, Integer> counts,
            int collected,
            int deselected,
            int exitStatus,
            double durationSeconds,
            Optional<Stop> stop)
            implements ToZygote {}

    /** A report for the summary. */
    sealed interface FinalReport {}

    /** A report as pytest serialised it, opaque to the supervisor. */
    record PytestReport(ByteBuffer data) implements FinalReport {}

    /**
     * A report the supervisor made itself, such as of a crash.
     *
     * @param nodeId the test
     * @param when the phase
     * @param outcome pytest's report outcome
     * @param longrepr what FAILURES shows
     * @param sections captured output
     * @param location where the item stands; null if unknown
     * @param category the heading it is counted under
     */
    record MadeReport(
            String nodeId,
            String when,
            String outcome,
            String longrepr,
            List<NamedText> sections,
            Location location,
            String category)
            implements FinalReport {}

    /** How long one phase of a test took. */
    record Duration(String nodeId, String when, double seconds) {}

    /**
     * Why a run ended early, in the words of {@link FromWorker.Stopping}.
     *
     * @param kind as there
     * @param reason as there
     * @param returnCode the exit code that was asked for, or -1
     */
    record Stop(String kind, String reason, int returnCode) {}
}
