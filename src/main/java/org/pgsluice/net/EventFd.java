package org.pgsluice.net;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Ends the wait of an epoll from any thread. It is watched edge-triggered: each write is an event, and nobody needs to read it. */
final class EventFd {
    private final LinuxCalls calls;
    private final MemorySegment one;
    private final int fd;
    private boolean closed;

    EventFd(NativeMemory memory) throws IOException {
        calls = new LinuxCalls(memory);
        one = memory.allocate(Long.BYTES);
        one.set(JAVA_LONG, 0, 1);
        fd = calls.eventfd();
        if (fd < 0) {
            throw LinuxCalls.failure(fd);
        }
    }

    int fd() {
        return fd;
    }

    /** Any thread. Locked against {@link #close}: the number may mean something else right after it. */
    synchronized void signal() {
        if (!closed) {
            calls.write(fd, one.address(), Long.BYTES);
        }
    }

    synchronized void close() {
        if (!closed) {
            closed = true;
            calls.close(fd);
        }
    }
}
