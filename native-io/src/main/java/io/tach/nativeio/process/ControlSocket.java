package io.tach.nativeio.process;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Connects to the zygote, which may not listen yet. */
public final class ControlSocket {
    private static final Duration RETRY = Duration.ofMillis(2);

    private ControlSocket() {}

    /**
     * Connects; blocks until the zygote listens.
     *
     * @param run the run's directory
     * @param patience how long to try
     * @param zygoteAlive false ends the trying
     * @return a channel in blocking mode
     * @throws IOException if the zygote has ended, or does not listen in time
     */
    public static SocketChannel connect(RunDirectory run, Duration patience, BooleanSupplier zygoteAlive)
            throws IOException {
        long giveUpNs = System.nanoTime() + patience.toNanos();
        try (SocketPath path = SocketPath.of(run.zygoteSocket())) {
            while (true) {
                try {
                    return connect(path.address());
                } catch (SocketException e) {
                    refuse(run, zygoteAlive, giveUpNs - System.nanoTime(), e);
                }
                LockSupport.parkNanos(RETRY.toNanos());
            }
        }
    }

    private static void refuse(RunDirectory run, BooleanSupplier zygoteAlive, long leftNs, SocketException cause)
            throws ConnectException {
        if (leftNs > 0 && zygoteAlive.getAsBoolean()) {
            return;
        }
        String reason = leftNs > 0 ? "zygote ended" : "zygote does not listen";
        ConnectException failure = new ConnectException(reason + ": path=" + run.zygoteSocket());
        failure.initCause(cause);
        throw failure;
    }

    private static SocketChannel connect(UnixDomainSocketAddress address) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(address);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }
}
