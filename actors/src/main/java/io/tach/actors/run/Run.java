package io.tach.actors.run;

import io.tach.actors.run.Fleet.Member;
import io.tach.actors.stream.EventFeed;
import io.tach.actors.trace.StartupTrace;
import io.tach.actors.worker.Deaths;
import io.tach.actors.worker.Worker;
import io.tach.actors.worker.WorkerDeath;
import io.tach.actors.zygote.Zygote;
import io.tach.actors.zygote.ZygoteEvents;
import io.tach.conf.TachSettings;
import io.tach.engine.event.RunEvent;
import io.tach.engine.model.TestResult;
import io.tach.engine.plan.Dispatcher;
import io.tach.engine.plan.Loss;
import io.tach.engine.plan.Order;
import io.tach.engine.run.ExitCodes;
import io.tach.engine.verdict.Death;
import io.tach.engine.verdict.DeathFacts.Cause;
import io.tach.engine.verdict.Verdicts;
import io.tach.nativeio.posix.WaitStatus;
import io.tach.nativeio.wire.Collected;
import io.tach.nativeio.wire.FromWorker;
import io.tach.nativeio.wire.FromZygote;
import io.tach.nativeio.wire.Note;
import io.tach.nativeio.wire.ToZygote;
import io.tach.nativeio.wire.Warning;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * The truth about one run: translates facts for the engine and carries out what it orders. Owned by the {@link
 * Supervisor}'s actor; one thread.
 */
final class Run {

    /** Where a run stands; {@link Supervisor} draws the way. */
    enum State {
        BOOTING,
        COLLECTING,
        RUNNING,
        DRAINING,
        SUMMARIZING,
        CLOSING,
        DONE
    }

    /** So many workers in a row may die before they did anything. */
    private static final int MOST_IDLE_DEATHS = 3;

    /** The library behind it costs a twentieth of a second of processor time: not while the start wants it all. */
    private static final Duration SUBREAPER_AFTER = Duration.ofSeconds(1);

    private static final Duration SUMMARY_PATIENCE = Duration.ofSeconds(30);

    private final TachSettings settings;
    private final TimerScheduler<Supervisor.Command> timers;
    private final EventFeed feed;
    private final Premises premises;
    private final CompletableFuture<Integer> exitCode;
    private final Collection collection = new Collection();
    private final Books books = new Books();
    private final Finale finale = new Finale(books);

    private State state = State.BOOTING;
    private String reason = "start";
    private FromZygote.Ready suite;
    private Dispatcher dispatcher;
    private Casualties casualties;
    private Crew crew;
    private Stop stop;
    private boolean zygoteUp;
    private boolean zygoteGone;
    private boolean announced;
    private boolean paused;
    private boolean wholeOrdered;
    private int idleDeaths;
    private int interrupts;

    Run(
            TachSettings settings,
            TimerScheduler<Supervisor.Command> timers,
            EventFeed feed,
            Premises premises,
            CompletableFuture<Integer> exitCode) {
        this.settings = settings;
        this.timers = timers;
        this.feed = feed;
        this.premises = premises;
        this.exitCode = exitCode;
    }

    State state() {
        return state;
    }

    /** Why the run is in its state, for the log. */
    String reason() {
        return reason;
    }

    private void become(State next, String why) {
        state = next;
        reason = why;
    }

    /** Opens the premises and starts the zygote. */
    void boot() {
        try {
            crew = premises.open(settings);
            timers.startSingleTimer(Supervisor.Timer.SUBREAPER, SUBREAPER_AFTER);
        } catch (IOException e) {
            finale.broke("cannot start a run: " + e.getMessage());
            zygoteGone = true;
            close("no premises");
        }
    }

    // --- the zygote

    void zygoteSaid(List<FromZygote> messages) {
        messages.forEach(this::zygoteSaid);
    }

    private void zygoteSaid(FromZygote message) {
        if (message instanceof FromZygote.Exited m) {
            onExited(m);
        } else if (message instanceof FromZygote.Forked m) {
            crew.fleet().get(m.worker()).ifPresent(w -> w.pid(m.pid()));
        } else if (message instanceof Collected m) {
            onCollectedByZygote(m);
        } else if (message instanceof FromZygote.Units m) {
            onUnits(m);
        } else if (message instanceof FromZygote.Ready m) {
            onReady(m);
        } else if (message instanceof FromZygote.BootFailed m) {
            onBootFailed(m);
        } else if (message instanceof FromZygote.Summary m) {
            onSummary(m);
        } else if (message instanceof Warning m) {
            onWarning(m);
        } else if (message instanceof Note m) {
            note(m.text());
        }
    }

    private void onExited(FromZygote.Exited m) {
        Death death = Deaths.of(new WaitStatus(m.status()));
        crew.fleet().get(m.worker()).ifPresent(w -> w.actor.tell(new Worker.Exited(death, m.leaked())));
    }

    private void onReady(FromZygote.Ready m) {
        zygoteUp = true;
        if (suite != null) {
            collectAsBefore(m);
            return;
        }
        StartupTrace.mark("ready received");
        suite = m;
        Plan plan = Plan.of(settings, m);
        dispatcher = new Dispatcher(plan.dispatch());
        casualties = new Casualties(dispatcher, books, collection);
        crew.plan(plan.workers(), m.timeoutPlugin());
        books.wants(m.durations() >= 0, m.cache());
        finale.suite(m, dispatcher);
        become(State.COLLECTING, "the zygote is ready");
        feed.emit(new RunEvent.SessionStarted(Translate.suite(m, plan.workers())));
        if (!plan.note().isEmpty()) {
            note(plan.note());
        }
    }

    /** Another zygote has to hold the session in the same way as the first did. */
    private void collectAsBefore(FromZygote.Ready m) {
        if (wholeOrdered && m.mode().equals("distributed")) {
            premises.zygote(new Zygote.Send(new ToZygote.CollectAll()));
        }
    }

    private void onUnits(FromZygote.Units m) {
        boolean staleList = wholeOrdered && !m.mode().equals("global");
        if (staleList || !collection.add(m)) {
            return;
        }
        if (!collection.isWhole() && state == State.COLLECTING) {
            carryOut(dispatcher.unitsKnown(collection.units()));
        }
        proceed();
    }

    private void onCollectedByZygote(Collected m) {
        boolean wanted = state == State.COLLECTING ? takeCollected(m) : state == State.RUNNING;
        if (wanted) {
            collection.add(m).ifPresent(unit -> carryOut(dispatcher.collectedByZygote(unit)));
            proceed();
        }
    }

    private void onBootFailed(FromZygote.BootFailed m) {
        finale.bootFailed(m);
        close("pytest ended by itself kind=" + m.kind());
    }

    void zygoteLost(ZygoteEvents.Loss loss) {
        zygoteUp = false;
        premises.endOrphans(crew.fleet());
        boolean deadlyImport = !loss.collecting().isEmpty() && state == State.COLLECTING;
        boolean useful = state == State.COLLECTING || state == State.RUNNING;
        if (loss.restarting() && useful && !deadlyImport) {
            note("the zygote died (" + loss.reason() + ") and is started again");
            dispatcher.zygoteReplaced();
            collection.forget();
            return;
        }
        premises.zygote(Zygote.Request.KILL);
        endWithoutZygote(loss, deadlyImport);
    }

    private void endWithoutZygote(ZygoteEvents.Loss loss, boolean deadlyImport) {
        if (state == State.SUMMARIZING) {
            close("the zygote died");
        } else if (state == State.BOOTING) {
            finale.diedInBoot(loss);
            close("the zygote died");
        } else if (deadlyImport) {
            books.collectReport(Casualties.importDeath(loss));
            announce();
        } else {
            stop(Stop.of("internal", "the zygote died: " + loss.reason()));
        }
    }

    void zygoteGone() {
        zygoteGone = true;
        if (state == State.CLOSING) {
            vacate();
        }
    }

    // --- workers

    void workerUp(int worker) {
        StartupTrace.mark("first worker ready");
        crew.fleet().get(worker).ifPresent(Member::up);
        if (takesWork(worker)) {
            carryOut(dispatcher.workerReady(worker));
            proceed();
        }
    }

    private boolean takesWork(int worker) {
        boolean leaving = crew.fleet().get(worker).map(Member::isLeaving).orElse(true);
        return !leaving && (state == State.COLLECTING || state == State.RUNNING);
    }

    /** A worker that talks nonsense is ended; what it said before counts. */
    void workerSaid(int worker, List<FromWorker> messages) {
        for (FromWorker message : messages) {
            try {
                workerSaid(worker, message);
            } catch (IllegalArgumentException nonsense) {
                crew.kill(worker, Cause.PROTOCOL, nonsense.getMessage());
                return;
            }
        }
    }

    private void workerSaid(int worker, FromWorker message) {
        if (message instanceof FromWorker.Started m) {
            onStarted(worker, m);
        } else if (message instanceof FromWorker.Result m) {
            onResult(worker, m);
        } else if (message instanceof FromWorker.Report m) {
            onReport(worker, m);
        } else if (message instanceof Collected m) {
            onCollected(worker, m);
        } else if (message instanceof FromWorker.NotRun m) {
            carryOut(dispatcher.handedBack(worker, m.tests()));
        } else if (message instanceof FromWorker.Stopping m) {
            onStopping(worker, m);
        } else if (message instanceof Warning m) {
            onWarning(m);
        } else if (message instanceof Note m) {
            note(m.text());
        } else if (message instanceof FromWorker.WorkerReady) {
            throw new IllegalArgumentException("introduced itself twice");
        }
    }

    private void onStarted(int worker, FromWorker.Started m) {
        StartupTrace.mark("first test started");
        requireOwner(worker, m.testId());
        dispatcher.started(worker, m.testId());
        String nodeId = dispatcher.test(m.testId()).nodeId();
        crew.fleet().get(worker).ifPresent(w -> w.test(nodeId));
        feed.emit(new RunEvent.TestStarted(m.testId(), nodeId, Fleet.name(worker)));
    }

    private void onReport(int worker, FromWorker.Report m) {
        if (m.testId() != FromWorker.Report.NO_TEST) {
            requireOwner(worker, m.testId());
            books.report(m.testId(), Translate.report(m), Translate.properties(m.properties()));
        } else if (state == State.COLLECTING) {
            books.collectReport(Translate.report(m));
        }
    }

    private void onResult(int worker, FromWorker.Result m) {
        requireOwner(worker, m.testId());
        ended(
                worker,
                Verdicts.finished(
                        dispatcher.test(m.testId()).nodeId(),
                        Fleet.name(worker),
                        Translate.result(m),
                        books.take(m.testId())));
    }

    /** The process of a test died; its worker lives (strategy fork). */
    void testDied(int worker, FromWorker.Result m, WorkerDeath death) {
        if (dispatcher.has(worker, m.testId())) {
            ended(worker, casualties.verdict(m.testId(), Fleet.name(worker), death));
        } else {
            crew.kill(worker, Cause.PROTOCOL, "died in a test it does not have testId=" + m.testId());
        }
    }

    private void ended(int worker, TestResult result) {
        idleDeaths = 0;
        crew.fleet().get(worker).ifPresent(w -> w.test(""));
        List<Order> orders = dispatcher.finished(worker, result.testId(), result.durationNs());
        conclude(result);
        carryOut(orders);
        drain();
    }

    private void requireOwner(int worker, int testId) {
        if (!dispatcher.has(worker, testId)) {
            throw new IllegalArgumentException("speaks of a test it does not have testId=" + testId);
        }
    }

    /** In a run that is under way a worker collects again what it is to run; that tells nothing new. */
    private void onCollected(int worker, Collected m) {
        idleDeaths = 0;
        if (takesWork(worker) && (state == State.RUNNING || takeCollected(m))) {
            collection.add(m).ifPresent(unit -> carryOut(dispatcher.collected(worker, unit)));
            proceed();
        }
    }

    private void onStopping(int worker, FromWorker.Stopping m) {
        String test = crew.fleet().get(worker).map(Member::test).orElse("");
        if (stop == null && !test.isEmpty() && m.kind().equals("interrupt")) {
            note("interrupted by " + test);
        }
        if (stop != null && stop.lacksPlaceOf(m)) {
            stop = Stop.of(m);
            finale.stopped(stop);
        }
        stop(Stop.of(m));
    }

    void workerDied(int worker, WorkerDeath death) {
        boolean expected = death.inOrder() || stop != null || !takesWork(worker);
        bury(worker);
        Set<Integer> again = new HashSet<>();
        Loss loss = dispatcher.workerLost(
                worker, death.testInSlot(), id -> casualties.runsAgain(id, death) && again.add(id));
        loss.running().ifPresent(id -> mourn(worker, id, death, again.contains(id)));
        loss.collecting().ifPresent(unit -> mourn(unit, death));
        death.leaked().forEach(left -> note("worker " + Fleet.name(worker) + " left behind: " + left));
        if (!expected) {
            feed.emit(new RunEvent.WorkerReplaced(Fleet.name(worker), death.inWords()));
            countIdleDeath(loss, death);
        }
        carryOut(loss.orders());
        proceed();
    }

    /** The dead worker's test gets its verdict, unless it runs again, or the run ended with it. */
    private void mourn(int worker, int testId, WorkerDeath death, boolean again) {
        boolean killedForTheEnd = stop != null && stop.isUrgent();
        if (!again && !killedForTheEnd) {
            conclude(casualties.verdict(testId, Fleet.name(worker), death));
        }
    }

    private void mourn(int unit, WorkerDeath death) {
        if (state != State.COLLECTING || wholeOrdered || collection.isWhole()) {
            return;
        }
        if (death.cause() == Cause.ZYGOTE_DIED) {
            carryOut(dispatcher.collectAgain(unit));
        } else {
            books.collectReport(casualties.importDeath(unit, death));
        }
    }

    private void countIdleDeath(Loss loss, WorkerDeath death) {
        boolean idle = loss.running().isEmpty() && loss.collecting().isEmpty() && death.cause() != Cause.ZYGOTE_DIED;
        idleDeaths = idle ? idleDeaths + 1 : 0;
        if (idleDeaths >= MOST_IDLE_DEATHS) {
            String text = idleDeaths + " workers in a row died before they did anything: ";
            stop(Stop.of("internal", text + death.inWords()));
        }
    }

    /** The worker is no more. */
    void bury(int worker) {
        crew.bury(worker);
    }

    // --- collection

    /** Takes what a unit's first report says; false if it is void because the session has to be collected whole. */
    private boolean takeCollected(Collected m) {
        if (wholeOrdered && !collection.isWhole()) {
            return false;
        }
        if (m.reorderedBy().isPresent() && !collection.isWhole()) {
            collectWhole(m.reorderedBy().get());
            return false;
        }
        if (collection.isNews(m)) {
            m.reports().forEach(r -> books.collectReport(Translate.report(r)));
            books.deselected(m.deselected());
        }
        return true;
    }

    private void collectWhole(String culprit) {
        note("tests are collected in one process: " + culprit + " changes their order or selection");
        wholeOrdered = true;
        collection.startOver();
        books.forgetCollection();
        carryOut(dispatcher.collectWhole());
        crew.sendHome();
        premises.zygote(new Zygote.Send(new ToZygote.CollectAll()));
    }

    /** Takes the next step, if the last fact allows one. */
    private void proceed() {
        boolean canFork = zygoteUp && collection.isReadyToFork();
        if (state == State.COLLECTING && !announced && canFork && isCollected()) {
            announce();
        }
        boolean useful = state == State.COLLECTING || state == State.RUNNING;
        if (canFork && useful) {
            int wanted = dispatcher.workersWanted();
            crew.topUp(announced ? wanted : Math.min(wanted, collection.missing()));
        }
        if (state == State.COLLECTING
                && announced
                && crew.fleet().serving() > 0
                && crew.fleet().allUp()) {
            become(State.RUNNING, "everything is collected");
            carryOut(dispatcher.beginRun());
        }
        drain();
    }

    private boolean isCollected() {
        return collection.isWhole() || dispatcher.collectionComplete();
    }

    private void announce() {
        StartupTrace.mark("collected");
        announced = true;
        List<String> nodeIds = dispatcher.nodeIds();
        books.open(nodeIds.size(), suite.maxFail());
        boolean broken = books.collectErrors() > 0 && !(suite.continueOnCollectionErrors() && zygoteUp);
        boolean willRun = !broken && !nodeIds.isEmpty();
        feed.emit(new RunEvent.CollectionFinished(
                nodeIds.size(), books.deselected(), books.collectReports(), willRun, nodeIds));
        if (!willRun) {
            become(State.DRAINING, broken ? "collection errors" : "no tests");
            crew.sendHome();
            drain();
        }
    }

    // --- results

    private void conclude(TestResult result) {
        if (!books.enter(result)) {
            return;
        }
        feed.emit(new RunEvent.TestFinished(result));
        if (books.account().maxfailReached()) {
            stop(Stop.of("fail", "stopping after " + books.account().failures() + " failures"));
        }
    }

    private void carryOut(List<Order> orders) {
        for (Order order : orders) {
            if (order instanceof Order.Abandon m) {
                m.testIds()
                        .forEach(id -> conclude(
                                Verdicts.harnessError(id, dispatcher.test(id).nodeId(), "", m.reason())));
            }
        }
        crew.carryOut(orders, state == State.RUNNING && (paused || feed.isBehind()));
    }

    /** The stream took events: what waited for it goes on. */
    void feedMoved() {
        if (crew != null && !paused && !feed.isBehind()) {
            crew.release();
        }
        leaveIfDone();
    }

    /** Tells the user a line. */
    void note(String text) {
        feed.emit(new RunEvent.Noted(text));
    }

    /** What an import warns of is told by the one that does it first. */
    private void onWarning(Warning m) {
        boolean repeated = m.when().equals("collect") && state != State.COLLECTING && state != State.BOOTING;
        if (!repeated) {
            books.warning(m);
            feed.emit(Translate.warning(m));
        }
    }

    // --- end

    void request(Supervisor.Request request) {
        switch (request) {
            case PAUSE -> paused = true;
            case RESUME -> {
                paused = false;
                feedMoved();
            }
            case INTERRUPT -> interrupt();
            case CANCEL -> {
                interrupts++;
                interrupt();
            }
        }
    }

    /** The first interrupt gives everybody a grace; the second does not. */
    private void interrupt() {
        interrupts++;
        finale.interrupted();
        if (state == State.BOOTING || state == State.SUMMARIZING) {
            premises.zygote(Zygote.Request.KILL);
            close("interrupted");
            return;
        }
        stop(Stop.of("interrupt", ""));
        if (interrupts > 1) {
            crew.killAll(Cause.DIED, "interrupted");
        } else {
            crew.interruptAll();
            timers.startSingleTimer(Supervisor.Timer.GRACE, settings.interruptGrace());
        }
    }

    /** In the closing only the zygote can still be in the way. */
    void hurry(Supervisor.Request request) {
        if (request == Supervisor.Request.INTERRUPT || request == Supervisor.Request.CANCEL) {
            premises.zygote(Zygote.Request.KILL);
        }
    }

    /** Ends the run early. The first reason is the one that is told. */
    private void stop(Stop why) {
        if (stop != null) {
            return;
        }
        stop = why;
        finale.stopped(why);
        if (why.isUrgent()) {
            timers.startSingleTimer(Supervisor.Timer.GRACE, settings.interruptGrace());
        }
        if (state == State.COLLECTING || state == State.RUNNING) {
            become(State.DRAINING, "stopped kind=" + why.kind());
            dispatcher.stop();
            crew.sendHome();
            drain();
        }
    }

    /** Nothing owed: everybody may leave. Everybody left: on to the summary. */
    private void drain() {
        if (state == State.RUNNING && dispatcher.done()) {
            StartupTrace.mark("last result");
            become(State.DRAINING, "nothing is owed");
            crew.sendHome();
        }
        if (state == State.DRAINING && crew.fleet().isEmpty()) {
            summarize();
        }
    }

    private void summarize() {
        if (!zygoteUp) {
            close("nobody can write a summary");
            return;
        }
        become(State.SUMMARIZING, "everybody left");
        timers.startSingleTimer(Supervisor.Timer.SUMMARY, SUMMARY_PATIENCE);
        premises.zygote(new Zygote.SendAll(finale.frames()));
    }

    private void onSummary(FromZygote.Summary m) {
        if (state == State.SUMMARIZING && finale.summary(m)) {
            StartupTrace.mark("summary");
            close("the summary is written");
        }
    }

    void timeUp(Supervisor.Timer timer) {
        switch (timer) {
            case SUBREAPER -> premises.becomeSubreaper();
            case GRACE -> {
                if (state == State.DRAINING) {
                    crew.killAll(Cause.DIED, "took longer than the grace");
                }
            }
            case SUMMARY -> {
                if (state == State.SUMMARIZING) {
                    giveUpSummary();
                }
            }
        }
    }

    private void giveUpSummary() {
        note("pytest did not write its summary in time");
        premises.zygote(Zygote.Request.KILL);
        close("no summary in time");
    }

    /** Says the last event and sees the zygote off. */
    private void close(String why) {
        become(State.CLOSING, why);
        feed.emit(finale.finished());
        feed.finish();
        premises.zygote(Zygote.Request.LEAVE);
        if (zygoteGone) {
            vacate();
        }
    }

    private void vacate() {
        premises.close(() -> {
            StartupTrace.mark("done");
            exitCode.complete(finale.exitCode());
        });
        leaveIfDone();
    }

    /** The actor may go when the zygote is gone and the last event is taken. */
    private void leaveIfDone() {
        if (state == State.CLOSING && zygoteGone && feed.isClosed()) {
            become(State.DONE, "all is said and done");
        }
    }

    /** A handler threw: end what can be ended, so that no process stays. */
    void broke(RuntimeException e) {
        finale.broke("internal error: " + e);
        if (state == State.CLOSING || state == State.DONE) {
            exitCode.complete(ExitCodes.RUNTIME);
            feed.abandon();
            become(State.DONE, "broke while closing");
        } else {
            close("broke");
        }
    }

    /** The actor ends, in order or not. */
    void release() {
        if (!exitCode.isDone() && state != State.DONE) {
            premises.zygote(Zygote.Request.KILL);
            premises.close(() -> exitCode.complete(ExitCodes.RUNTIME));
        }
    }
}
