package org.pgsluice.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;

/**
 * The C library's socket functions, on Linux for x86-64 and ARM64, for one thread at a time: an instance is the place where errno is kept. Every function
 * returns what the C function returns, and {@code -errno} where that is below 0.
 *
 * <p>All calls have one shape, five machine words to one: each further shape would cost the start some milliseconds. Words that a function does not take are
 * ignored, and so are the upper halves of {@code int} arguments and results, since on both machines these travel in registers. A variadic function needs
 * {@link #variadic}.
 *
 * <p>The three calls of the data path exist twice, also without errno: keeping it costs a call more and, wherever the compiler does not see through it, an
 * object. When the bare one fails, the same call is made once more with errno, and that one's result counts, whatever it is.
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
    private static final int ERROR_TEXT_BYTES = 1024;

    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final long ERRNO = STATE.byteOffset(PathElement.groupElement("errno"));
    private static final FunctionDescriptor SHAPE = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

    private static final MethodHandle BARE_RECV = bare("recv", Linker.Option.critical(false));
    private static final MethodHandle BARE_SEND = bare("send", Linker.Option.critical(false));
    private static final MethodHandle BARE_EPOLL_POLL = bare("epoll_wait", Linker.Option.critical(false));
    private static final MethodHandle BARE_EPOLL_WAIT = bare("epoll_wait");
    private static final MethodHandle RECV = prompt("recv");
    private static final MethodHandle SEND = prompt("send");
    private static final MethodHandle ACCEPT4 = prompt("accept4");
    private static final MethodHandle SOCKET = prompt("socket");
    private static final MethodHandle BIND = prompt("bind");
    private static final MethodHandle LISTEN = prompt("listen");
    private static final MethodHandle CONNECT = prompt("connect");
    private static final MethodHandle GETSOCKOPT = prompt("getsockopt");
    private static final MethodHandle SETSOCKOPT = prompt("setsockopt");
    private static final MethodHandle GETSOCKNAME = prompt("getsockname");
    private static final MethodHandle CLOSE = waiting("close");
    private static final MethodHandle EPOLL_CREATE1 = prompt("epoll_create1");
    private static final MethodHandle EPOLL_CTL = prompt("epoll_ctl");
    private static final MethodHandle EPOLL_WAIT = waiting("epoll_wait");
    private static final MethodHandle EVENTFD = prompt("eventfd");
    private static final MethodHandle WRITE = prompt("write");
    private static final MethodHandle STRERROR = waiting("strerror");

    private final MemorySegment state;

    LinuxCalls(NativeMemory memory) {
        state = memory.allocate(STATE.byteSize());
    }

    /** For functions that return at once: the thread does not tell the JVM that it is away, so a pause of the collector waits for it. */
    static MethodHandle prompt(String name) {
        return function(name, Linker.Option.critical(false), Linker.Option.captureCallState("errno"));
    }

    /** For functions that may take their time. */
    static MethodHandle waiting(String name) {
        return function(name, Linker.Option.captureCallState("errno"));
    }

    /** For functions that take any number of arguments after the first {@code fixed}. */
    static MethodHandle variadic(String name, int fixed) {
        return function(name, Linker.Option.firstVariadicArg(fixed), Linker.Option.captureCallState("errno"));
    }

    /** Without errno. */
    private static MethodHandle bare(String name, Linker.Option... options) {
        return function(name, options);
    }

    private static MethodHandle function(String name, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), SHAPE, options);
    }

    int recv(int fd, long address, int length) {
        try {
            long count = (long) BARE_RECV.invokeExact((long) fd, address, (long) length, 0L, 0L);
            return count >= 0 ? (int) count : call(RECV, fd, address, length, 0, 0);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** Without SIGPIPE. */
    int send(int fd, long address, int length) {
        try {
            long count = (long) BARE_SEND.invokeExact((long) fd, address, (long) length, MSG_NOSIGNAL, 0L);
            return count >= 0 ? (int) count : call(SEND, fd, address, length, MSG_NOSIGNAL, 0);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** The accepted socket neither blocks nor is inherited by child processes. */
    int accept4(int fd, long address, long addressLength) {
        try {
            return result((long) ACCEPT4.invokeExact(state, (long) fd, address, addressLength, SOCK_NONBLOCK_CLOEXEC, 0L));
        } catch (Throwable impossible) {
            throw broken(impossible);
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
        try {
            int count = millis == 0
                    ? (int) (long) BARE_EPOLL_POLL.invokeExact((long) epoll, events, (long) most, 0L, 0L)
                    : (int) (long) BARE_EPOLL_WAIT.invokeExact((long) epoll, events, (long) most, (long) millis, 0L);
            return count >= 0 ? count : call(EPOLL_WAIT, epoll, events, most, millis, 0);
        } catch (Throwable impossible) {
            throw broken(impossible);
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
        NativeMemory memory = new NativeMemory();
        try {
            long address = (long) STRERROR.invokeExact(memory.allocate(STATE.byteSize()), (long) -result, 0L, 0L, 0L, 0L);
            return MemorySegment.ofAddress(address).reinterpret(ERROR_TEXT_BYTES).getString(0);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    static IOException failure(int result) {
        return new IOException(text(result));
    }

    /** For functions of {@link #prompt} and {@link #waiting}. */
    int call(MethodHandle function, long first, long second, long third, long fourth, long fifth) {
        try {
            return result((long) function.invokeExact(state, first, second, third, fourth, fifth));
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    private int result(long returned) {
        int value = (int) returned;
        return value >= 0 ? value : -state.get(JAVA_INT, ERRNO);
    }

    /** Linked calls throw nothing; what arrives here is the JVM in trouble. */
    private static RuntimeException broken(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return new IllegalStateException(thrown);
    }
}
