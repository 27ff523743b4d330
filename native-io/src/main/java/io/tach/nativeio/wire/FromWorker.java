package io.tach.nativeio.wire;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What a worker tells the supervisor. Byte buffers are read-only. */
public sealed interface FromWorker
        permits FromWorker.WorkerReady,
                FromWorker.Started,
                FromWorker.Again,
                FromWorker.Report,
                FromWorker.Result,
                FromWorker.Stopping,
                FromWorker.NotRun,
                FromWorker.Rewinds,
                FromWorker.Leaving,
                Collected,
                Warning,
                Note {

    /**
     * MSG_WORKER_READY: a worker's first frame.
     *
     * @param worker its number
     * @param token the token of the {@link ToZygote.Fork} that made it
     * @param pid its process id
     * @param fds its descriptors, to be opened at once
     */
    record WorkerReady(int worker, ByteBuffer token, int pid, Fds fds) implements FromWorker {}

    /**
     * Numbers of descriptors in the worker.
     *
     * @param log what is written outside pytest's capture
     * @param out captured stdout
     * @param err captured stderr
     * @param stacks where {@link WireDescriptor#SIGNAL_STACKS} writes
     * @param slot the slot page
     */
    record Fds(int log, int out, int err, int stacks, int slot) {}

    /** MSG_STARTED: the test begins. */
    record Started(int testId) implements FromWorker {}

    /** MSG_AGAIN: something is run anew for the test that has begun, with all the time that the test has. */
    record Again(int testId) implements FromWorker {}

    /**
     * MSG_REPORT: a report that is more than "passed".
     *
     * @param testId the test, or {@link #NO_TEST} for a collect report
     * @param nodeId the node it is about
     * @param when {@code setup}, {@code call}, {@code teardown} or {@code collect}
     * @param outcome {@code passed}, {@code failed} or {@code skipped}
     * @param category the heading it is counted under
     * @param letter what the dots line shows
     * @param word what the verbose line shows
     * @param markup pytest's markup names for the word
     * @param durationNs how long the phase took, in nanoseconds
     * @param longrepr the rendered traceback, without colours
     * @param message the crash message or skip reason
     * @param xfail the {@code wasxfail} reason
     * @param sections captured output
     * @param properties recorded properties
     * @param location where the item stands; null if pytest did not say
     * @param data the report as pytest serialised it; empty if left out
     */
    record Report(
            int testId,
            String nodeId,
            String when,
            String outcome,
            String category,
            String letter,
            String word,
            List<String> markup,
            long durationNs,
            String longrepr,
            String message,
            Optional<String> xfail,
            List<NamedText> sections,
            List<NamedText> properties,
            Location location,
            ByteBuffer data)
            implements FromWorker {

        /** Stands for the test of a collect report. */
        public static final int NO_TEST = -1;
    }

    /**
     * MSG_RESULT: the verdict on a test.
     *
     * @param testId the test
     * @param status a {@code STATUS_} number
     * @param durationNs the phases together, in nanoseconds
     * @param message one line saying why; empty if it passed
     * @param outcome pytest's word
     * @param phases the phases
     * @param properties recorded properties
     * @param died raw wait status of the test's own process if it died (strategy fork)
     * @param phase the phase that process died in, a {@code PHASE_} number; 0 if none died
     * @param sections what that process had printed into pytest's capture
     * @param leaked what the test left behind
     * @param isolation how the test was kept from the others
     */
    record Result(
            int testId,
            int status,
            long durationNs,
            String message,
            String outcome,
            Phases phases,
            List<NamedText> properties,
            OptionalInt died,
            int phase,
            List<NamedText> sections,
            List<String> leaked,
            Isolation isolation)
            implements FromWorker {}

    /**
     * How a test was kept from the others.
     *
     * @param ran how it really ran: {@code none}, {@code fork} or {@code snapshot}; empty: as the strategy says
     * @param toxic why the process it ran in had to be thrown away, such as {@code thread 'poller'}; empty if it had not
     * @param diagnosis what a second run the plain way showed, such as {@code order-dependent}; empty if there was none
     */
    record Isolation(String ran, String toxic, String diagnosis) {
        /** Nothing to say. */
        public static final Isolation UNSAID = new Isolation("", "", "");
    }

    /** How long each phase took, in nanoseconds; 0 for one that did not run. */
    record Phases(long setupNs, long callNs, long teardownNs) {}

    /**
     * MSG_STOPPING: the session wants to end.
     *
     * @param kind {@code exit}, {@code interrupt}, {@code stop}, {@code fail} or {@code internal}
     * @param reason what to tell the user
     * @param returnCode the exit code asked for, or -1
     */
    record Stopping(String kind, String reason, int returnCode) implements FromWorker {}

    /** MSG_NOT_RUN: tests handed back unstarted. */
    record NotRun(List<Integer> tests) implements FromWorker {}

    /**
     * MSG_REWINDS: what isolation cost since the last of these. Times are in nanoseconds.
     *
     * @param checkpoints how many checkpoints were made
     * @param moves how often a checkpoint was moved
     * @param checkpointNs how long both took
     * @param rewinds how often a worker was rewound
     * @param pages how many pages were copied back
     * @param scanNs finding the pages that were written
     * @param copyNs copying them back
     * @param ledgerNs comparing the kernel's state
     * @param layoutNs comparing the mappings
     * @param rewindNs the rewinds all in all
     * @param forks how many processes were forked to run tests in
     * @param discards how often a process was thrown away, by reason
     * @param verifiedPages pages that were compared with the checkpoint afterwards
     * @param wrongBytes bytes that differed
     */
    record Rewinds(
            int checkpoints,
            int moves,
            long checkpointNs,
            int rewinds,
            long pages,
            long scanNs,
            long copyNs,
            long ledgerNs,
            long layoutNs,
            long rewindNs,
            int forks,
            Map<String, Integer> discards,
            long verifiedPages,
            long wrongBytes)
            implements FromWorker {}

    /** MSG_LEAVING: the last frame of a worker that leaves in order. */
    record Leaving() implements FromWorker {}
}
