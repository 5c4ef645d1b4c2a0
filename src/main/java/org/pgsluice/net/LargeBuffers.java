package org.pgsluice.net;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The buffers of one reactor that are too large to be kept for the next. Their memory goes back to the system at once when they are given back, not when the
 * collector comes by, and all of them together have a limit: one that fails to get direct memory would hold its reactor for half a second first.
 */
final class LargeBuffers {
    private record Large(ByteBuffer buffer, Arena arena) {}

    private final long limit;
    private final List<Large> out = new ArrayList<>();
    private long bytes;

    LargeBuffers(long limit) {
        this.limit = limit;
    }

    /** Whether {@code size} more may be taken. */
    boolean has(long size) {
        return bytes + size <= limit;
    }

    @SuppressWarnings("MustBeClosed") // give() closes it
    ByteBuffer take(int size) {
        // Shared, since sessions that were taken over are put together before their reactors run. Closing it costs more than a confined one, but seldom.
        Arena arena = Arena.ofShared();
        ByteBuffer buffer = arena.allocate(size).asByteBuffer();
        out.add(new Large(buffer, arena));
        bytes += size;
        return buffer;
    }

    void give(ByteBuffer buffer) {
        for (int i = out.size() - 1; i >= 0; i--) {
            if (out.get(i).buffer == buffer) {
                bytes -= buffer.capacity();
                out.remove(i).arena.close();
                return;
            }
        }
        throw new IllegalStateException("a large buffer was given back that is not out");
    }

    /** Bytes that are out. */
    long bytes() {
        return bytes;
    }
}
