package org.pgsluice.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A unix socket of the starting thread, which waits for what it reads, and the descriptors that come over it. Linux only. */
public final class PassingSocket implements Closeable {
    private static final MethodHandle POLL = CLibrary.function("poll");
    private static final short POLLIN = 1;
    private static final short POLLOUT = 4;
    // struct pollfd { int fd; short events; short revents; }
    private static final long EVENTS = 4;
    private static final long POLLFD_BYTES = 8;

    private final NativeMemory memory = new NativeMemory();
    private final LinuxCalls calls = new LinuxCalls(memory);
    private final MemorySegment watched = memory.allocate(POLLFD_BYTES);
    private final DescriptorMessage message = new DescriptorMessage();
    private final SocketTransfer transfer = new SocketTransfer(calls, memory, new Buffers());
    private final ArrayDeque<Integer> descriptors = new ArrayDeque<>();
    private int fd;

    private PassingSocket(int family) throws IOException {
        fd = calls.socket(family);
        if (fd < 0) {
            throw LinuxCalls.failure(fd);
        }
    }

    /** Connects to {@code address}; null when nobody listens there. */
    public static @Nullable PassingSocket connect(SocketAddress address) throws IOException {
        PassingSocket socket = new PassingSocket(SockAddr.AF_UNIX);
        SockAddr name = new SockAddr(socket.memory);
        if (socket.calls.connect(socket.fd, name.address(), name.put(address)) < 0) {
            socket.close();
            return null;
        }
        return socket;
    }

    /** Who is at the other end. */
    public Connection.PeerCredentials peerCredentials() {
        return LinuxSocketOptions.peerCredentials(fd, calls, memory.allocate(LinuxSocketOptions.UCRED_BYTES), memory.allocate(Integer.BYTES));
    }

    /** Writes all of {@code bytes}. */
    public void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            int count = transfer.send(fd, bytes);
            if (count == -LinuxCalls.EAGAIN) {
                await(POLLOUT);
            } else if (count < 0 && count != -LinuxCalls.EINTR) {
                throw LinuxCalls.failure(count);
            }
        }
    }

    /** Waits for bytes and reads them into {@code into}, which has room. Returns the count, -1 at the end. */
    public int read(ByteBuffer into) throws IOException {
        while (true) {
            int count = message.receive(fd, into);
            if (message.received() >= 0) {
                descriptors.add(message.received());
            }
            if (count == -LinuxCalls.EAGAIN) {
                await(POLLIN);
            } else if (count >= 0) {
                return count == 0 ? -1 : count;
            } else if (count != -LinuxCalls.EINTR) {
                throw LinuxCalls.failure(count);
            }
        }
    }

    /** The first descriptor that came and was not taken yet, -1 for none. It belongs to the caller. */
    public int takeDescriptor() {
        Integer first = descriptors.poll();
        return first == null ? -1 : first;
    }

    private void await(short events) {
        watched.set(JAVA_INT, 0, fd);
        watched.set(JAVA_SHORT, EVENTS, events);
        calls.call(POLL, watched.address(), 1, -1, 0, 0);
    }

    /** Closes a descriptor that was passed and is not wanted. */
    public void closeDescriptor(int number) {
        calls.close(number);
    }

    @Override
    public void close() {
        if (fd >= 0) {
            calls.close(fd);
            fd = -1;
        }
    }
}
