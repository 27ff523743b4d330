package io.tach.actors.peer;

/**
 * The sending side of a peer's channel.
 *
 * @param <M> what may be sent
 */
public interface Link<M> extends AutoCloseable {

    /** Sends a message. One that cannot be delivered is dropped: that the peer is gone shows where it is read from. */
    void send(M message);

    /** Closes the channel in both directions; more than once is fine. */
    @Override
    void close();
}
