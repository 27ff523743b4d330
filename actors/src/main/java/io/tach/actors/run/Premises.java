package io.tach.actors.run;

import io.tach.actors.run.Fleet.Member;
import io.tach.actors.toxicity.ProjectToxicity;
import io.tach.actors.worker.Worker;
import io.tach.actors.worker.WorkerEvents;
import io.tach.actors.zygote.Zygote;
import io.tach.actors.zygote.ZygoteEvents;
import io.tach.conf.TachSettings;
import io.tach.engine.run.RestartPolicy;
import io.tach.engine.toxicity.Predictions;
import io.tach.engine.verdict.DeathFacts.Cause;
import io.tach.nativeio.posix.PosixException;
import io.tach.nativeio.process.WorkerListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/** What a run occupies: its directory, its door for workers, its zygote. Owned by the supervisor's actor. */
final class Premises {

    /** Told of everything that happens here. */
    interface Events extends WorkerEvents, ZygoteEvents {
        /** What earlier runs of the project tell. */
        void onPast(PastRuns.Read read);

        /** What the project's sources tell of toxic tests. */
        void onPredicted(Predictions predictions);
    }

    private final ActorContext<?> ctx;
    private final Host.Factory factory;
    private final Events events;

    private Host host;
    private Executor blocking = Runnable::run;
    private Reception reception;
    private ActorRef<Zygote.Command> zygote;
    private Orphans orphans;
    private boolean zygoteDied;

    Premises(ActorContext<?> ctx, Host.Factory factory, Events events) {
        this.ctx = ctx;
        this.factory = factory;
        this.events = events;
    }

    /**
     * Starts the zygote and opens the door.
     *
     * @throws IOException if there is no directory or no socket to be had
     */
    Crew open(TachSettings settings) throws IOException {
        host = factory.open();
        blocking = host.blocking().apply(ctx.getSystem());
        orphans = new Orphans(host.posix(), host.directory().path());
        zygote = ctx.spawn(
                Zygote.create(
                        host.zygotes(),
                        RestartPolicy.atMost(settings.zygoteRestarts()),
                        settings.collectTimeout(),
                        events,
                        blocking),
                "zygote");
        ctx.watch(zygote);
        reception = new Reception(WorkerListener.bind(host.directory()), host.files(), blocking);
        reception.open();
        return new Crew(ctx, settings, events, reception, zygote);
    }

    /** Lets what a killed zygote leaves come to this process. */
    void becomeSubreaper() {
        blocking.execute(() -> {
            try {
                host.posix().setSubreaper();
            } catch (PosixException e) {
                events.onNote("what a killed zygote leaves may live on: cannot become a subreaper, " + e.getMessage());
            }
        });
    }

    /**
     * Has read what earlier runs of the project tell.
     *
     * @param predicts whether it matters which tests are toxic
     */
    void recall(PastRuns past, TachSettings settings, Path project, boolean predicts) {
        past.read(
                project,
                () -> predicts ? ProjectToxicity.kept(project, settings.toxicity()) : Optional.empty(),
                blocking,
                events::onPast);
    }

    /** Has found out from the project's sources which tests are toxic, and keeps that for other runs. */
    void predict(TachSettings settings, Path project) {
        blocking.execute(() -> events.onPredicted(
                ProjectToxicity.predictions(project, Optional.of(settings.python()), settings.toxicity())));
    }

    /** Has the next run's zygote know what it may import before it forks. */
    void planPreImports(TachSettings settings, Path project, List<String> testFiles) {
        blocking.execute(() -> ProjectToxicity.planPreImports(
                project, Optional.of(settings.python()), settings.toxicity(), testFiles));
    }

    /** Has written what this run adds to it. */
    void remember(PastRuns past) {
        past.save(blocking, events::onNote);
    }

    /** Tells the zygote, if there is one. */
    void zygote(Zygote.Command command) {
        if (zygote != null) {
            zygote.tell(command);
        }
    }

    /** The zygote was killed, and its workers can no longer be reached through it. */
    void endOrphans(Fleet fleet) {
        zygoteDied = true;
        fleet.forEach(this::endOrphan);
    }

    private void endOrphan(Member member) {
        member.actor.tell(new Worker.Kill(Cause.ZYGOTE_DIED, ""));
        blocking.execute(() -> member.actor.tell(new Worker.Exited(orphans.end(member.pid()), List.of())));
    }

    /**
     * Gives everything back, then calls {@code done}; blocks elsewhere.
     *
     * @param before waited for first
     */
    void close(CompletableFuture<Void> before, Runnable done) {
        blocking.execute(() -> {
            try {
                before.exceptionally(failure -> null).join();
                release();
            } finally {
                done.run();
            }
        });
    }

    private void release() {
        if (reception != null) {
            reception.close();
        }
        if (zygoteDied) {
            orphans.sweep();
        }
        if (host != null) {
            try {
                host.directory().close();
            } catch (IOException e) {
                events.onNote("cannot delete the run's directory: " + e.getMessage());
            }
        }
    }
}
