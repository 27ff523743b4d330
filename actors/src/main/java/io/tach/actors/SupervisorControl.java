package io.tach.actors;

import io.tach.actors.run.Supervisor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;

/** A handle that tells the supervisor. */
record SupervisorControl(ActorRef<Supervisor.Command> supervisor, CompletableFuture<Integer> result)
        implements RunControl {
    @Override
    public void interrupt() {
        supervisor.tell(Supervisor.Request.INTERRUPT);
    }

    @Override
    public void cancel() {
        supervisor.tell(Supervisor.Request.CANCEL);
    }

    @Override
    public void pause() {
        supervisor.tell(Supervisor.Request.PAUSE);
    }

    @Override
    public void resume() {
        supervisor.tell(Supervisor.Request.RESUME);
    }

    @Override
    public void note(String text) {
        supervisor.tell(new Supervisor.Note(text));
    }

    @Override
    public CompletionStage<Integer> exitCode() {
        return result.minimalCompletionStage();
    }
}
