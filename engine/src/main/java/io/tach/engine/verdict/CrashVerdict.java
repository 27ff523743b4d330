package io.tach.engine.verdict;

import io.tach.engine.model.Outcome;
import io.tach.engine.model.PhaseReport;
import io.tach.engine.model.PhaseReport.Location;
import io.tach.engine.model.PhaseTimes;
import io.tach.engine.model.Status;
import io.tach.engine.model.TestResult;
import io.tach.engine.verdict.DeathFacts.Cause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The result of a test whose process ended before the test did. What pytest's users expect: a death in the call is a
 * failure, one in setup or teardown an error; what the call had come to before a death in teardown stays.
 */
public final class CrashVerdict {
    /** The exit code by which a worker says that its channel was closed under it. */
    public static final int CHANNEL_CLOSED_EXIT = 70;

    private CrashVerdict() {}

    /** The result: what was reported so far, and a report that names the death in the phase it came in. */
    public static TestResult of(DeathFacts facts) {
        Phase phase = phaseOf(facts);
        PhaseReport report = DeathReport.of(
                facts.nodeId(),
                phase.word(),
                isTimeout(facts.cause()) ? "TIMEOUT" : "CRASHED",
                lastPhaseNs(facts),
                message(facts),
                facts.output(),
                locationOf(facts));
        List<PhaseReport> reports = new ArrayList<>(facts.reports());
        reports.add(report);
        return new TestResult(
                facts.testId(),
                facts.nodeId(),
                isTimeout(facts.cause()) ? Status.TIMEOUT : Status.CRASH,
                outcome(facts, phase),
                facts.elapsedNs(),
                report.message(),
                times(phase, facts.elapsedNs()),
                List.copyOf(reports),
                facts.properties(),
                facts.worker(),
                facts.leaked());
    }

    /** The first line of that report, such as {@code worker died in call: SIGSEGV (core dumped)}. */
    public static String message(DeathFacts facts) {
        String where = "in " + phaseOf(facts).word();
        return DeathWords.tell(facts.cause(), facts.detail(), facts.death(), facts.limit(), where);
    }

    /**
     * The collect report of a file at whose import the worker ended.
     *
     * @param path the file, as pytest names it
     * @param limit the deadline that passed; zero if none did
     */
    public static PhaseReport inCollection(
            String path, Cause cause, String detail, Death death, Duration limit, Output output) {
        String message = DeathWords.tell(cause, detail, death, limit, "while collecting " + path);
        String word = isTimeout(cause) ? "TIMEOUT" : "CRASHED";
        return DeathReport.of(path, "collect", word, 0, message, output, new Location(path, -1, path));
    }

    private static boolean isTimeout(Cause cause) {
        return cause == Cause.DEADLINE || cause == Cause.STOPPED;
    }

    /** One of the three phases of a test; the slot page may say another one at the test's very edges. */
    private static Phase phaseOf(DeathFacts facts) {
        return switch (facts.phase()) {
            case SETUP, CALL, TEARDOWN -> facts.phase();
            case FINISH -> Phase.TEARDOWN;
            case IDLE, COLLECT, BOOT -> facts.reports().isEmpty() ? Phase.SETUP : Phase.TEARDOWN;
        };
    }

    private static Outcome outcome(DeathFacts facts, Phase phase) {
        boolean callFailed =
                facts.reports().stream().anyMatch(r -> r.failed() && r.when().equals("call"));
        return phase == Phase.CALL || callFailed ? Outcome.FAILED : Outcome.ERROR;
    }

    /** Earlier phases that were reported are not counted twice. */
    private static long lastPhaseNs(DeathFacts facts) {
        long reported =
                facts.reports().stream().mapToLong(PhaseReport::durationNs).sum();
        return Math.max(0, facts.elapsedNs() - reported);
    }

    private static PhaseTimes times(Phase phase, long elapsedNs) {
        return switch (phase) {
            case SETUP -> new PhaseTimes(elapsedNs, 0, 0);
            case TEARDOWN -> new PhaseTimes(0, 0, elapsedNs);
            case IDLE, COLLECT, CALL, FINISH, BOOT -> new PhaseTimes(0, elapsedNs, 0);
        };
    }

    private static Location locationOf(DeathFacts facts) {
        return facts.reports().stream()
                .map(PhaseReport::location)
                .filter(location -> location != null)
                .findFirst()
                .orElseGet(() -> DeathReport.locationOf(facts.nodeId()));
    }
}
