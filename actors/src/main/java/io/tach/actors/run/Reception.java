package io.tach.actors.run;

import io.tach.actors.peer.ChannelLink;
import io.tach.actors.peer.ReadLoop;
import io.tach.actors.worker.Worker;
import io.tach.actors.worker.WorkerFiles;
import io.tach.engine.verdict.DeathFacts.Cause;
import io.tach.nativeio.process.WorkerListener;
import io.tach.nativeio.wire.FrameReader;
import io.tach.nativeio.wire.FrameWriter;
import io.tach.nativeio.wire.FromWorker;
import io.tach.nativeio.wire.FromWorker.WorkerReady;
import io.tach.nativeio.wire.MessageCodec;
import io.tach.nativeio.wire.WireException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Lets workers in: each shows the token it was born with and is handed to its actor. Whoever has none is turned away.
 * Runs on threads that may block, one for the door and one for each guest, who reads what the guest says as long as it
 * lives.
 */
final class Reception implements AutoCloseable {

    /** Opens what a worker shares. */
    @FunctionalInterface
    interface FilesOf {
        WorkerFiles open(WorkerReady ready) throws IOException;
    }

    private record Expected(ByteBuffer token, ActorRef<Worker.Command> actor) {}

    private final WorkerListener listener;
    private final FilesOf files;
    private final Executor blocking;
    private final Map<Integer, Expected> expected = new ConcurrentHashMap<>();

    Reception(WorkerListener listener, FilesOf files, Executor blocking) {
        this.listener = listener;
        this.files = files;
        this.blocking = blocking;
    }

    /** Opens the door. */
    void open() {
        blocking.execute(this::acceptAll);
    }

    /** A worker with this token may come, once. */
    void expect(int worker, ByteBuffer token, ActorRef<Worker.Command> actor) {
        expected.put(worker, new Expected(token, actor));
    }

    /** The worker will not come any more. */
    void forget(int worker) {
        expected.remove(worker);
    }

    private void acceptAll() {
        try {
            while (true) {
                SocketChannel guest = listener.accept();
                blocking.execute(() -> serve(guest));
            }
        } catch (IOException closed) {
            expected.clear(); // the run is over
        }
    }

    private void serve(SocketChannel guest) {
        try (guest) {
            FrameReader reader = new FrameReader(guest);
            Optional<ByteBuffer> first = reader.next();
            if (first.isPresent() && MessageCodec.decodeFromWorker(first.get()) instanceof WorkerReady ready) {
                admit(ready).ifPresent(actor -> attach(ready, guest, reader, actor));
            }
        } catch (IOException stranger) {
            return; // no worker of ours: its actor, if it has one, hears of its end from the zygote
        }
    }

    /** The actor of a worker that has the right token; empty for a stranger. */
    private Optional<ActorRef<Worker.Command>> admit(WorkerReady ready) {
        Expected here = expected.get(ready.worker());
        boolean welcome = here != null && here.token().equals(ready.token()) && expected.remove(ready.worker(), here);
        return welcome ? Optional.of(here.actor()) : Optional.empty();
    }

    private void attach(WorkerReady ready, SocketChannel guest, FrameReader reader, ActorRef<Worker.Command> actor) {
        try {
            actor.tell(new Worker.Attach(new ChannelLink<>(guest, FrameWriter::write), files.open(ready)));
        } catch (IOException e) {
            actor.tell(new Worker.Kill(Cause.PROTOCOL, "cannot open what it shares: " + e.getMessage()));
            return;
        }
        new ReadLoop<>(reader, MessageCodec::decodeFromWorker, new ToActor(actor)).run();
    }

    private record ToActor(ActorRef<Worker.Command> actor) implements ReadLoop.Listener<FromWorker> {
        /** Far below the work that a worker has queued (ChunkPolicy), so it never waits for us because of this. */
        private static final long REST_NS = Duration.ofMillis(5).toNanos();

        @Override
        public void onBatch(List<FromWorker> batch) {
            actor.tell(new Worker.Heard(batch));
        }

        /** Results of quick tests may gather; all else is waited for. */
        @Override
        public long restNs(List<FromWorker> batch) {
            return batch.get(0) instanceof FromWorker.Result ? REST_NS : 0;
        }

        @Override
        public void onEnd(Optional<WireException> violation) {
            actor.tell(new Worker.HungUp(violation.map(WireException::getMessage)));
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException alreadyClosed) {
            expected.clear();
        }
    }
}
