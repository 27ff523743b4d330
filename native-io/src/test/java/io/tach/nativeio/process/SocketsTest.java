package io.tach.nativeio.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SocketsTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private RunDirectory run;

    @BeforeEach
    void makeDirectory() throws IOException {
        run = RunDirectory.create();
    }

    @AfterEach
    void deleteDirectory() throws IOException {
        run.close();
    }

    private static byte oneByte(SocketChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1);
        assertEquals(1, channel.read(buffer));
        return buffer.get(0);
    }

    @Test
    void shouldConnectOnceTheZygoteListens() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        ServerSocketChannel zygote = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try (zygote;
                SocketChannel channel = ControlSocket.connect(run, LONG, () -> listenAtThird(zygote, asked))) {
            zygote.accept().write(ByteBuffer.wrap(new byte[] {42}));

            assertEquals(42, oneByte(channel));
        }
        assertEquals(3, asked.get());
    }

    private boolean listenAtThird(ServerSocketChannel zygote, AtomicInteger asked) {
        try {
            if (asked.incrementAndGet() == 3) {
                zygote.bind(UnixDomainSocketAddress.of(run.zygoteSocket()));
            }
            return true;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void shouldGiveUpWhenTheZygoteHasEnded() {
        ConnectException failure =
                assertThrows(ConnectException.class, () -> ControlSocket.connect(run, LONG, () -> false));

        assertTrue(failure.getMessage().startsWith("zygote ended"), failure.getMessage());
    }

    @Test
    void shouldGiveUpInTime() {
        ConnectException failure =
                assertThrows(ConnectException.class, () -> ControlSocket.connect(run, Duration.ZERO, () -> true));

        assertTrue(failure.getMessage().startsWith("zygote does not listen"), failure.getMessage());
    }

    @Test
    void shouldAcceptAWorker() throws IOException {
        try (WorkerListener listener = WorkerListener.bind(run);
                SocketChannel worker = SocketChannel.open(UnixDomainSocketAddress.of(run.workersSocket()));
                SocketChannel accepted = listener.accept()) {
            worker.write(ByteBuffer.wrap(new byte[] {7}));

            assertEquals(7, oneByte(accepted));
        }
    }

    @Test
    void shouldEndTheAcceptingThreadWhenClosed() throws Exception {
        WorkerListener listener = WorkerListener.bind(run);
        CompletableFuture<SocketChannel> accepting = CompletableFuture.supplyAsync(() -> accept(listener));

        listener.close();

        ExecutionException failure = assertThrows(ExecutionException.class, accepting::get);
        assertTrue(failure.getCause().getCause() instanceof ClosedChannelException, failure.toString());
    }

    private static SocketChannel accept(WorkerListener listener) {
        try {
            return listener.accept();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void shouldListenAndConnectBehindALongPath() throws IOException {
        Path deep = Files.createDirectories(run.path().resolve("d".repeat(120)));
        RunDirectory longRun = new RunDirectory(deep);

        try (WorkerListener listener = WorkerListener.bind(longRun);
                SocketPath there = SocketPath.of(longRun.workersSocket());
                SocketChannel worker = SocketChannel.open(there.address());
                SocketChannel accepted = listener.accept()) {
            worker.write(ByteBuffer.wrap(new byte[] {7}));

            assertEquals(7, oneByte(accepted));
            assertTrue(Files.exists(longRun.workersSocket()));
        }
    }
}
