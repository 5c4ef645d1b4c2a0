package org.pgsluice.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The writing side of one connection. Bytes go straight to the socket; what it does not take is copied into small buffers, and write interest is on until they
 * are out. Whoever feeds it stops reading from the source while {@link #isEmpty} is false, which bounds the memory.
 */
public final class Outbox {
    private static final int CHUNK = 16 * 1024;

    private Connection connection;
    private @Nullable ArrayDeque<ByteBuffer> waiting;
    private int waitingBytes;

    public Outbox(Connection connection) {
        this.connection = connection;
    }

    /** Writes to {@code next} from now on; nothing waits. */
    void connection(Connection next) {
        connection = next;
    }

    /**
     * Writes all of {@code bytes}, now or later; any kind of buffer.
     *
     * @throws IOException when the connection broke
     */
    public void write(ByteBuffer bytes, Buffers buffers) throws IOException {
        if (waitingBytes == 0) {
            if (bytes.isDirect()) {
                connection.write(bytes);
            } else {
                writeCopied(bytes, buffers);
            }
            if (!bytes.hasRemaining()) {
                return;
            }
            connection.wantWrite(true);
        }
        ArrayDeque<ByteBuffer> queue = waiting;
        if (queue == null) {
            queue = new ArrayDeque<>(2);
            waiting = queue;
        }
        waitingBytes += bytes.remaining();
        ByteBuffer last = queue.peekLast();
        while (bytes.hasRemaining()) {
            if (last == null || last.limit() == last.capacity()) {
                last = buffers.take(Math.min(CHUNK, bytes.remaining())).limit(0);
                queue.addLast(last);
            }
            append(last, bytes);
        }
    }

    /** Connections take direct buffers only; what is written on the heap (logins, errors) goes through a small one. */
    private void writeCopied(ByteBuffer bytes, Buffers buffers) throws IOException {
        int unsent = 0;
        while (bytes.hasRemaining() && unsent == 0) {
            int length = Math.min(CHUNK, bytes.remaining());
            ByteBuffer copy = buffers.take(length);
            try {
                copy.put(0, bytes, bytes.position(), length).limit(length);
                connection.write(copy);
                unsent = copy.remaining();
                bytes.position(bytes.position() + length - unsent);
            } finally {
                buffers.give(copy);
            }
        }
    }

    /**
     * Goes on after {@link Connection.Handler#onWritable}.
     *
     * @return whether everything is out; then write interest is off again
     * @throws IOException when the connection broke
     */
    public boolean flush(Buffers buffers) throws IOException {
        ArrayDeque<ByteBuffer> queue = waiting;
        while (queue != null && !queue.isEmpty()) {
            ByteBuffer first = queue.peekFirst();
            waitingBytes -= connection.write(first);
            if (first.hasRemaining()) {
                return false;
            }
            queue.removeFirst();
            buffers.give(first);
        }
        waiting = null;
        connection.wantWrite(false);
        return true;
    }

    public boolean isEmpty() {
        return waitingBytes == 0;
    }

    /** Bytes that the socket has not taken yet. */
    public int waitingBytes() {
        return waitingBytes;
    }

    /**
     * A copy of what the socket has not taken, for another process that goes on with the connection; from now on nothing of it is written until {@link #goOn}.
     */
    public byte[] freeze() {
        ByteBuffer copy = ByteBuffer.allocate(waitingBytes);
        ArrayDeque<ByteBuffer> queue = waiting;
        if (queue != null) {
            queue.forEach(buffer -> copy.put(buffer.duplicate()));
            connection.wantWrite(false);
        }
        return copy.array();
    }

    /** Takes what another process could not write. It is written after {@link #goOn}. */
    public void restore(byte[] bytes, Buffers buffers) {
        ArrayDeque<ByteBuffer> queue = new ArrayDeque<>(2);
        for (int from = 0; from < bytes.length; from += CHUNK) {
            int length = Math.min(CHUNK, bytes.length - from);
            queue.addLast(buffers.take(length).put(0, bytes, from, length).position(0).limit(length));
        }
        waiting = bytes.length == 0 ? null : queue;
        waitingBytes = bytes.length;
    }

    /** Writes again as soon as the socket takes something. */
    public void goOn() {
        if (waitingBytes > 0) {
            connection.wantWrite(true);
        }
    }

    /** Gives the buffers back; for the end of the connection. */
    public void close(Buffers buffers) {
        ArrayDeque<ByteBuffer> queue = waiting;
        if (queue != null) {
            waiting = null;
            waitingBytes = 0;
            for (ByteBuffer buffer : queue) {
                buffers.give(buffer);
            }
        }
    }

    /** Adds to a buffer that is being read: its limit grows, its position stays. */
    private static void append(ByteBuffer to, ByteBuffer from) {
        int room = Math.min(to.capacity() - to.limit(), from.remaining());
        int oldLimit = to.limit();
        to.limit(oldLimit + room);
        to.put(oldLimit, from, from.position(), room);
        from.position(from.position() + room);
    }
}
