package org.pgsluice.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;

/**
 * Sends and receives descriptors over unix sockets: sendmsg and recvmsg with SCM_RIGHTS. For one thread at a time. A class of its own because only a restart
 * needs these calls.
 */
final class DescriptorMessage {
    private static final MethodHandle SENDMSG = CLibrary.function("sendmsg");
    private static final MethodHandle RECVMSG = CLibrary.function("recvmsg");
    private static final MethodHandle GETPEERNAME = CLibrary.function("getpeername");

    private static final MethodHandle FCNTL = CLibrary.variadic("fcntl", 2);

    private static final int EBADF = 9;
    private static final int SOL_SOCKET = 1;
    private static final int SO_ACCEPTCONN = 30;
    private static final int F_SETFD = 2;
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int FD_CLOEXEC = 1;
    private static final int O_NONBLOCK = 04000;
    private static final int SCM_RIGHTS = 1;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;

    // struct msghdr { void *name; socklen_t namelen; struct iovec *iov; size_t iovlen; void *control; size_t controllen; int flags; }
    private static final long IOV = 16;
    private static final long IOV_COUNT = 24;
    private static final long CONTROL = 32;
    private static final long CONTROL_LENGTH = 40;
    private static final long HEADER_BYTES = 56;
    // struct iovec { void *base; size_t len; }
    private static final long IOV_LENGTH = 8;
    private static final long IOV_BYTES = 16;
    // struct cmsghdr { size_t len; int level; int type; }, then the descriptor
    private static final long LEVEL = 8;
    private static final long TYPE = 12;
    private static final long DESCRIPTOR = 16;
    private static final long CONTROL_USED = 20;
    private static final long CONTROL_BYTES = 24;
    private static final int AREA_BYTES = 64 * 1024;

    private final NativeMemory memory = new NativeMemory();
    private final LinuxCalls calls = new LinuxCalls(memory);
    private final MemorySegment header = memory.allocate(HEADER_BYTES);
    private final MemorySegment vector = memory.allocate(IOV_BYTES);
    private final MemorySegment control = memory.allocate(CONTROL_BYTES);
    private final MemorySegment area = memory.allocate(AREA_BYTES);
    private int received = -1;

    DescriptorMessage() {
        vector.set(JAVA_LONG, 0, area.address());
        header.set(JAVA_LONG, IOV, vector.address());
        header.set(JAVA_LONG, IOV_COUNT, 1);
        header.set(JAVA_LONG, CONTROL, control.address());
    }

    /** Sends some of {@code from} with {@code passed}, and advances its position. Returns the count, or a negative error number. */
    int send(int socket, ByteBuffer from, Passable passed) {
        int length = Math.min(from.remaining(), AREA_BYTES);
        MemorySegment.copy(MemorySegment.ofBuffer(from), 0, area, 0, length);
        vector.set(JAVA_LONG, IOV_LENGTH, length);
        header.set(JAVA_LONG, CONTROL_LENGTH, CONTROL_BYTES);
        control.set(JAVA_LONG, 0, CONTROL_USED);
        control.set(JAVA_INT, LEVEL, SOL_SOCKET);
        control.set(JAVA_INT, TYPE, SCM_RIGHTS);
        int count;
        synchronized (passed) {
            int number = passed.number();
            if (number < 0) {
                return -EBADF;
            }
            control.set(JAVA_INT, DESCRIPTOR, number);
            count = calls.call(SENDMSG, socket, header.address(), MSG_NOSIGNAL, 0, 0);
        }
        if (count > 0) {
            from.position(from.position() + count);
        }
        return count;
    }

    /**
     * Reads into {@code into} once; {@link #received} has the descriptor that came with the bytes. Returns the count, 0 at the end, or a negative error number.
     */
    int receive(int socket, ByteBuffer into) {
        vector.set(JAVA_LONG, IOV_LENGTH, Math.min(into.remaining(), AREA_BYTES));
        header.set(JAVA_LONG, CONTROL_LENGTH, CONTROL_BYTES);
        control.fill((byte) 0);
        int count = calls.call(RECVMSG, socket, header.address(), MSG_CMSG_CLOEXEC, 0, 0);
        boolean came = count > 0 && header.get(JAVA_LONG, CONTROL_LENGTH) >= CONTROL_USED && control.get(JAVA_INT, TYPE) == SCM_RIGHTS;
        received = came ? control.get(JAVA_INT, DESCRIPTOR) : -1;
        if (count > 0) {
            MemorySegment.ofBuffer(into).copyFrom(area.asSlice(0, count));
            into.position(into.position() + count);
        }
        return count;
    }

    /** The descriptor of the last {@link #receive}, -1 for none. It belongs to the caller and is not inherited by child processes. */
    int received() {
        return received;
    }

    /** Where a socket listens that somebody else has opened. From now on it neither blocks nor is inherited by child processes. */
    static SocketAddress listenerAddress(LinuxCalls calls, SockAddr name, int fd) throws IOException {
        NativeMemory memory = new NativeMemory();
        MemorySegment value = memory.allocate(Integer.BYTES);
        MemorySegment length = memory.allocate(Integer.BYTES);
        length.set(JAVA_INT, 0, Integer.BYTES);
        refuse(calls.getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, value.address(), length.address()));
        if (value.get(JAVA_INT, 0) == 0) {
            throw new IOException("it does not listen");
        }
        int flags = refuse(calls.call(FCNTL, fd, F_GETFL, 0, 0, 0));
        refuse(calls.call(FCNTL, fd, F_SETFL, flags | O_NONBLOCK, 0, 0));
        refuse(calls.call(FCNTL, fd, F_SETFD, FD_CLOEXEC, 0, 0));
        refuse(calls.getsockname(fd, name.address(), name.roomAddress()));
        SocketAddress address = name.get();
        return address instanceof InetSocketAddress ? address : AbstractUnixAddress.orPath(name.unixName());
    }

    private static int refuse(int result) throws IOException {
        if (result < 0) {
            throw LinuxCalls.failure(result);
        }
        return result;
    }

    /** The other end of a TCP socket; port 0 of nowhere when it broke meanwhile. */
    static SocketAddress remoteAddress(LinuxCalls calls, SockAddr name, int fd) throws IOException {
        return calls.call(GETPEERNAME, fd, name.address(), name.roomAddress(), 0, 0) < 0 ? new InetSocketAddress(0) : name.get();
    }
}
