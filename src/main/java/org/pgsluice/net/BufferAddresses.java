package org.pgsluice.net;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Where direct buffers lie in memory, for calls of other languages; asking allocates nothing for those that one reactor uses often. On its thread. */
public final class BufferAddresses {
    private static final int REMEMBERED = 1024; // a power of two
    private static final int PROBES = 4;
    /** Larger ones move much at a time, and must not be kept from going. */
    private static final int LARGEST_REMEMBERED = 4096;

    private final Buffers scratch;
    private final ByteBuffer in;
    private final long inAddress;
    private final ByteBuffer out;
    private final long outAddress;
    private final @Nullable ByteBuffer[] buffers = new ByteBuffer[REMEMBERED];
    private final long[] addresses = new long[REMEMBERED];

    /** {@code scratch}: the reactor's, whose two large buffers are in use most of the time. */
    public BufferAddresses(Buffers scratch) {
        this.scratch = scratch;
        this.in = scratch.in();
        this.inAddress = addressOf(in);
        this.out = scratch.out();
        this.outAddress = addressOf(out);
    }

    /** Where index 0 of a direct buffer lies. */
    public long of(ByteBuffer buffer) {
        if (buffer == in) {
            return inAddress;
        }
        if (buffer == out) {
            return outAddress;
        }
        int home = System.identityHashCode(buffer);
        for (int i = 0; i < PROBES; i++) {
            int slot = home + i & REMEMBERED - 1;
            if (buffers[slot] == buffer) {
                return addresses[slot];
            }
        }
        return unknownAddress(buffer, home);
    }

    private long unknownAddress(ByteBuffer buffer, int home) {
        long address = addressOf(buffer);
        if (buffer.capacity() <= LARGEST_REMEMBERED || scratch.lasts(buffer)) {
            int slot = home & REMEMBERED - 1;
            for (int i = 1; i < PROBES && buffers[slot] != null; i++) {
                slot = home + i & REMEMBERED - 1;
            }
            buffers[slot] = buffer;
            addresses[slot] = address;
        }
        return address;
    }

    private static long addressOf(ByteBuffer buffer) {
        return MemorySegment.ofBuffer(buffer).address() - buffer.position();
    }
}
