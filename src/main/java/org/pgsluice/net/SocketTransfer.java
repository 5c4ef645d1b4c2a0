package org.pgsluice.net;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Moves bytes between sockets and the buffers of one reactor, on its thread, without allocating: the addresses of the direct buffers in use are remembered. Bytes for or from the heap go
 * through an area of native memory.
 */
final class SocketTransfer {
    private static final int REMEMBERED = 64; // a power of two
    private static final int AREA_BYTES = 64 * 1024;

    private final LinuxCalls calls;
    private final NativeMemory memory;
    private final @Nullable ByteBuffer[] buffers = new ByteBuffer[REMEMBERED];
    private final long[] addresses = new long[REMEMBERED];
    private @Nullable MemorySegment area;

    SocketTransfer(LinuxCalls calls, NativeMemory memory) {
        this.calls = calls;
        this.memory = memory;
    }

    /** Reads into {@code into}, which has room, and advances its position. Returns the count, 0 at the end, or a negative error number. */
    int receive(int fd, ByteBuffer into) {
        if (into.isReadOnly()) {
            throw new IllegalArgumentException("the buffer is read-only");
        }
        int position = into.position();
        int length = into.remaining();
        int count;
        if (into.isDirect()) {
            count = calls.recv(fd, address(into) + position, length);
        } else {
            MemorySegment bytes = area();
            count = calls.recv(fd, bytes.address(), Math.min(length, AREA_BYTES));
            if (count > 0) {
                MemorySegment.ofBuffer(into).copyFrom(bytes.asSlice(0, count));
            }
        }
        if (count > 0) {
            into.position(position + count);
        }
        return count;
    }

    /** Writes from {@code from} and advances its position. Returns the count, or a negative error number. */
    int send(int fd, ByteBuffer from) {
        int position = from.position();
        int length = from.remaining();
        int count;
        if (from.isDirect()) {
            count = calls.send(fd, address(from) + position, length);
        } else {
            length = Math.min(length, AREA_BYTES);
            MemorySegment bytes = area();
            MemorySegment.copy(MemorySegment.ofBuffer(from), 0, bytes, 0, length);
            count = calls.send(fd, bytes.address(), length);
        }
        if (count > 0) {
            from.position(position + count);
        }
        return count;
    }

    /** How many bytes one call moves at most. */
    static int most(ByteBuffer buffer) {
        return buffer.isDirect() ? buffer.remaining() : Math.min(buffer.remaining(), AREA_BYTES);
    }

    /** Of index 0. */
    private long address(ByteBuffer buffer) {
        int slot = System.identityHashCode(buffer) & REMEMBERED - 1;
        if (buffers[slot] == buffer) {
            return addresses[slot];
        }
        long address = MemorySegment.ofBuffer(buffer).address() - buffer.position();
        if (buffer.capacity() <= Buffers.SCRATCH_BYTES) { // others are not pooled: remembering one would keep it
            buffers[slot] = buffer;
            addresses[slot] = address;
        }
        return address;
    }

    private MemorySegment area() {
        MemorySegment own = area;
        if (own == null) {
            own = memory.allocate(AREA_BYTES);
            area = own;
        }
        return own;
    }
}
