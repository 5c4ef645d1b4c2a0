package org.pgsluice.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Reactor} on Linux's epoll, called through the foreign-function API: fewer system calls and less work per event than {@link NioReactor}. Connections
 * are watched for edges, once and for all, and remember what they are ready for; those that are ready and wanted without a new event stand on a list that each
 * turn serves before it waits.
 */
public final class EpollReactor extends LoopReactor {
    private static final int KEPT_LISTED = 1024;

    private final NativeMemory memory = new NativeMemory();
    private final LinuxCalls calls;
    private final EpollSet set;
    private final EventFd wakeUp;
    private final LinuxSocketOptions options;
    private final SockAddr name;
    private final SocketTransfer transfer;
    private @Nullable EpollConnection[] listed = new EpollConnection[64];
    private @Nullable EpollConnection[] serving = new EpollConnection[64];
    private int listedCount;
    private final int[] notUrgent = new int[EpollSet.EVENTS_PER_TURN];

    /**
     * Opens the epoll; nothing runs yet.
     *
     * @throws IOException when the operating system gives none
     */
    public EpollReactor(int index, Incidents incidents) throws IOException {
        super(index, incidents);
        calls = new LinuxCalls(memory);
        set = new EpollSet(memory, calls);
        wakeUp = new EventFd(memory);
        set.add(new Woken(), wakeUp.fd(), EpollSet.IN | EpollSet.EDGES);
        options = new LinuxSocketOptions(calls, memory, incidents);
        name = new SockAddr(memory);
        transfer = new SocketTransfer(calls, memory, buffers);
    }

    @Override
    Loop.Poller poller() {
        return new Polling();
    }

    @Override
    public Listener listen(SocketAddress address, ListenOptions options, Acceptor acceptor) throws IOException {
        assert inReactor();
        return EpollListener.open(this, address, options, acceptor);
    }

    @Override
    public DialAttempt dial(SocketAddress address, SocketOptions options, DialHandler dial) {
        assert inReactor();
        return EpollDial.start(this, address, options, dial);
    }

    /**
     * Goes on with the connected socket {@code fd}, which another process has opened. When this fails the caller closes it.
     *
     * @param unixRemote what a unix socket is to have for the address of the other end
     */
    public Connection adopt(int fd, SocketAddress unixRemote) throws IOException {
        assert inReactor();
        SocketAddress local = localAddress(fd);
        boolean unix = !(local instanceof InetSocketAddress);
        return EpollConnection.watch(this, fd, unix ? unixRemote : DescriptorMessage.remoteAddress(calls, name, fd), unix ? unixRemote : local, unix);
    }

    /**
     * Goes on with the listening socket {@code fd}, which another process has opened. When this fails the caller closes it.
     *
     * @param unixAddress where it is bound if it is a unix socket; null: where the system says
     * @param own whether a unix socket's file is ours from now on, to be removed when the listener is closed
     */
    public Listener adoptListener(int fd, @Nullable SocketAddress unixAddress, boolean own, SocketOptions accepted, Acceptor acceptor) throws IOException {
        assert inReactor();
        return EpollListener.adopt(this, fd, unixAddress, own, accepted, acceptor);
    }

    LinuxCalls calls() {
        return calls;
    }

    EpollSet set() {
        return set;
    }

    LinuxSocketOptions options() {
        return options;
    }

    SocketTransfer transfer() {
        return transfer;
    }

    SockAddr name() {
        return name;
    }

    /** A stream socket of the family of {@code address}. */
    int openSocket(SocketAddress address) throws IOException {
        int fd = calls.socket(SockAddr.family(address));
        if (fd < 0) {
            throw LinuxCalls.failure(fd);
        }
        return fd;
    }

    /** The own address of a socket; port 0 of nowhere when it broke meanwhile. */
    SocketAddress localAddress(int fd) throws IOException {
        return calls.getsockname(fd, name.address(), name.roomAddress()) < 0 ? new InetSocketAddress(0) : name.get();
    }

    /** Has {@link EpollConnection#onListed} called before the loop waits again. */
    void serveSoon(EpollConnection connection) {
        if (listedCount == listed.length) {
            listed = Arrays.copyOf(listed, listedCount * 2);
        }
        listed[listedCount++] = connection;
    }

    /** Frees a place of the set whose connection another reactor has taken; until then its late events meet a connection that is not here. Any thread. */
    void releaseSoon(long place) {
        loop.executeWhenAwake(() -> set.release(place));
    }

    /** Serves those who are on the list now; whom that puts there waits for the next turn. */
    private void serveListed() {
        int count = listedCount;
        @Nullable EpollConnection[] turn = listed;
        listed = serving;
        serving = turn;
        listedCount = 0;
        for (int i = 0; i < count; i++) {
            EpollConnection connection = turn[i];
            turn[i] = null;
            if (connection != null) {
                connection.onListed(this);
                loop.runOwnTasks();
            }
        }
        if (turn.length > KEPT_LISTED) {
            serving = new EpollConnection[KEPT_LISTED];
        }
    }

    /** What one throws must not cost the others their events: an edge comes once. */
    private void tell(EpollSet.Owner owner, int events) {
        try {
            owner.onEvents(events, this);
        } catch (Throwable thrown) {
            uncaught(thrown);
        }
    }

    private final class Polling implements Loop.Poller {
        @Override
        public boolean settle() {
            if (listedCount > 0) {
                serveListed();
            }
            return listedCount > 0;
        }

        @Override
        public void poll(long millis) throws IOException {
            int count = set.await((int) Math.min(millis, Integer.MAX_VALUE));
            loop.awake(count > 0);
            int later = 0;
            for (int i = 0; i < count; i++) {
                EpollSet.Owner owner = set.owner(i);
                if (owner != null && owner.isUrgent()) {
                    tell(owner, set.events(i));
                } else if (owner != null) {
                    notUrgent[later++] = i;
                }
            }
            loop.runOwnTasks();
            for (int i = 0; i < later; i++) {
                int number = notUrgent[i];
                EpollSet.Owner owner = set.owner(number); // looked up again: it may be gone by now
                if (owner != null) {
                    tell(owner, set.events(number));
                    loop.runOwnTasks();
                }
            }
        }

        @Override
        public void wake() {
            wakeUp.signal();
        }

        @Override
        public void close() {
            set.close(EpollReactor.this);
            wakeUp.close();
        }
    }

    /** Who owns the descriptor that wakes the loop: that it woke was all. */
    private static final class Woken implements EpollSet.Owner {
        @Override
        public void onEvents(int events, EpollReactor at) {}

        @Override
        public void onStop(EpollReactor at) {}
    }
}
