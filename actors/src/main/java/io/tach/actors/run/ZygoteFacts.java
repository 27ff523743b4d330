package io.tach.actors.run;

import io.tach.actors.run.RunState.Phase;
import io.tach.actors.trace.StartupTrace;
import io.tach.actors.worker.Deaths;
import io.tach.actors.worker.Worker;
import io.tach.actors.zygote.Zygote;
import io.tach.actors.zygote.ZygoteEvents;
import io.tach.conf.IsolationStrategy;
import io.tach.engine.event.RunEvent;
import io.tach.engine.plan.Dispatcher;
import io.tach.engine.verdict.Death;
import io.tach.nativeio.posix.WaitStatus;
import io.tach.nativeio.wire.Collected;
import io.tach.nativeio.wire.FromZygote;
import io.tach.nativeio.wire.Note;
import io.tach.nativeio.wire.ToZygote;
import io.tach.nativeio.wire.Warning;
import java.nio.file.Path;
import java.util.List;

/** What the zygote says and suffers, for the engine. Owned by the supervisor's actor. */
final class ZygoteFacts {
    private final RunState run;
    private final Progress progress;
    private final Ending ending;

    ZygoteFacts(RunState run, Progress progress, Ending ending) {
        this.run = run;
        this.progress = progress;
        this.ending = ending;
    }

    /** What was sent together with the news that ended the run is as void as what is sent after it. */
    void said(List<FromZygote> messages) {
        for (FromZygote message : messages) {
            if (run.phase() == Phase.CLOSING) {
                return;
            }
            said(message);
        }
    }

    private void said(FromZygote message) {
        if (message instanceof FromZygote.Exited m) {
            onExited(m);
        } else if (message instanceof FromZygote.Forked m) {
            run.crew.fleet().get(m.worker()).ifPresent(w -> w.born(m.pid()));
        } else if (message instanceof Collected m) {
            onCollectedByZygote(m);
        } else if (message instanceof FromZygote.Units m) {
            onUnits(m);
        } else if (message instanceof FromZygote.Ready m) {
            onReady(m);
        } else if (message instanceof FromZygote.BootFailed m) {
            onBootFailed(m);
        } else if (message instanceof FromZygote.Summary m) {
            ending.summary(m);
        } else if (message instanceof Warning m) {
            progress.warn(Progress.ZYGOTE, m);
        } else if (message instanceof Note m) {
            run.note(m.text());
        }
    }

    private void onExited(FromZygote.Exited m) {
        Death death = Deaths.of(new WaitStatus(m.status()));
        run.crew.fleet().get(m.worker()).ifPresent(w -> w.actor.tell(new Worker.Exited(death, m.leaked())));
    }

    private void onReady(FromZygote.Ready m) {
        run.zygoteUp = true;
        if (run.suite != null) {
            collectAsBefore(m);
            return;
        }
        StartupTrace.mark("ready received");
        run.suite = m;
        Plan plan = Plan.of(run.settings, m);
        run.dispatcher = new Dispatcher(plan.dispatch());
        run.filesMaySplit = Plan.filesMaySplit(m);
        recall(m);
        run.casualties = new Casualties(run.dispatcher, run.books, run.collection);
        ToZygote.Isolation isolation = Plan.isolation(run.settings.isolation());
        run.crew.plan(plan.workers(), m.timeoutPlugin(), isolation, run.toxicity::isToxic);
        run.books.wants(m.durations() >= 0, m.cache());
        run.finale.suite(m, run.dispatcher);
        run.become(Phase.COLLECTING, "the zygote is ready");
        run.feed.emit(new RunEvent.SessionStarted(Translate.suite(m, plan.workers())));
        run.seedNote = Plan.seedNote(run.settings.isolation(), isolation, m.verbose());
        if (!plan.note().isEmpty()) {
            run.note(plan.note());
        }
    }

    private void recall(FromZygote.Ready m) {
        if (run.settings.planning().history()) {
            Path project = Path.of(m.rootDir());
            run.predicts = run.settings.isolation().strategy() != IsolationStrategy.NONE;
            run.premises.recall(run.past, run.settings, project, run.predicts);
        } else {
            run.past.forget();
        }
    }

    /** Another zygote has to hold the session in the same way as the first did. */
    private void collectAsBefore(FromZygote.Ready m) {
        if (run.wholeOrdered && m.mode().equals("distributed")) {
            run.premises.zygote(new Zygote.Send(new ToZygote.CollectAll()));
        }
    }

    private void onUnits(FromZygote.Units m) {
        boolean staleList = run.wholeOrdered && !m.mode().equals("global");
        if (staleList) {
            return;
        }
        if (m.last()) {
            run.books.linesBelow(m.lines());
        }
        if (!run.collection.add(m)) {
            return;
        }
        if (!run.collection.isWhole() && run.phase() == Phase.COLLECTING) {
            progress.carryOut(run.dispatcher.unitsKnown(run.collection.units()));
        }
        progress.proceed();
    }

    private void onCollectedByZygote(Collected m) {
        boolean wanted = run.phase() == Phase.COLLECTING
                ? progress.takeCollected(Progress.ZYGOTE, m)
                : run.phase() == Phase.RUNNING;
        if (wanted) {
            run.collection.add(m).ifPresent(unit -> progress.carryOut(run.dispatcher.collectedByZygote(unit)));
            progress.proceed();
        }
    }

    private void onBootFailed(FromZygote.BootFailed m) {
        run.finale.bootFailed(m);
        ending.close("pytest ended by itself kind=" + m.kind());
    }

    void lost(ZygoteEvents.Loss loss) {
        run.zygoteUp = false;
        run.premises.endOrphans(run.crew.fleet());
        boolean deadlyImport = loss.isImportsFault() && run.phase() == Phase.COLLECTING;
        if (loss.restarting() && run.isAtWork() && !deadlyImport) {
            run.note("the zygote died (" + loss.reason() + ") and is started again");
            run.dispatcher.zygoteReplaced();
            run.collection.forget();
            return;
        }
        run.premises.zygote(Zygote.Request.KILL);
        endWithoutZygote(loss, deadlyImport);
    }

    private void endWithoutZygote(ZygoteEvents.Loss loss, boolean deadlyImport) {
        if (run.phase() == Phase.SUMMARIZING) {
            ending.close("the zygote died");
        } else if (run.phase() == Phase.BOOTING) {
            run.finale.diedInBoot(loss);
            ending.close("the zygote died");
        } else if (deadlyImport) {
            run.books.collectReport(Books.NO_UNIT, Casualties.importDeath(loss));
            progress.announce();
        } else {
            ending.stop(Stop.of("internal", "the zygote died: " + loss.reason()));
        }
    }
}
