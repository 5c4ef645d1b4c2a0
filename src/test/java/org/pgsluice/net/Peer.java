package org.pgsluice.net;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One scripted end for the contract: keeps what it reads, writes what it is told, through the classes that sessions use. Its fields are read by the test's
 * thread.
 */
final class Peer implements Connection.Handler {
    final Connection connection;
    private final Outbox outbox;
    private final ArrayDeque<ByteBuffer> toSend = new ArrayDeque<>();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final boolean echo;
    volatile boolean ended;
    volatile boolean shortWrite;
    volatile @Nullable IOException broken;
    volatile @Nullable Reactor strayThread;

    Peer(Connection connection, boolean echo) {
        this.connection = connection;
        this.echo = echo;
        outbox = new Outbox(connection);
        connection.handler(this);
        connection.wantRead(true);
    }

    /** On the reactor. */
    void send(byte[] bytes) {
        toSend.add(ByteBuffer.wrap(bytes));
        pump();
    }

    synchronized byte[] received() {
        return received.toByteArray();
    }

    synchronized int receivedBytes() {
        return received.size();
    }

    boolean isSent() {
        return toSend.isEmpty() && outbox.isEmpty();
    }

    /** On the reactor. */
    void close() {
        outbox.close(connection.reactor().buffers());
        connection.close();
    }

    private void pump() {
        Buffers buffers = connection.reactor().buffers();
        try {
            while (outbox.isEmpty() && !toSend.isEmpty()) {
                ByteBuffer next = toSend.getFirst();
                ByteBuffer scratch = buffers.out().clear();
                int count = Math.min(scratch.remaining(), next.remaining());
                scratch.put(next.slice(next.position(), count)).flip();
                next.position(next.position() + count);
                outbox.write(scratch, buffers);
                if (!next.hasRemaining()) {
                    toSend.removeFirst();
                }
            }
            shortWrite |= !outbox.isEmpty();
        } catch (IOException failed) {
            fail(failed);
        }
    }

    @Override
    public void onReadable() {
        check();
        ByteBuffer scratch = connection.reactor().buffers().in().clear();
        try {
            int count = connection.read(scratch);
            if (count < 0) {
                ended = true;
                connection.wantRead(false);
                return;
            }
            byte[] bytes = new byte[count];
            scratch.flip().get(bytes);
            synchronized (this) {
                received.writeBytes(bytes);
            }
            if (echo) {
                send(bytes);
            }
        } catch (IOException failed) {
            fail(failed);
        }
    }

    @Override
    public void onWritable() {
        check();
        try {
            if (outbox.flush(connection.reactor().buffers())) {
                pump();
            }
        } catch (IOException failed) {
            fail(failed);
        }
    }

    private void check() {
        if (!connection.reactor().inReactor()) {
            strayThread = connection.reactor();
        }
    }

    private void fail(IOException failed) {
        broken = failed;
        close();
    }
}
