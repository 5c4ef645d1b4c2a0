package org.pgsluice.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One epoll instance and the table of those that it watches for. The kernel's word for an event is a place in the table with the generation of its tenant, so
 * that an event that is under way when its socket is closed meets nobody, also when descriptor and place have gone to another. On the reactor's thread, but for
 * {@link #forget}.
 */
final class EpollSet {
    static final int IN = 0x1;
    static final int OUT = 0x4;
    static final int ERR = 0x8;
    static final int HUP = 0x10;
    static final int RDHUP = 0x2000;
    static final int EDGES = 1 << 31;

    private static final int ADD = 1;
    private static final int DEL = 2;
    private static final int MOD = 3;
    static final int EVENTS_PER_TURN = 512;

    // struct epoll_event { uint32_t events; uint64_t data; }, packed on x86-64 alone
    private static final boolean PACKED = "amd64".equals(System.getProperty("os.arch"));
    private static final long EVENTS = 0;
    private static final long DATA = PACKED ? 4 : 8;
    private static final long EVENT_BYTES = PACKED ? 12 : 16;

    private final LinuxCalls calls;
    private final LinuxCalls othersCalls;
    private final MemorySegment change;
    private final MemorySegment found;
    private final int epoll;
    private @Nullable Owner[] owners = new Owner[64];
    private int[] generations = new int[64];
    private int[] free = new int[64];
    private int freeCount;
    private int used;
    private boolean closed;

    EpollSet(NativeMemory memory, LinuxCalls calls) throws IOException {
        this.calls = calls;
        othersCalls = new LinuxCalls(memory);
        change = memory.allocate(EVENT_BYTES);
        found = memory.allocate(EVENT_BYTES * EVENTS_PER_TURN);
        epoll = calls.epollCreate();
        if (epoll < 0) {
            throw LinuxCalls.failure(epoll);
        }
    }

    /** Opens one and closes it, to see whether it can be done here. */
    static void probe() throws IOException {
        NativeMemory memory = new NativeMemory();
        LinuxCalls calls = new LinuxCalls(memory);
        calls.close(new EpollSet(memory, calls).epoll);
    }

    /** Who is told of a descriptor's events. */
    interface Owner {
        /** {@code at} is the reactor that found them. Must not throw. */
        void onEvents(int events, EpollReactor at);

        /** Whether its events come before those of others in the same turn. */
        default boolean isUrgent() {
            return false;
        }

        /** The reactor ends: close what it owns. */
        void onStop(EpollReactor at);
    }

    /**
     * Watches {@code fd}; what is ready already is an event too.
     *
     * @return the place, not negative, for {@link #change} and {@link #release}
     */
    long add(Owner owner, int fd, int events) throws IOException {
        int index = freeCount > 0 ? free[--freeCount] : fresh();
        owners[index] = owner;
        long place = (long) generations[index] << 32 | index;
        int result = control(ADD, fd, events, place);
        if (result < 0) {
            release(place);
            throw LinuxCalls.failure(result);
        }
        return place;
    }

    /** Watches for other events; what is ready already is an event again. */
    void change(long place, int fd, int events) throws IOException {
        int result = control(MOD, fd, events, place);
        if (result < 0) {
            throw LinuxCalls.failure(result);
        }
    }

    /** Another owner takes over the descriptor of {@code place}. */
    void replace(long place, Owner owner) {
        owners[(int) place] = owner;
    }

    /** Frees a place whose descriptor was closed or {@linkplain #forget forgotten}. */
    void release(long place) {
        int index = (int) place;
        assert generations[index] == (int) (place >>> 32) : "a place was released twice";
        generations[index] = generations[index] + 1 & Integer.MAX_VALUE;
        owners[index] = null;
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, freeCount * 2);
        }
        free[freeCount++] = index;
    }

    /** Watches {@code fd} no more. Any thread; locked against {@link #close}, after which the epoll's number may mean something else. */
    synchronized void forget(int fd) {
        if (!closed) {
            othersCalls.epollCtl(epoll, DEL, fd, 0);
        }
    }

    /** Waits; see {@link LinuxCalls#epollWait}. Returns how many events there are, at most so many as fit. */
    int await(int millis) throws IOException {
        int count = calls.epollWait(epoll, found.address(), EVENTS_PER_TURN, millis);
        if (count >= 0) {
            return count;
        }
        if (count == -LinuxCalls.EINTR) {
            return 0;
        }
        throw LinuxCalls.failure(count);
    }

    int events(int number) {
        return found.get(JAVA_INT, number * EVENT_BYTES + EVENTS);
    }

    /** Whom the event concerns, null when that one has gone meanwhile. */
    @Nullable Owner owner(int number) {
        long place = found.get(JAVA_LONG_UNALIGNED, number * EVENT_BYTES + DATA);
        int index = (int) place;
        return generations[index] == (int) (place >>> 32) ? owners[index] : null;
    }

    /** Tells every owner that {@code at} ends, and closes. */
    void close(EpollReactor at) {
        for (int i = 0; i < used; i++) {
            Owner owner = owners[i];
            if (owner != null) {
                owner.onStop(at);
            }
        }
        synchronized (this) {
            closed = true;
            calls.close(epoll);
        }
    }

    private int fresh() {
        if (used == owners.length) {
            owners = Arrays.copyOf(owners, used * 2);
            generations = Arrays.copyOf(generations, used * 2);
        }
        return used++;
    }

    private int control(int operation, int fd, int events, long place) {
        change.set(JAVA_INT, EVENTS, events);
        change.set(JAVA_LONG_UNALIGNED, DATA, place);
        return calls.epollCtl(epoll, operation, fd, change.address());
    }
}
