package io.tach.actors.run;

import io.tach.nativeio.wire.FrameReader;
import io.tach.nativeio.wire.FrameWriter;
import io.tach.nativeio.wire.FromWorker;
import io.tach.nativeio.wire.MessageCodec;
import io.tach.nativeio.wire.Note;
import io.tach.nativeio.wire.TestPayload;
import io.tach.nativeio.wire.ToWorker;
import io.tach.nativeio.wire.ToZygote;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/** A thread that talks like a worker. It runs a test as soon as it has it. */
final class FakeWorker extends Thread {
    private static final int FIRST_PID = 100_000;
    private static final int SIGSEGV = 11;
    private static final int EXIT_CHANNEL_LOST = 70 << 8;
    private static final int PASS = 0;
    private static final int FAIL = 1;
    private static final byte[] GARBAGE = {1, 0, 0, 0, (byte) 0xff};
    private static final byte[] HALF_A_FRAME = {100, 0, 0, 0, 0x52};

    /** The test that the slot page shows, or -1. */
    volatile int current = -1;

    volatile boolean stopRequested;
    final CompletableFuture<Void> interrupted = new CompletableFuture<>();

    private final FakeSuite suite;
    private final FakeZygote zygote;
    private final ToZygote.Fork order;
    private volatile SocketChannel channel;
    private volatile boolean dead;

    /** What is still on its way to the supervisor when the process is killed. */
    private volatile Optional<FromWorker> lastWord = Optional.empty();

    FakeWorker(FakeSuite suite, FakeZygote zygote, ToZygote.Fork order) {
        super("worker " + order.worker());
        this.suite = suite;
        this.zygote = zygote;
        this.order = order;
        setDaemon(true);
    }

    int number() {
        return order.worker();
    }

    int pid() {
        return FIRST_PID + order.worker();
    }

    static FromWorker.Report collectError(String path) {
        return report(FromWorker.Report.NO_TEST, path, "collect", "error", "ImportError");
    }

    private static FromWorker.Report report(int testId, String nodeId, String when, String category, String message) {
        return new FromWorker.Report(
                testId,
                nodeId,
                when,
                "failed",
                category,
                "F",
                "FAILED",
                List.of(),
                1,
                message,
                message,
                Optional.empty(),
                List.of(),
                List.of(),
                null,
                ByteBuffer.wrap(new byte[] {(byte) 0xa0}));
    }

    // --- ends

    /** The channel closes and the zygote reaps. */
    synchronized void die(int status) {
        if (!dead) {
            lastWord.ifPresent(this::sayQuietly);
            vanish();
            zygote.childDied(this, status);
        }
    }

    /** Gone without anybody to reap it. */
    synchronized void vanish() {
        dead = true;
        release();
    }

    private void release() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // --- life

    @Override
    public void run() {
        if (suite.workersDieAtBirth) {
            die(SIGSEGV);
            return;
        }
        try {
            channel = SocketChannel.open(UnixDomainSocketAddress.of(suite.directory.workersSocket()));
            say(new FromWorker.WorkerReady(number(), order.token(), pid(), new FromWorker.Fds(0, 0, 0, 0, 0)));
            serve();
        } catch (IOException channelLost) {
            die(EXIT_CHANNEL_LOST);
        }
    }

    private void serve() throws IOException {
        FrameReader reader = new FrameReader(channel);
        Optional<ByteBuffer> frame = reader.next();
        while (frame.isPresent()) {
            ToWorker message = MessageCodec.decodeToWorker(frame.get());
            if (message instanceof ToWorker.Exit) {
                say(new FromWorker.Leaving());
                die(0);
                return;
            } else if (message instanceof ToWorker.Collect m) {
                collect(m.units());
            } else if (message instanceof ToWorker.RunTest m) {
                runAll(m.tests());
            }
            frame = reader.next();
        }
    }

    private void collect(List<Integer> units) throws IOException {
        for (int unit : units) {
            if (suite.paths().get(unit).equals(suite.deadlyFile)) {
                die(SIGSEGV);
                return;
            }
            say(suite.collected(unit));
        }
    }

    private void runAll(List<TestPayload> tests) throws IOException {
        for (TestPayload test : tests) {
            if (stopRequested) {
                say(new FromWorker.NotRun(List.of(test.testId())));
            } else if (!dead) {
                String nodeId = suite.nodeIds(test.unit()).get(test.index());
                if (test.isToxic()) {
                    suite.marked.add(nodeId);
                }
                run(test.testId(), nodeId);
            }
        }
    }

    private void run(int id, String nodeId) throws IOException {
        current = id;
        suite.started.incrementAndGet();
        say(new FromWorker.Started(id));
        String name = nodeId.substring(nodeId.indexOf("::") + 2);
        switch (name.replaceAll("\\d", "")) {
            case "fail" -> {
                say(report(id, nodeId, "call", "failed", "assert 1 == 2"));
                end(id, FAIL, "failed");
            }
            case "die" -> die(SIGSEGV);
            case "garbage" -> channel.write(ByteBuffer.wrap(GARBAGE));
            case "cut" -> {
                channel.write(ByteBuffer.wrap(HALF_A_FRAME));
                die(SIGSEGV);
            }
            case "foreign" -> {
                lastWord = Optional.of(result(id, PASS, "passed"));
                say(result(id + 1000, PASS, "passed"));
            }
            case "note" -> {
                say(new Note("isolation: something everybody notices"));
                say(result(id, PASS, "passed"));
            }
            case "stop" -> say(new FromWorker.Stopping("exit", "bye", 7));
            case "internal" -> say(new FromWorker.Stopping("internal", "Traceback ...", 3));
            case "toxic" -> {
                current = -1;
                say(rewinds());
                say(result(id, PASS, "passed", new FromWorker.Isolation("snapshot", "thread 'poller'", "")));
            }
            case "hang" -> hang(id, nodeId);
            case "kill_zygote" -> killZygoteOnce(id);
            default -> end(id, PASS, "passed");
        }
    }

    private void hang(int id, String nodeId) throws IOException {
        CompletableFuture.anyOf(interrupted, suite.release).join();
        if (interrupted.isDone()) {
            say(new FromWorker.Stopping("interrupt", nodeId + ":1: KeyboardInterrupt", 2));
        } else {
            end(id, PASS, "passed");
        }
    }

    private void killZygoteOnce(int id) throws IOException {
        if (suite.zygotes.get() == 1) {
            zygote.killed();
        } else {
            end(id, PASS, "passed");
        }
    }

    private void end(int id, int status, String outcome) throws IOException {
        current = -1;
        say(result(id, status, outcome));
    }

    private static FromWorker.Result result(int id, int status, String outcome) {
        return result(id, status, outcome, FromWorker.Isolation.UNSAID);
    }

    /** One rewind, and one process that was thrown away. */
    private static FromWorker.Rewinds rewinds() {
        return new FromWorker.Rewinds(0, 1, 0, 1, 2, 3, 4, 5, 6, 7, 0, Map.of("thread", 1), 0, 0);
    }

    private static FromWorker.Result result(int id, int status, String outcome, FromWorker.Isolation isolation) {
        return new FromWorker.Result(
                id,
                status,
                1000,
                "",
                outcome,
                new FromWorker.Phases(100, 800, 100),
                List.of(),
                OptionalInt.empty(),
                0,
                List.of(),
                List.of(),
                isolation);
    }

    private void sayQuietly(FromWorker message) {
        try {
            say(message);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void say(FromWorker message) throws IOException {
        new FrameWriter(channel).writePayload(MessageCodec.encode(message));
    }
}
