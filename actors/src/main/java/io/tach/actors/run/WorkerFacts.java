package io.tach.actors.run;

import io.tach.actors.run.Fleet.Member;
import io.tach.actors.run.RunState.Phase;
import io.tach.actors.trace.StartupTrace;
import io.tach.actors.worker.WorkerDeath;
import io.tach.engine.event.RunEvent;
import io.tach.engine.model.TestResult;
import io.tach.engine.plan.Loss;
import io.tach.engine.plan.Order;
import io.tach.engine.verdict.DeathFacts.Cause;
import io.tach.engine.verdict.Verdicts;
import io.tach.nativeio.wire.Collected;
import io.tach.nativeio.wire.FromWorker;
import io.tach.nativeio.wire.Note;
import io.tach.nativeio.wire.Warning;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What workers say and suffer, for the engine. Owned by the supervisor's actor. */
final class WorkerFacts {
    /** So many workers in a row may die before they did anything. */
    private static final int MOST_IDLE_DEATHS = 3;

    private final RunState run;
    private final Progress progress;
    private final Ending ending;
    private final Set<String> noted = new HashSet<>();
    private int idleDeaths;

    WorkerFacts(RunState run, Progress progress, Ending ending) {
        this.run = run;
        this.progress = progress;
        this.ending = ending;
    }

    void up(int worker) {
        StartupTrace.mark("first worker ready");
        run.crew.fleet().get(worker).ifPresent(Member::up);
        if (takesWork(worker)) {
            progress.carryOut(run.dispatcher.workerReady(worker));
            progress.proceed();
        }
    }

    private boolean takesWork(int worker) {
        boolean leaving = run.crew.fleet().get(worker).map(Member::isLeaving).orElse(true);
        return !leaving && run.isAtWork();
    }

    /** A worker that talks nonsense is ended; what it said before counts, and nothing after. */
    void said(int worker, List<FromWorker> messages) {
        if (!isTrusted(worker)) {
            return;
        }
        for (FromWorker message : messages) {
            try {
                said(worker, message);
            } catch (IllegalArgumentException nonsense) {
                endLiar(worker, nonsense.getMessage());
                return;
            }
        }
    }

    private boolean isTrusted(int worker) {
        return run.crew.fleet().get(worker).map(Member::isTrusted).orElse(true);
    }

    private void endLiar(int worker, String nonsense) {
        run.crew.fleet().get(worker).ifPresent(Member::distrust);
        run.crew.kill(worker, Cause.PROTOCOL, nonsense);
    }

    private void said(int worker, FromWorker message) {
        if (message instanceof FromWorker.Started m) {
            onStarted(worker, m);
        } else if (message instanceof FromWorker.Again m) {
            requireOwner(worker, m.testId()); // concerns nobody but who keeps the deadline
        } else if (message instanceof FromWorker.Result m) {
            onResult(worker, m);
        } else if (message instanceof FromWorker.Report m) {
            onReport(worker, m);
        } else if (message instanceof Collected m) {
            onCollected(worker, m);
        } else if (message instanceof FromWorker.NotRun m) {
            progress.carryOut(run.dispatcher.handedBack(worker, m.tests()));
        } else if (message instanceof FromWorker.Stopping m) {
            onStopping(worker, m);
        } else if (message instanceof FromWorker.Rewinds m) {
            run.books.isolated(Translate.rewinds(m));
        } else if (message instanceof Warning m) {
            progress.warn(worker, m);
        } else if (message instanceof Note m) {
            note(m.text());
        } else if (message instanceof FromWorker.WorkerReady) {
            throw new IllegalArgumentException("introduced itself twice");
        }
    }

    /** What is true of the suite or the machine every worker finds out for itself. */
    private void note(String text) {
        if (noted.add(text)) {
            run.note(text);
        }
    }

    private void onStarted(int worker, FromWorker.Started m) {
        StartupTrace.mark("first test started");
        requireOwner(worker, m.testId());
        run.dispatcher.started(worker, m.testId(), System.nanoTime());
        String nodeId = run.dispatcher.test(m.testId()).nodeId();
        run.crew.fleet().get(worker).ifPresent(w -> w.test(nodeId));
        run.feed.emit(new RunEvent.TestStarted(m.testId(), nodeId, Fleet.name(worker)));
    }

    private void onReport(int worker, FromWorker.Report m) {
        if (m.testId() != FromWorker.Report.NO_TEST) {
            requireOwner(worker, m.testId());
            run.books.report(m.testId(), Translate.report(m), Translate.properties(m.properties()));
        } else if (run.phase() == Phase.COLLECTING) {
            run.books.collectReport(Books.NO_UNIT, Translate.report(m));
        }
    }

    private void onResult(int worker, FromWorker.Result m) {
        requireOwner(worker, m.testId());
        ended(
                worker,
                Verdicts.finished(
                        run.dispatcher.test(m.testId()).nodeId(),
                        Fleet.name(worker),
                        Translate.result(m),
                        run.books.take(m.testId())));
    }

    /** The process of a test died; its worker lives (strategy fork). */
    void testDied(int worker, FromWorker.Result m, WorkerDeath death) {
        if (!isTrusted(worker)) {
            return;
        }
        if (run.dispatcher.has(worker, m.testId())) {
            TestResult verdict = run.casualties.verdict(m.testId(), Fleet.name(worker), death);
            ended(worker, verdict.isolated(Translate.isolation(m.isolation())));
        } else {
            endLiar(worker, "died in a test it does not have testId=" + m.testId());
        }
    }

    private void ended(int worker, TestResult result) {
        idleDeaths = 0;
        run.crew.fleet().get(worker).ifPresent(w -> w.test(""));
        List<Order> orders = run.dispatcher.finished(
                worker, result.testId(), result.durationNs(), result.times().setupNs(), System.nanoTime());
        progress.conclude(result);
        progress.carryOut(orders);
        ending.drain();
    }

    private void requireOwner(int worker, int testId) {
        if (!run.dispatcher.has(worker, testId)) {
            throw new IllegalArgumentException("speaks of a test it does not have testId=" + testId);
        }
    }

    /** In a run that is under way a worker collects again what it is to run; that tells nothing new. */
    private void onCollected(int worker, Collected m) {
        idleDeaths = 0;
        if (takesWork(worker) && (run.phase() == Phase.RUNNING || progress.takeCollected(worker, m))) {
            run.collection.add(m).ifPresent(unit -> progress.carryOut(run.dispatcher.collected(worker, unit)));
            progress.proceed();
        }
    }

    private void onStopping(int worker, FromWorker.Stopping m) {
        String test = run.crew.fleet().get(worker).map(Member::test).orElse("");
        if (run.stop == null && !test.isEmpty() && m.kind().equals("interrupt")) {
            run.note("interrupted by " + test);
        }
        if (run.stop != null && run.stop.lacksPlaceOf(m)) {
            run.stop = Stop.of(m);
            run.finale.stopped(run.stop);
        }
        ending.stop(Stop.of(m));
    }

    void died(int worker, WorkerDeath death) {
        boolean expected = death.inOrder() || run.stop != null || !takesWork(worker);
        run.crew.bury(worker);
        Set<Integer> again = new HashSet<>();
        Loss loss = run.dispatcher.workerLost(
                worker, death.testInSlot(), id -> run.casualties.runsAgain(id, death) && again.add(id));
        loss.running().ifPresent(id -> mourn(worker, id, death, again.contains(id)));
        loss.collecting().ifPresent(unit -> mourn(unit, death));
        death.leaked().forEach(left -> run.note("worker " + Fleet.name(worker) + " left behind: " + left));
        if (!expected) {
            run.feed.emit(new RunEvent.WorkerReplaced(Fleet.name(worker), death.inWords()));
            countIdleDeath(loss, death);
        }
        progress.carryOut(loss.orders());
        progress.proceed();
    }

    /** A worker that died when it no longer mattered. */
    void bury(int worker) {
        run.crew.bury(worker);
    }

    /** The dead worker's test gets its verdict, unless it runs again, or the run ended with it. */
    private void mourn(int worker, int testId, WorkerDeath death, boolean again) {
        boolean killedForTheEnd = run.stop != null && run.stop.isUrgent();
        if (!again && !killedForTheEnd) {
            progress.conclude(run.casualties.verdict(testId, Fleet.name(worker), death));
        }
    }

    private void mourn(int unit, WorkerDeath death) {
        if (run.phase() != Phase.COLLECTING || run.wholeOrdered || run.collection.isWhole()) {
            return;
        }
        if (death.cause() == Cause.ZYGOTE_DIED) {
            progress.carryOut(run.dispatcher.collectAgain(unit));
        } else {
            run.books.collectReport(unit, run.casualties.importDeath(unit, death));
        }
    }

    private void countIdleDeath(Loss loss, WorkerDeath death) {
        boolean idle = loss.running().isEmpty() && loss.collecting().isEmpty() && death.cause() != Cause.ZYGOTE_DIED;
        idleDeaths = idle ? idleDeaths + 1 : 0;
        if (idleDeaths >= MOST_IDLE_DEATHS) {
            String text = idleDeaths + " workers in a row died before they did anything: ";
            ending.stop(Stop.of("internal", text + death.inWords()));
        }
    }
}
