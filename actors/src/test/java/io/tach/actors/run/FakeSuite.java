package io.tach.actors.run;

import io.tach.actors.worker.Activity;
import io.tach.actors.worker.WorkerFiles;
import io.tach.actors.zygote.ZygoteSource;
import io.tach.engine.verdict.Death;
import io.tach.engine.verdict.Output;
import io.tach.engine.verdict.Phase;
import io.tach.nativeio.process.ControlSocket;
import io.tach.nativeio.process.RunDirectory;
import io.tach.nativeio.wire.Collected;
import io.tach.nativeio.wire.FromZygote;
import io.tach.nativeio.wire.ToZygote;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * A suite whose zygote and workers are threads of this JVM behind real sockets. Tests say by their name what happens when
 * they run: {@code pass}, {@code fail}, {@code die}, {@code garbage}, {@code cut}, {@code stop}, {@code hang}, {@code kill_zygote},
 * {@code toxic}.
 */
final class FakeSuite implements ZygoteSource {
    final RunDirectory directory;

    /** Files with their tests, in session order. */
    final Map<String, List<String>> files = new LinkedHashMap<>();

    /** Everything the zygotes were told, in order. */
    final BlockingQueue<ToZygote> told = new LinkedBlockingQueue<>();

    final Map<Integer, FakeWorker> workers = new ConcurrentHashMap<>();
    final AtomicInteger zygotes = new AtomicInteger();
    final AtomicInteger started = new AtomicInteger();

    /** The node ids of the tests that came marked as toxic. */
    final Set<String> marked = ConcurrentHashMap.newKeySet();

    /** Tests that hang wait for this. */
    final CompletableFuture<Void> release = new CompletableFuture<>();

    FromZygote.BootFailed bootFailure;
    String rootDir = "/project";
    String reorderedBy = "";
    String brokenFile = "";
    String deadlyFile = "";
    long collectionNs = 1;
    Map<Integer, Double> timeouts = Map.of();
    boolean workersDieAtBirth;
    boolean zygoteDiesAtBoot;

    /** In the middle of an import that does not end: it carries nothing out. */
    volatile boolean zygoteIsDeaf;

    int maxFail;

    FakeSuite() throws IOException {
        directory = RunDirectory.create();
    }

    FakeSuite file(String path, String... tests) {
        files.put(path, List.of(tests));
        return this;
    }

    Host host() {
        return host(Host::dispatcher);
    }

    /** A host on which nothing happens that an actor does not do itself. */
    Host quietHost() {
        return host(system -> task -> {});
    }

    private Host host(Function<ActorSystem<?>, Executor> blocking) {
        return new Host(directory, this, ready -> new Pages(workers.get(ready.worker())), new NoPosix(), blocking);
    }

    List<String> paths() {
        return new ArrayList<>(files.keySet());
    }

    List<String> nodeIds(int unit) {
        String path = paths().get(unit);
        return files.get(path).stream().map(test -> path + "::" + test).toList();
    }

    Collected collected(int unit) {
        return new Collected(
                unit,
                nodeIds(unit),
                collectionNs,
                0,
                timeouts,
                Map.of(),
                paths().get(unit).equals(brokenFile) ? List.of(FakeWorker.collectError(brokenFile)) : List.of(),
                reorderedBy.isEmpty() ? Optional.empty() : Optional.of(reorderedBy),
                0,
                false);
    }

    @Override
    public Handle next() throws IOException {
        FakeZygote zygote = new FakeZygote(this, zygotes.incrementAndGet());
        zygote.start();
        return new ZygoteHandle(zygote);
    }

    /** Listens where the supervisor will connect, and returns the first connection. */
    SocketChannel accept() throws IOException {
        Files.deleteIfExists(directory.zygoteSocket());
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(directory.zygoteSocket()));
            return server.accept();
        }
    }

    private record ZygoteHandle(FakeZygote zygote) implements Handle {
        @Override
        public SocketChannel connect(Duration patience) throws IOException {
            return ControlSocket.connect(zygote.suite.directory, patience, () -> !zygote.ended.isDone());
        }

        @Override
        public String importing() {
            return "";
        }

        @Override
        public CompletionStage<Optional<Death>> ended() {
            return zygote.ended;
        }

        @Override
        public void kill() {
            zygote.end(Death.signaled("SIGKILL", false));
        }

        @Override
        public void release() {}
    }

    /** A slot page that shows the test the worker is at. */
    private record Pages(FakeWorker worker) implements WorkerFiles {
        @Override
        public Activity activity() {
            int test = worker.current;
            return test < 0
                    ? new Activity(Phase.IDLE, OptionalInt.empty(), OptionalInt.empty(), 0)
                    : new Activity(Phase.CALL, OptionalInt.of(test), OptionalInt.empty(), 0);
        }

        @Override
        public void requestStop() {
            worker.stopRequested = true;
        }

        @Override
        public long stacksBytes() {
            return 1;
        }

        @Override
        public Output output() {
            return new Output("", "", "last words", "");
        }

        @Override
        public void trim() {}

        @Override
        public long oomKills() {
            return 0;
        }

        @Override
        public boolean isStopped() {
            return false;
        }

        @Override
        public void close() {}
    }
}
