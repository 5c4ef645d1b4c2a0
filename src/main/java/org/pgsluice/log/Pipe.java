package org.pgsluice.log;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A pipe on Linux that log lines go to. A write to a pipe waits for its reader, and so would every client. This one waits a moment, and no more until the
 * reader goes on: what finds no room fails. Opening it does not wait for a reader either. Guarded by its owner's lock.
 */
final class Pipe extends OutputStream {
    /** For how long a reader may pause without a loss. */
    private static final int PATIENCE_MILLIS = 200;

    private static final int TYPE_MASK = 0170000;
    private static final int TYPE_PIPE = 0010000;
    private static final int O_WRONLY = 1;
    private static final int O_RDWR = 2;
    private static final int O_NONBLOCK_CLOEXEC = 04000 | 02000000;
    private static final int EINTR = 4;
    private static final int EAGAIN = 11;
    private static final short POLLOUT = 4;
    /** PIPE_BUF: so much is written as a whole or not at all. */
    private static final int PIECE = 4096;

    /** The C library's functions. */
    private static final class C {
        static final MemorySegment STATE = Arena.global().allocate(Linker.Option.captureStateLayout());
        /** The only member of the state on Linux. To have the JDK look for its path would cost the start some milliseconds. */
        static final long ERRNO = 0;
        static final MethodHandle OPEN = link("open");
        static final MethodHandle WRITE = link("write");
        static final MethodHandle POLL = link("poll");
        static final MethodHandle CLOSE = link("close");

        private static MethodHandle link(String name) {
            FunctionDescriptor shape = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), shape, Linker.Option.captureCallState("errno"));
        }

        static int call(MethodHandle function, long first, long second, long third) {
            try {
                return (int) (long) function.invokeExact(STATE, first, second, third, 0L, 0L);
            } catch (Throwable impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        static int errno() {
            return STATE.get(JAVA_INT, ERRNO);
        }
    }

    private final int fd;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment piece = arena.allocate(PIECE);
    private final MemorySegment watch = arena.allocate(8, 4); // struct pollfd
    private boolean stuck;
    private boolean cut;

    private Pipe(int fd) {
        this.fd = fd;
        watch.set(JAVA_INT, 0, fd);
        watch.set(JAVA_SHORT, 4, POLLOUT);
    }

    /** The pipe of that name; null where it is none, or cannot be had in this way. With it open for reading, too, there is always a reader. */
    static @Nullable Pipe named(String name) {
        return open(name, O_RDWR);
    }

    /** Standard error if that is a pipe, else null. Opened anew, since others have it too, and wait when they write to it. */
    static @Nullable Pipe ofStandardError() {
        return open("/proc/self/fd/2", O_WRONLY);
    }

    private static @Nullable Pipe open(String name, int mode) {
        try {
            if (!(Files.getAttribute(Path.of(name), "unix:mode") instanceof Integer type) || (type & TYPE_MASK) != TYPE_PIPE) {
                return null;
            }
            try (Arena arena = Arena.ofConfined()) {
                int fd = C.call(C.OPEN, arena.allocateFrom(name).address(), mode | O_NONBLOCK_CLOEXEC, 0);
                return fd < 0 ? null : new Pipe(fd);
            }
        } catch (IOException | RuntimeException | LinkageError noPipe) {
            return null; // not there, or another system
        }
    }

    /** Whether the last write failed in the midst of what it wrote. */
    boolean isCut() {
        return cut;
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] line, int from, int length) throws IOException {
        cut = false;
        for (int at = 0; at < length; at += PIECE) {
            put(line, from + at, Math.min(PIECE, length - at));
            cut = true;
        }
        cut = false;
    }

    private void put(byte[] line, int from, int count) throws IOException {
        MemorySegment.copy(line, from, piece, JAVA_BYTE, 0, count);
        while (C.call(C.WRITE, fd, piece.address(), count) != count) {
            int errno = C.errno();
            if (errno == EAGAIN && !stuck) {
                stuck = true;
                C.call(C.POLL, watch.address(), 1, PATIENCE_MILLIS);
            } else if (errno != EINTR) {
                throw new IOException("errno " + errno);
            }
        }
        stuck = false;
    }

    @Override
    public void close() {
        C.call(C.CLOSE, fd, 0, 0);
        arena.close();
    }
}
