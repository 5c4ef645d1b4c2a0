package org.pgsluice.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The reading side of one connection. Bytes are read into the reactor's shared scratch buffer; what its user leaves unread (the head of a message whose rest
 * has not come, or input that must wait) is kept in a small buffer of its own and stands before the next bytes. While nothing is kept it owns no memory.
 */
public final class Inbox {
    /** From here on a buffer that is full is replaced by one of four times its size. */
    private static final int LONG_STEPS_FROM = 1 << 20;

    private Connection connection;
    private @Nullable ByteBuffer kept;
    private int wanted;

    public Inbox(Connection connection) {
        this.connection = connection;
    }

    /** Reads from {@code next} from now on; nothing is kept. */
    void connection(Connection next) {
        connection = next;
    }

    /**
     * Reads once.
     *
     * @param most how many bytes to have at most, kept ones included; a message that was announced to {@link #keep} may be longer
     * @return what the connection said: a count, 0 for nothing now, -1 for the end
     * @throws BufferLimitException when a message that must be kept is too large for that now
     * @throws IOException when the connection broke
     */
    public int read(Buffers buffers, int most) throws IOException {
        ByteBuffer into;
        ByteBuffer before = kept;
        if (before == null) {
            into = buffers.in().clear();
            into.limit(Math.min(most, into.capacity()));
        } else {
            into = grown(before, buffers, Math.max(most, wanted));
            if (!into.hasRemaining()) {
                return 0;
            }
        }
        return connection.read(into);
    }

    /**
     * The bytes to work on after {@link #read}, ready to be taken. The caller consumes from the front and then calls {@link #keep}.
     */
    public ByteBuffer bytes(Buffers buffers) {
        ByteBuffer own = kept;
        return own == null ? buffers.in().flip() : own.flip();
    }

    /**
     * Keeps what {@code bytes} (from {@link #bytes}) has left.
     *
     * @param needed how long, from the position, the bytes must grow before they are of use; 0 when unknown
     */
    public void keep(ByteBuffer bytes, Buffers buffers, int needed) {
        wanted = needed;
        ByteBuffer own = kept;
        if (own == null) {
            if (bytes.hasRemaining()) {
                // Not what was announced: whoever announces much and sends little shall not have it.
                kept = buffers.take(bytes.remaining()).put(bytes);
            }
        } else if (own.hasRemaining() && own.position() == 0) {
            // Nothing was taken: a long message that comes in many pieces is not moved at each of them.
            own.position(own.limit()).limit(own.capacity());
        } else if (own.hasRemaining()) {
            shiftOrShrink(own, buffers);
        } else {
            kept = null;
            buffers.give(own);
        }
    }

    private void shiftOrShrink(ByteBuffer own, Buffers buffers) {
        if (own.capacity() > Buffers.SCRATCH_BYTES && own.remaining() <= Buffers.SCRATCH_BYTES / 2) {
            // What is left behind a large message needs no large buffer.
            kept = buffers.take(own.remaining()).put(own);
            buffers.give(own);
        } else if (own.position() == 0) {
            // Nothing was used: a large message that comes in thousands of reads must not be copied at each.
            own.position(own.limit()).limit(own.capacity());
        } else {
            own.compact();
        }
    }

    /** Whether bytes are kept. */
    public boolean hasKept() {
        return kept != null;
    }

    /** How many bytes are kept. */
    public int keptBytes() {
        return kept == null ? 0 : kept.position();
    }

    /** How much memory the kept bytes take. */
    public int keptCapacity() {
        return kept == null ? 0 : kept.capacity();
    }

    /** How long the kept bytes must grow before they are of use; 0 when unknown. */
    public int wanted() {
        return wanted;
    }

    /** A copy of what is kept, for another process that goes on with the connection. */
    public byte[] copyOfKept() {
        ByteBuffer own = kept;
        byte[] copy = new byte[keptBytes()];
        if (own != null) {
            own.get(0, copy);
        }
        return copy;
    }

    /** Keeps what another process had kept of this connection. Before the first read. */
    public void restore(byte[] bytes, int needed, Buffers buffers) {
        keep(ByteBuffer.wrap(bytes), buffers, needed);
    }

    /** Gives back what is kept; for the end of the connection. */
    public void close(Buffers buffers) {
        ByteBuffer own = kept;
        if (own != null) {
            kept = null;
            buffers.give(own);
        }
    }

    /** Makes room to read on behind the kept bytes, in growing steps: a message announced as huge costs memory only as it arrives. */
    private ByteBuffer grown(ByteBuffer before, Buffers buffers, int allowed) throws BufferLimitException {
        ByteBuffer own = before;
        if (own.position() == own.capacity() && own.position() < allowed) {
            int step = own.capacity() < LONG_STEPS_FROM ? 2 : 4;
            int size = (int) Math.min(allowed, Math.max((long) own.capacity() * step, 4096));
            if (!buffers.has(size)) {
                throw new BufferLimitException(size);
            }
            own = buffers.take(size);
            own.put(before.flip());
            buffers.give(before);
            kept = own;
        }
        return own.limit(Math.max(own.position(), Math.min(own.capacity(), allowed)));
    }
}
