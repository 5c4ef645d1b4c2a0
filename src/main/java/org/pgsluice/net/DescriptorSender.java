package org.pgsluice.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Sends bytes and descriptors over a unix socket, in order, as fast as the other end takes them. While something waits it is the connection's handler, and
 * nothing is read. On the connection's reactor.
 */
public final class DescriptorSender implements Connection.Handler {
    private record Piece(ByteBuffer bytes, @Nullable Passable passed) {}

    private final EpollConnection connection;
    private final Connection.Handler owner;
    private final DescriptorMessage message = new DescriptorMessage();
    private final ArrayDeque<Piece> waiting = new ArrayDeque<>();

    private DescriptorSender(EpollConnection connection, Connection.Handler owner) {
        this.connection = connection;
        this.owner = owner;
    }

    /**
     * A sender on {@code wire}, null where its engine or its kind of socket can pass no descriptors.
     *
     * @param owner the handler of the connection, told of a failure and given the connection back
     */
    public static @Nullable DescriptorSender on(Wire wire, Connection.Handler owner) {
        Connection connection = wire.connection();
        return connection instanceof EpollConnection passing && connection.isUnix() ? new DescriptorSender(passing, owner) : null;
    }

    /** Whether something waits: what is sent otherwise would overtake it. */
    public boolean busy() {
        return !waiting.isEmpty();
    }

    /** Sends {@code bytes}, which are the sender's from now on, and with the first of them {@code passed}. */
    public void send(ByteBuffer bytes, @Nullable Passable passed) throws IOException {
        waiting.addLast(new Piece(bytes, passed));
        if (waiting.size() == 1 && !flush()) {
            connection.handler(this);
            connection.wantRead(false);
            connection.wantWrite(true);
        }
    }

    /** Whether everything is out. */
    private boolean flush() throws IOException {
        for (Piece next = waiting.peekFirst(); next != null; next = waiting.peekFirst()) {
            int count = next.passed == null ? connection.write(next.bytes) : connection.write(next.bytes, next.passed, message);
            if (next.bytes.hasRemaining()) {
                if (count > 0 && next.passed != null) {
                    waiting.removeFirst();
                    waiting.addFirst(new Piece(next.bytes, null));
                } else if (count == 0 || next.passed == null) {
                    return false;
                }
            } else {
                waiting.removeFirst();
            }
        }
        return true;
    }

    @Override
    public void onReadable() {
        connection.wantRead(false);
    }

    @Override
    public void onWritable() {
        try {
            if (flush()) {
                connection.wantWrite(false);
                connection.handler(owner);
                connection.wantRead(true);
            }
        } catch (IOException broken) {
            onFailure(broken);
        }
    }

    @Override
    public void onFailure(Throwable thrown) {
        waiting.clear();
        owner.onFailure(thrown);
    }
}
