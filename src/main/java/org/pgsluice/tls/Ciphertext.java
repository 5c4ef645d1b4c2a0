package org.pgsluice.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.pgsluice.net.Buffers;
import org.pgsluice.net.Connection;
import org.pgsluice.net.Reactor;

/** Ciphertext that has to wait, in small buffers of its reactor; while nothing waits it owns no memory. Whoever adds to it bounds it. On its reactor. */
final class Ciphertext {
    private static final int CHUNK = 16 * 1024;

    private @Nullable ArrayDeque<ByteBuffer> waiting;
    private int bytes;

    boolean isEmpty() {
        return bytes == 0;
    }

    int bytes() {
        return bytes;
    }

    /** Takes all of {@code from}, behind what waits already. */
    void add(ByteBuffer from, Buffers buffers) {
        if (!from.hasRemaining()) {
            return;
        }
        ArrayDeque<ByteBuffer> queue = waiting;
        if (queue == null) {
            queue = new ArrayDeque<>(2);
            waiting = queue;
        }
        bytes += from.remaining();
        while (from.hasRemaining()) {
            int length = Math.min(CHUNK, from.remaining());
            ByteBuffer piece = buffers.take(length).put(0, from, from.position(), length);
            from.position(from.position() + length);
            queue.addLast(piece.position(0).limit(length));
        }
    }

    /** Moves as much as {@code into} has room for. */
    void moveTo(ByteBuffer into, Buffers buffers) {
        ArrayDeque<ByteBuffer> queue = waiting;
        while (queue != null && !queue.isEmpty() && into.hasRemaining()) {
            ByteBuffer first = queue.peekFirst();
            int length = Math.min(first.remaining(), into.remaining());
            into.put(into.position(), first, first.position(), length).position(into.position() + length);
            first.position(first.position() + length);
            taken(queue, first, length, buffers);
        }
    }

    /** Writes as much as {@code to} takes. Returns whether nothing waits any more. */
    boolean writeTo(Connection to, Buffers buffers) throws IOException {
        ArrayDeque<ByteBuffer> queue = waiting;
        while (queue != null && !queue.isEmpty()) {
            ByteBuffer first = queue.peekFirst();
            taken(queue, first, to.write(first), buffers);
            if (first.hasRemaining()) {
                return false;
            }
        }
        return true;
    }

    private void taken(ArrayDeque<ByteBuffer> queue, ByteBuffer first, int count, Buffers buffers) {
        bytes -= count;
        if (!first.hasRemaining()) {
            queue.removeFirst();
            buffers.give(first);
            if (queue.isEmpty()) {
                waiting = null;
            }
        }
    }

    /** Goes from one reactor to another, on the latter: copies what waits, since buffers belong to a reactor. */
    void move(Reactor from, Reactor to) {
        ArrayDeque<ByteBuffer> left = waiting;
        waiting = null;
        bytes = 0;
        if (left != null) {
            left.forEach(piece -> add(piece, to.buffers()));
            from.execute(() -> left.forEach(from.buffers()::give));
        }
    }

    /** Gives the buffers back; for the end of the connection. */
    void close(Buffers buffers) {
        ArrayDeque<ByteBuffer> left = waiting;
        waiting = null;
        bytes = 0;
        if (left != null) {
            left.forEach(buffers::give);
        }
    }
}
