package org.pgsluice.net;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Moves bytes between sockets and the buffers of one reactor, on its thread, without allocating: the addresses of the direct buffers in use are remembered.
 * Bytes for or from the heap go through an area of native memory.
 */
final class SocketTransfer {
    private static final int AREA_BYTES = 64 * 1024;

    private final LinuxCalls calls;
    private final NativeMemory memory;
    private final BufferAddresses addresses;
    private @Nullable MemorySegment area;

    /** {@code scratch}: the reactor's, whose two large buffers are in use most of the time. */
    SocketTransfer(LinuxCalls calls, NativeMemory memory, Buffers scratch) {
        this.calls = calls;
        this.memory = memory;
        this.addresses = new BufferAddresses(scratch);
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
            count = calls.recv(fd, addresses.of(into) + position, length);
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
            count = calls.send(fd, addresses.of(from) + position, length);
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

    private MemorySegment area() {
        MemorySegment own = area;
        if (own == null) {
            own = memory.allocate(AREA_BYTES);
            area = own;
        }
        return own;
    }
}
