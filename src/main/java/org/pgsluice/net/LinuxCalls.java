package org.pgsluice.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The C library's socket functions, on Linux for x86-64 and ARM64, for one thread at a time: an instance is the place where errno is kept. Every function
 * returns what the C function returns, and {@code -errno} where that is below 0.
 *
 * <p>All calls have the shape of {@link CLibrary}. The three calls of the data path that return at once exist twice, also without errno: keeping it costs a
 * call more and, wherever the compiler does not see through it, an object. The JVM is not told that the thread is away in them, so a pause of the collector
 * waits for it. When the bare one fails, the same call is made once more with errno, and that one's result counts, whatever it is.
 * Addresses are plain numbers, so that a call allocates nothing; the caller keeps the memory alive.
 */
final class LinuxCalls {
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int ECONNABORTED = 103;
    static final int EINPROGRESS = 115;

    private static final long MSG_NOSIGNAL = 0x4000;
    private static final long SOCK_STREAM = 1;
    private static final long SOCK_NONBLOCK_CLOEXEC = 04000 | 02000000;
    private static final long EFD_CLOEXEC_NONBLOCK = 02000000 | 04000;
    private static final long EPOLL_CLOEXEC = 02000000;

    private static final MethodHandle BARE_RECV = bare("recv");
    private static final MethodHandle BARE_SEND = bare("send");
    private static final MethodHandle BARE_EPOLL_POLL = bare("epoll_wait");
    private static final MethodHandle RECV = CLibrary.function("recv");
    private static final MethodHandle SEND = CLibrary.function("send");
    private static final MethodHandle ACCEPT4 = CLibrary.function("accept4");
    private static final MethodHandle SOCKET = CLibrary.function("socket");
    private static final MethodHandle BIND = CLibrary.function("bind");
    private static final MethodHandle LISTEN = CLibrary.function("listen");
    private static final MethodHandle CONNECT = CLibrary.function("connect");
    private static final MethodHandle GETSOCKOPT = CLibrary.function("getsockopt");
    private static final MethodHandle SETSOCKOPT = CLibrary.function("setsockopt");
    private static final MethodHandle GETSOCKNAME = CLibrary.function("getsockname");
    private static final MethodHandle CLOSE = CLibrary.function("close");
    private static final MethodHandle EPOLL_CREATE1 = CLibrary.function("epoll_create1");
    private static final MethodHandle EPOLL_CTL = CLibrary.function("epoll_ctl");
    private static final MethodHandle EPOLL_WAIT = CLibrary.function("epoll_wait");
    private static final MethodHandle EVENTFD = CLibrary.function("eventfd");
    private static final MethodHandle WRITE = CLibrary.function("write");

    private final MemorySegment state;

    LinuxCalls(NativeMemory memory) {
        state = memory.allocate(CLibrary.STATE.byteSize());
    }

    private static MethodHandle bare(String name) {
        return CLibrary.link(name, Linker.Option.critical(false));
    }

    int recv(int fd, long address, int length) {
        try {
            long count = (long) BARE_RECV.invokeExact((long) fd, address, (long) length, 0L, 0L);
            return count >= 0 ? (int) count : call(RECV, fd, address, length, 0, 0);
        } catch (Throwable impossible) {
            throw CLibrary.broken(impossible);
        }
    }

    /** Without SIGPIPE. */
    int send(int fd, long address, int length) {
        try {
            long count = (long) BARE_SEND.invokeExact((long) fd, address, (long) length, MSG_NOSIGNAL, 0L);
            return count >= 0 ? (int) count : call(SEND, fd, address, length, MSG_NOSIGNAL, 0);
        } catch (Throwable impossible) {
            throw CLibrary.broken(impossible);
        }
    }

    /** The accepted socket neither blocks nor is inherited by child processes. */
    int accept4(int fd, long address, long addressLength) {
        try {
            return result((long) ACCEPT4.invokeExact(state, (long) fd, address, addressLength, SOCK_NONBLOCK_CLOEXEC, 0L));
        } catch (Throwable impossible) {
            throw CLibrary.broken(impossible);
        }
    }

    /** A stream socket that neither blocks nor is inherited by child processes. */
    int socket(int family) {
        return call(SOCKET, family, SOCK_STREAM | SOCK_NONBLOCK_CLOEXEC, 0, 0, 0);
    }

    int bind(int fd, long address, int length) {
        return call(BIND, fd, address, length, 0, 0);
    }

    int listen(int fd, int backlog) {
        return call(LISTEN, fd, backlog, 0, 0, 0);
    }

    int connect(int fd, long address, int length) {
        return call(CONNECT, fd, address, length, 0, 0);
    }

    int getsockname(int fd, long address, long addressLength) {
        return call(GETSOCKNAME, fd, address, addressLength, 0, 0);
    }

    int getsockopt(int fd, int level, int option, long value, long valueLength) {
        return call(GETSOCKOPT, fd, level, option, value, valueLength);
    }

    int setsockopt(int fd, int level, int option, long value, int length) {
        return call(SETSOCKOPT, fd, level, option, value, length);
    }

    int close(int fd) {
        return call(CLOSE, fd, 0, 0, 0, 0);
    }

    int epollCreate() {
        return call(EPOLL_CREATE1, EPOLL_CLOEXEC, 0, 0, 0, 0);
    }

    int epollCtl(int epoll, int operation, int fd, long event) {
        return call(EPOLL_CTL, epoll, operation, fd, event, 0);
    }

    /** {@code millis}: 0 not at all, -1 for ever. */
    int epollWait(int epoll, long events, int most, int millis) {
        if (millis != 0) {
            return call(EPOLL_WAIT, epoll, events, most, millis, 0);
        }
        try {
            int count = (int) (long) BARE_EPOLL_POLL.invokeExact((long) epoll, events, (long) most, 0L, 0L);
            return count >= 0 ? count : call(EPOLL_WAIT, epoll, events, most, 0, 0);
        } catch (Throwable impossible) {
            throw CLibrary.broken(impossible);
        }
    }

    int eventfd() {
        return call(EVENTFD, 0, EFD_CLOEXEC_NONBLOCK, 0, 0, 0);
    }

    int write(int fd, long address, int length) {
        return call(WRITE, fd, address, length, 0, 0);
    }

    /** What the system calls the error of a negative result. */
    static String text(int result) {
        return CLibrary.text(-result);
    }

    static IOException failure(int result) {
        return new IOException(text(result));
    }

    /** For functions of {@link CLibrary#function}. */
    int call(MethodHandle function, long first, long second, long third, long fourth, long fifth) {
        try {
            return result((long) function.invokeExact(state, first, second, third, fourth, fifth));
        } catch (Throwable impossible) {
            throw CLibrary.broken(impossible);
        }
    }

    private int result(long returned) {
        int value = (int) returned;
        return value >= 0 ? value : -state.get(JAVA_INT, CLibrary.ERRNO);
    }
}
