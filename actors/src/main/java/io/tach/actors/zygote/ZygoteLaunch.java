package io.tach.actors.zygote;

import io.tach.actors.peer.ChannelLink;
import io.tach.actors.peer.ReadLoop;
import io.tach.actors.trace.StartupTrace;
import io.tach.nativeio.wire.FrameWriter;
import io.tach.nativeio.wire.FromZygote;
import io.tach.nativeio.wire.MessageCodec;
import io.tach.nativeio.wire.WireException;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Starts one zygote, connects to it, and stays to read what it says until it ends. Runs on a thread that may block; all
 * it learns it tells the zygote's actor.
 */
final class ZygoteLaunch implements Runnable, ReadLoop.Listener<FromZygote> {
    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(60);

    private final ZygoteSource source;
    private final int generation;
    private final ActorRef<Zygote.Command> actor;

    /**
     * A launch that has not begun.
     *
     * @param generation goes with every fact, since those of the zygote before may still be on their way
     */
    ZygoteLaunch(ZygoteSource source, int generation, ActorRef<Zygote.Command> actor) {
        this.source = source;
        this.generation = generation;
        this.actor = actor;
    }

    @Override
    public void run() {
        try {
            ZygoteSource.Handle next = source.next();
            actor.tell(new Zygote.Launched(next));
            next.ended()
                    .whenComplete(
                            (how, e) -> actor.tell(new Zygote.Ended(generation, how == null ? Optional.empty() : how)));
            SocketChannel channel = next.connect(CONNECT_PATIENCE);
            StartupTrace.mark("zygote connected");
            actor.tell(new Zygote.Connected(new ChannelLink<>(channel, FrameWriter::write)));
            new ReadLoop<>(channel, MessageCodec::decodeFromZygote, this).run();
        } catch (ConnectException ended) {
            hungUp(""); // how it ended is told by its process
        } catch (IOException | RuntimeException e) {
            hungUp("cannot start python: " + e.getMessage());
        }
    }

    @Override
    public void onBatch(List<FromZygote> batch) {
        actor.tell(new Zygote.Heard(generation, batch));
    }

    @Override
    public void onEnd(Optional<WireException> violation) {
        hungUp(violation.map(WireException::getMessage).orElse(""));
    }

    private void hungUp(String violation) {
        actor.tell(new Zygote.HungUp(generation, violation));
    }
}
