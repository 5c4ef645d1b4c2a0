package org.pgsluice.net;

import java.io.IOException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One end of a conversation: a connection, the {@link Inbox} of what it said and the {@link Outbox} of what it has not taken. Sessions hold a wire and no
 * connection, so that {@link #upgrade} can put another under the conversation (encryption) in one place. On the reactor of the connection.
 */
public final class Wire {
    /**
     * What stands in a wire besides the socket, for another process that goes on with it.
     *
     * @param kept what was read and is of no use yet
     * @param wanted how long that must grow to be of use, 0 when unknown
     * @param unsent what the other end has not taken yet
     */
    @SuppressWarnings("ArrayRecordComponent") // its arrays belong to it
    public record Frozen(byte[] kept, int wanted, byte[] unsent) {}

    private final Inbox inbox;
    private final Outbox outbox;
    private volatile Connection connection; // its address is read by other reactors

    public Wire(Connection connection) {
        this.connection = connection;
        this.inbox = new Inbox(connection);
        this.outbox = new Outbox(connection);
    }

    /**
     * From now on all bytes go through {@code decorated}, which reads from and writes to the connection that was here. Nothing may be kept or unsent: bytes of
     * before and of after the change must not mix. The decorator has taken over handler and interest.
     */
    public void upgrade(Connection decorated) {
        if (inbox.hasKept() || !outbox.isEmpty()) {
            throw new IllegalStateException("bytes of before the change are still here");
        }
        connection = decorated;
        inbox.connection(decorated);
        outbox.connection(decorated);
    }

    public Inbox inbox() {
        return inbox;
    }

    public Outbox outbox() {
        return outbox;
    }

    public Connection connection() {
        return connection;
    }

    /** Tells {@code handler} of what comes from now on. */
    public void open(Connection.Handler handler) {
        connection.handler(handler);
        connection.wantRead(true);
    }

    /** Reads once; see {@link Inbox#read}. */
    public int read(Buffers buffers, int most) throws IOException {
        return inbox.read(buffers, most);
    }

    public void wantRead(boolean on) {
        connection.wantRead(on);
    }

    /** Whether it may go to another reactor: what is kept or unsent lies in buffers of this one. */
    public boolean movable() {
        return !inbox.hasKept() && outbox.isEmpty();
    }

    /** Takes the connection over to another reactor; called there. */
    public void moveTo(Reactor target) {
        connection.attachTo(target);
    }

    /** A copy of what stands in it; nothing of that is written until {@link #goOn}. */
    public Frozen freeze() {
        return new Frozen(inbox.copyOfKept(), inbox.wanted(), outbox.freeze());
    }

    /** Goes on where another process has frozen it; before the first read. What that one could not write is written after {@link #goOn}. */
    public void restore(Frozen frozen, Buffers buffers) {
        inbox.restore(frozen.kept(), frozen.wanted(), buffers);
        outbox.restore(frozen.unsent(), buffers);
    }

    /** Writes again as soon as the other end takes something. */
    public void goOn() {
        outbox.goOn();
    }

    /** The socket, where a copy of it can be given to another process; null where it cannot, or is closed. */
    public @Nullable Passable passable() {
        return connection instanceof Passable socket && socket.number() >= 0 ? socket : null;
    }

    /** The other end. Any thread. */
    public SocketAddress remoteAddress() {
        return connection.remoteAddress();
    }

    /** Closes the connection and gives the buffers back. Idempotent. */
    public void close(Buffers buffers) {
        try {
            connection.close();
        } finally {
            inbox.close(buffers);
            outbox.close(buffers);
        }
    }
}
