package io.tach.nativeio.process;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** The socket that workers connect to. One thread accepts; closing it from another ends that thread's call. */
public final class WorkerListener implements AutoCloseable {
    private static final int BACKLOG = 512;

    private final SocketPath path;
    private final ServerSocketChannel channel;

    private WorkerListener(SocketPath path, ServerSocketChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** Listens from now on. */
    public static WorkerListener bind(RunDirectory run) throws IOException {
        SocketPath path = SocketPath.of(run.workersSocket());
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(path.address(), BACKLOG);
            return new WorkerListener(path, channel);
        } catch (IOException e) {
            channel.close();
            path.close();
            throw e;
        }
    }

    /**
     * The next worker, known only once it has shown its token; blocks.
     *
     * @return a channel in blocking mode
     * @throws java.nio.channels.ClosedChannelException if the listener was closed
     */
    public SocketChannel accept() throws IOException {
        return channel.accept();
    }

    @Override
    public void close() throws IOException {
        channel.close();
        path.close();
    }
}
