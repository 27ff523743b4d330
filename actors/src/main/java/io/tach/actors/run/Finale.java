package io.tach.actors.run;

import io.tach.actors.zygote.ZygoteEvents;
import io.tach.engine.event.RunEvent;
import io.tach.engine.plan.Dispatcher;
import io.tach.engine.run.ExitCodes;
import io.tach.engine.run.RunAccount;
import io.tach.nativeio.wire.FromZygote;
import io.tach.nativeio.wire.ToZygote;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** How the run ends: what the summary is made of, the exit code, the last event. One thread. */
final class Finale {
    private static final double NS_PER_SECOND = 1e9;

    private final Books books;
    private final long startedNs = System.nanoTime();
    private final StringBuilder summary = new StringBuilder();
    private Dispatcher dispatcher;
    private FromZygote.Ready suite;
    private Stop stop;
    private boolean interrupted;
    private boolean broken;
    private OptionalInt settled = OptionalInt.empty();
    private OptionalInt pytestStatus = OptionalInt.empty();
    private String stopReason = "";

    Finale(Books books) {
        this.books = books;
    }

    // --- what happened

    void suite(FromZygote.Ready ready, Dispatcher plan) {
        suite = ready;
        dispatcher = plan;
    }

    void stopped(Stop why) {
        stop = why;
        stopReason = why.reason();
    }

    void interrupted() {
        interrupted = true;
    }

    /** tach itself cannot go on. */
    void broke(String why) {
        broken = true;
        stopReason = why;
    }

    /** pytest ended by itself: it refused, or it was only asked for its version. */
    void bootFailed(FromZygote.BootFailed m) {
        settled = OptionalInt.of(
                switch (m.kind()) {
                    case "usage", "unsupported" -> ExitCodes.USAGE;
                    case "conftest" -> ExitCodes.COLLECTION;
                    case "internal" -> ExitCodes.RUNTIME;
                    default -> ExitCodes.ofPytest(m.returnCode());
                });
        summary.append(m.text());
    }

    /** The zygote died before it was ready. */
    void diedInBoot(ZygoteEvents.Loss loss) {
        settled = OptionalInt.of(loss.isImportsFault() ? ExitCodes.COLLECTION : ExitCodes.RUNTIME);
        String where = loss.collecting().isEmpty() ? "" : " while importing " + loss.collecting();
        stopReason = "python died before pytest was ready: " + loss.reason() + where;
    }

    /**
     * Takes a part of pytest's summary.
     *
     * @return true if it was the last
     */
    boolean summary(FromZygote.Summary m) {
        summary.append(m.text());
        if (m.last()) {
            pytestStatus = OptionalInt.of(m.exitStatus());
        }
        return m.last();
    }

    // --- what is made of it

    /** What the zygote needs to write pytest's summary. */
    List<ToZygote> frames() {
        List<ToZygote> frames = new ArrayList<>(books.frames(dispatcher.nodeIds(), suite.cache()));
        frames.add(new ToZygote.Finish(
                books.countsBesideReports(),
                books.account().planned(),
                books.deselected(),
                statusForPytest(),
                duration().toNanos() / NS_PER_SECOND,
                stopForPytest()));
        return frames;
    }

    private Optional<ToZygote.Stop> stopForPytest() {
        if (stop != null) {
            return Optional.of(new ToZygote.Stop(
                    stop.kind(), stop.reason(), stop.returnCode().orElse(-1)));
        }
        int errors = books.collectErrors();
        if (errors > 0 && !suite.continueOnCollectionErrors()) {
            String words = errors + (errors == 1 ? " error" : " errors") + " during collection";
            return Optional.of(new ToZygote.Stop("stop", words, -1));
        }
        return Optional.empty();
    }

    /** The last event. */
    RunEvent.RunFinished finished() {
        return new RunEvent.RunFinished(
                exitCode(), Map.copyOf(books.account().counts()), notRun(), duration(), summary.toString(), stopReason);
    }

    /** tach's exit code, with what pytest's own end made of it. */
    int exitCode() {
        if (broken) {
            return ExitCodes.RUNTIME;
        }
        if (settled.isPresent()) {
            return interrupted ? ExitCodes.INTERRUPTED : settled.getAsInt();
        }
        int decided = decide();
        return pytestStatus.isPresent()
                ? ExitCodes.afterSessionFinish(decided, statusForPytest(), pytestStatus.getAsInt())
                : decided;
    }

    /** The status that pytest's session would have. */
    private int statusForPytest() {
        if (stop != null && stop.isSessionsWish()) {
            return ExitCodes.PYTEST_INTERRUPTED;
        }
        boolean maxfail = stop != null && stop.isMaxfail();
        return ExitCodes.toPytest(decide(), maxfail || suite.continueOnCollectionErrors());
    }

    private int decide() {
        RunAccount account = books.account();
        return ExitCodes.decide(new ExitCodes.Ending(
                account.planned(),
                account.reported(),
                account.failures(),
                account.harnessErrors(),
                books.collectErrors(),
                stop != null && stop.isInternal(),
                false,
                interrupted || (stop != null && stop.isInterrupt()),
                stop != null && !stop.isSessionsWish(),
                stop != null && stop.isSessionsWish(),
                stop == null ? OptionalInt.empty() : stop.returnCode()));
    }

    private List<String> notRun() {
        if (dispatcher == null) {
            return List.of();
        }
        List<String> nodeIds = dispatcher.nodeIds();
        return books.account().missing().stream().map(nodeIds::get).toList();
    }

    private Duration duration() {
        return Duration.ofNanos(System.nanoTime() - startedNs);
    }
}
