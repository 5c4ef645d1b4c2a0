package org.pgsluice.net;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Puts together what goes on from one scratch buffer to one connection, so that it is one write: runs of the input as they are, and bytes in between that were
 * not in it. As long as there is a single run it is written from where it lies; a second one makes both move to the output scratch buffer. One for each
 * reactor, used by one event at a time.
 */
public final class Gather {
    private final Buffers buffers;
    private ByteBuffer input;
    private Outbox target;
    private int runFrom;
    private int runTo;
    private boolean spilled;

    @SuppressWarnings("NullAway.Init") // begin() comes first
    public Gather(Buffers buffers) {
        this.buffers = buffers;
    }

    /** Starts: runs come from {@code in}, all goes to {@code to}. */
    public void begin(ByteBuffer in, Outbox to) {
        input = in;
        target = to;
        runFrom = 0;
        runTo = 0;
        spilled = false;
    }

    /** Forgets what was not sent: it was for somebody who is gone. */
    public void drop() {
        runFrom = 0;
        runTo = 0;
        spilled = false;
    }

    /** Sends the input's bytes from {@code from} to {@code to} (absolute positions) on. */
    public void run(int from, int to) throws IOException {
        if (from == to) {
            return;
        }
        if (runFrom == runTo) {
            runFrom = from;
        } else if (runTo != from) {
            spill();
            runFrom = from;
        }
        runTo = to;
    }

    /** Sends bytes on that do not stand in the input. */
    public void insert(byte[] bytes) throws IOException {
        insert(bytes, 0, bytes.length);
    }

    public void insert(byte[] bytes, int offset, int length) throws IOException {
        spill();
        ByteBuffer out = room(length);
        if (out.remaining() >= length) {
            out.put(bytes, offset, length);
        } else {
            target.write(ByteBuffer.wrap(bytes, offset, length), buffers);
        }
    }

    /** Space for {@code length} (small) bytes that the caller puts itself, at the buffer's position. */
    public ByteBuffer space(int length) throws IOException {
        spill();
        return room(length);
    }

    /** Whether anything is waiting for {@link #flush}. */
    public boolean isEmpty() {
        return !spilled && runFrom == runTo;
    }

    /** Writes what was gathered. */
    public void flush() throws IOException {
        if (!spilled) {
            if (runFrom != runTo) {
                writeRun();
            }
            return;
        }
        spill();
        writeOut();
    }

    private void writeRun() throws IOException {
        int position = input.position();
        int limit = input.limit();
        input.limit(runTo).position(runFrom);
        try {
            target.write(input, buffers);
        } finally {
            input.limit(limit).position(position);
        }
        runFrom = 0;
        runTo = 0;
    }

    private void writeOut() throws IOException {
        ByteBuffer out = buffers.out();
        out.flip();
        spilled = false;
        if (out.hasRemaining()) {
            target.write(out, buffers);
        }
    }

    private ByteBuffer room(int length) throws IOException {
        ByteBuffer out = buffers.out();
        if (spilled && out.remaining() < length) {
            writeOut();
        }
        if (!spilled) {
            out.clear();
            spilled = true;
        }
        return out;
    }

    /** Moves the pending run to the output buffer, or writes it where that is full. */
    private void spill() throws IOException {
        int length = runTo - runFrom;
        if (length == 0) {
            return;
        }
        ByteBuffer out = room(length);
        if (out.remaining() >= length) {
            out.put(out.position(), input, runFrom, length);
            out.position(out.position() + length);
            runFrom = 0;
            runTo = 0;
        } else {
            writeOut();
            writeRun();
        }
    }
}
