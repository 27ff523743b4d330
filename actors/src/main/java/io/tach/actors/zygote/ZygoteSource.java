package io.tach.actors.zygote;

import io.tach.engine.verdict.Death;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Where zygotes come from. Its methods block; they are called on threads that may. */
public interface ZygoteSource {

    /**
     * The next zygote: the one the launcher started, or a new one.
     *
     * @throws IOException if none can be started
     */
    Handle next() throws IOException;

    /** A zygote's process. */
    interface Handle {

        /**
         * Connects to it; blocks until it listens.
         *
         * @throws IOException if it ends first or does not listen in time
         */
        SocketChannel connect(Duration patience) throws IOException;

        /**
         * What it was importing before anybody was connected; empty if nothing. What it says on the channel it cannot say
         * before it lets us in, and a file that it is importing may keep it from that for ever.
         */
        String importing();

        /** Completes when the process has ended; empty if nobody can tell how. */
        CompletionStage<Optional<Death>> ended();

        /** Ends it with SIGKILL. */
        void kill();

        /** Lets go of it when it is over. */
        void release();
    }
}
