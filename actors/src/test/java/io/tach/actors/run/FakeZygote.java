package io.tach.actors.run;

import io.tach.actors.testing.FakeMessages;
import io.tach.engine.verdict.Death;
import io.tach.nativeio.wire.FrameReader;
import io.tach.nativeio.wire.FrameWriter;
import io.tach.nativeio.wire.FromZygote;
import io.tach.nativeio.wire.MessageCodec;
import io.tach.nativeio.wire.ToZygote;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A thread that talks like a zygote. */
final class FakeZygote extends Thread {
    private static final int SIGKILL = 9;
    private static final int SIGINT = 2;

    final FakeSuite suite;
    final CompletableFuture<Optional<Death>> ended = new CompletableFuture<>();
    private final int generation;
    private final List<FakeWorker> children = new ArrayList<>();
    private volatile SocketChannel channel;

    FakeZygote(FakeSuite suite, int generation) {
        super("zygote " + generation);
        this.suite = suite;
        this.generation = generation;
        setDaemon(true);
    }

    /** Dies, in order or not. */
    synchronized void end(Death how) {
        if (ended.complete(Optional.of(how))) {
            close();
        }
    }

    private void close() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void run() {
        try {
            channel = suite.accept();
            serve();
        } catch (IOException gone) {
            end(Death.signaled("SIGKILL", false));
        }
    }

    private void serve() throws IOException {
        if (suite.zygoteDiesAtBoot) {
            end(Death.signaled("SIGSEGV", false));
            return;
        }
        if (suite.bootFailure != null) {
            say(suite.bootFailure);
            end(Death.exited(suite.bootFailure.returnCode()));
            return;
        }
        announce("distributed");
        FrameReader reader = new FrameReader(channel);
        Optional<ByteBuffer> frame = reader.next();
        while (frame.isPresent()) {
            ToZygote message = MessageCodec.decodeToZygote(frame.get());
            suite.told.add(message);
            if (!suite.zygoteIsDeaf) {
                handle(message);
            }
            frame = reader.next();
        }
    }

    private void announce(String mode) throws IOException {
        if (mode.equals("distributed")) {
            say(FakeMessages.readyIn(suite.rootDir, suite.maxFail));
        }
        List<FromZygote.Unit> units = new ArrayList<>();
        for (String path : suite.paths()) {
            units.add(new FromZygote.Unit(units.size(), path));
        }
        say(new FromZygote.Units(units, mode, true));
    }

    private void handle(ToZygote message) throws IOException {
        if (message instanceof ToZygote.Fork m) {
            fork(m);
        } else if (message instanceof ToZygote.Kill m) {
            kill(m);
        } else if (message instanceof ToZygote.CollectAll) {
            collectAll();
        } else if (message instanceof ToZygote.Finish m) {
            say(new FromZygote.Summary("=== summary ", false, 0));
            say(new FromZygote.Summary("of pytest ===", true, m.exitStatus()));
        } else if (message instanceof ToZygote.Exit) {
            end(Death.exited(0));
        }
    }

    private void fork(ToZygote.Fork m) throws IOException {
        FakeWorker worker = new FakeWorker(suite, this, m);
        children.add(worker);
        suite.workers.put(m.worker(), worker);
        say(new FromZygote.Forked(m.worker(), worker.pid()));
        worker.start();
    }

    private void kill(ToZygote.Kill m) {
        FakeWorker worker = suite.workers.get(m.worker());
        if (m.signal() == SIGKILL) {
            worker.die(SIGKILL);
        } else if (m.signal() == SIGINT) {
            worker.interrupted.complete(null);
        }
    }

    private void collectAll() throws IOException {
        suite.reorderedBy = "";
        announce("global");
        for (int unit = 0; unit < suite.files.size(); unit++) {
            say(suite.collected(unit));
        }
    }

    /** Told by a worker that dies. */
    void childDied(FakeWorker worker, int status) {
        try {
            say(new FromZygote.Exited(worker.number(), worker.pid(), status, List.of()));
        } catch (IOException e) {
            worker.interrupted.complete(null); // the supervisor cannot hear of it any more
        }
    }

    /** Dies of SIGKILL together with its workers' channels, as when a test kills its parent. */
    void killed() {
        end(Death.signaled("SIGKILL", false));
        children.forEach(FakeWorker::vanish);
    }

    private void say(FromZygote message) throws IOException {
        new FrameWriter(channel).writePayload(MessageCodec.encode(message));
    }

    @Override
    public String toString() {
        return "zygote " + generation;
    }
}
