package io.tach.actors.run;

import io.tach.actors.run.RunState.Phase;
import io.tach.actors.trace.StartupTrace;
import io.tach.actors.zygote.Zygote;
import io.tach.conf.PlanningSettings;
import io.tach.engine.event.RunEvent;
import io.tach.engine.model.TestResult;
import io.tach.engine.plan.Order;
import io.tach.engine.plan.UnitInfo;
import io.tach.engine.toxicity.Predictions;
import io.tach.engine.verdict.Verdicts;
import io.tach.nativeio.wire.Collected;
import io.tach.nativeio.wire.ToZygote;
import io.tach.nativeio.wire.Warning;
import java.nio.file.Path;
import java.util.List;

/**
 * Takes a run forward, from the first collected file to the last result, as far as the facts allow. Owned by the
 * supervisor's actor.
 */
final class Progress {
    /** The zygote where a worker's number is asked for. */
    static final int ZYGOTE = -1;

    /** Collecting that takes workers less than this, all together, need not become faster. */
    private static final long LONG_COLLECTION_NS = 300_000_000;

    private final RunState run;
    private final Ending ending;

    Progress(RunState run, Ending ending) {
        this.run = run;
        this.ending = ending;
    }

    /** Takes what the first report of a unit says; false if it is void because the session has to be collected whole. */
    boolean takeCollected(int sender, Collected m) {
        if (run.wholeOrdered && !run.collection.isWhole()) {
            return false;
        }
        if (m.reorderedBy().isPresent() && !run.collection.isWhole()) {
            collectWhole(m.reorderedBy().get());
            return false;
        }
        run.books.collected(sender, m.unit());
        run.collectedByWorkersNs += sender == ZYGOTE ? 0 : m.durationNs();
        if (run.collection.isNews(m)) {
            m.reports().forEach(r -> run.books.collectReport(m.unit(), Translate.report(r)));
            run.books.deselected(m.deselected());
        }
        return true;
    }

    private void collectWhole(String culprit) {
        run.note("tests are collected in one process: " + culprit + " changes their order or selection");
        run.wholeOrdered = true;
        run.collection.startOver();
        run.books.forgetCollection();
        carryOut(run.dispatcher.collectWhole());
        run.crew.sendHome();
        run.premises.zygote(new Zygote.Send(new ToZygote.CollectAll()));
    }

    /** It is known what earlier runs tell. */
    void past(PastRuns.Read read) {
        run.past.known(read);
        if (!read.obstacle().isEmpty()) {
            run.note(PastRuns.notKept(read.obstacle()));
        }
        run.dispatcher.expect(read.history());
        proceed();
    }

    /** It is known what the sources say of toxic tests; what is not sent yet is sent accordingly. */
    void predicted(Predictions predictions) {
        run.toxicity.predicted(predictions);
    }

    /** The run takes long enough for sources to be read, if nobody knows yet what they say. */
    void predictIfUnknown() {
        if (run.isAtWork() && run.predicts && !run.toxicity.isPredicted()) {
            run.premises.predict(run.settings, Path.of(run.suite.rootDir()));
        }
    }

    /** What workers have imported side by side, the next run's zygote may import for all of them. */
    private void planPreImports() {
        PlanningSettings planning = run.settings.planning();
        boolean wanted = planning.history() && planning.preImport() && run.past.keeps();
        if (wanted && !run.collection.isWhole() && run.collectedByWorkersNs > LONG_COLLECTION_NS) {
            List<String> files =
                    run.collection.units().stream().map(UnitInfo::path).toList();
            run.premises.planPreImports(run.settings, Path.of(run.suite.rootDir()), files);
        }
    }

    /** Takes the next step, if the last fact allows one. */
    void proceed() {
        boolean canFork = run.zygoteUp && run.collection.isReadyToFork();
        boolean canAnnounce = canFork && isCollected() && run.past.isKnown();
        if (run.phase() == Phase.COLLECTING && !run.announced && canAnnounce) {
            keepPart();
            announce();
            planPreImports();
        }
        if (canFork && run.isAtWork()) {
            int wanted = run.dispatcher.workersWanted();
            run.crew.topUp(run.announced ? wanted : Math.min(wanted, run.collection.missing()));
        }
        if (run.phase() == Phase.COLLECTING && run.announced && run.crew.fleet().isComplete()) {
            run.become(Phase.RUNNING, "everything is collected");
            carryOut(run.dispatcher.beginRun());
        }
        ending.drain();
    }

    private boolean isCollected() {
        return run.collection.isWhole() || run.dispatcher.collectionComplete();
    }

    private void keepPart() {
        run.settings.planning().partition().ifPresent(part -> {
            int all = run.dispatcher.nodeIds().size();
            int others = run.dispatcher.keepPart(part.number(), part.count(), run.filesMaySplit);
            run.books.deselected(others);
            String rule = run.past.history().isEmpty() ? "by number, since no durations are known" : "by time";
            run.note("partition " + part + ": " + (all - others) + " of " + all + " tests, " + rule);
        });
    }

    /** Says what was collected; if nothing is to run, that is the end. */
    void announce() {
        StartupTrace.mark("collected");
        run.announced = true;
        List<String> nodeIds = run.dispatcher.nodeIds();
        boolean enough = run.books.endCollection(run.suite.maxFail());
        run.books.open(nodeIds.size(), run.suite.maxFail());
        boolean broken = run.books.collectErrors() > 0 && !(run.suite.continueOnCollectionErrors() && run.zygoteUp);
        boolean willRun = !broken && !enough && !nodeIds.isEmpty();
        run.feed.emit(new RunEvent.CollectionFinished(
                nodeIds.size(),
                run.books.deselected(),
                run.books.collectReports(),
                willRun,
                nodeIds,
                run.books.linesBelow()));
        if (willRun && !run.seedNote.isEmpty()) {
            run.note(run.seedNote); // not before: pytest writes "collected" behind its "collecting ..."
        }
        if (enough) {
            ending.stop(Stop.maxfail(run.books.account().failures()));
        } else if (!willRun) {
            run.become(Phase.DRAINING, broken ? "collection errors" : "no tests");
            run.crew.sendHome();
            ending.drain();
        }
    }

    /** Enters a test's one result. */
    void conclude(TestResult result) {
        if (!run.books.enter(result)) {
            return;
        }
        run.past.add(result);
        run.feed.emit(new RunEvent.TestFinished(result));
        if (run.books.account().maxfailReached()) {
            ending.stop(Stop.maxfail(run.books.account().failures()));
        }
    }

    /** Carries orders out, later if the sinks are behind. Tests that cannot run anywhere get their result at once. */
    void carryOut(List<Order> orders) {
        for (Order order : orders) {
            if (order instanceof Order.Abandon m) {
                m.testIds().forEach(id -> abandon(id, m.reason()));
            }
        }
        run.crew.carryOut(orders, run.phase() == Phase.RUNNING && (run.paused || run.feed.isBehind()));
    }

    private void abandon(int testId, String reason) {
        conclude(Verdicts.harnessError(testId, run.dispatcher.test(testId).nodeId(), "", reason));
    }

    /** Gives out no further test, or does again. */
    void pause(boolean on) {
        run.paused = on;
        goOn();
    }

    /** What waited for the sinks, or for the user, goes on. */
    void goOn() {
        if (run.crew != null && !run.paused && !run.feed.isBehind()) {
            run.crew.release();
        }
    }

    /**
     * What an import warns of is told by the one that does it first.
     *
     * @param sender the worker, or {@link #ZYGOTE}
     */
    void warn(int sender, Warning m) {
        boolean ofFile = m.when().equals("collect");
        if (ofFile && run.phase() != Phase.BOOTING && run.phase() != Phase.COLLECTING) {
            return;
        }
        if (ofFile) {
            run.books.collectWarning(sender, m);
        } else {
            run.books.warning(m);
        }
        run.feed.emit(Translate.warning(m));
    }
}
