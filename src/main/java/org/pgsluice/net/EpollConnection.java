package org.pgsluice.net;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Connection} on a descriptor that epoll watches for edges. It remembers what the socket was ready for until a call has shown otherwise, so that
 * interest is a flag here and no system call; when interest meets readiness outside of an event, its reactor serves it in the next turn.
 */
final class EpollConnection implements Connection, Passable, EpollSet.Owner {
    private static final int READABLE = EpollSet.IN | EpollSet.RDHUP | EpollSet.HUP | EpollSet.ERR;
    private static final int WRITABLE = EpollSet.OUT | EpollSet.HUP | EpollSet.ERR;
    private static final int ENDED = EpollSet.RDHUP | EpollSet.HUP | EpollSet.ERR;

    /** What a TCP socket is watched for, for its whole life. */
    static final int WATCHED = EpollSet.IN | EpollSet.OUT | EpollSet.RDHUP | EpollSet.EDGES;

    private final SocketAddress remote;
    private final SocketAddress local;
    private final boolean unix;
    private volatile EpollReactor reactor;
    private int fd;
    private long place;
    private @Nullable Handler handler;
    private @Nullable IOException unwatched;
    private boolean wantRead;
    private boolean wantWrite;
    private boolean readable;
    private boolean writable;
    private boolean ended;
    private boolean watchedForRoom;
    private boolean urgent;
    /** The reactor on whose list it stands. Read by others than its owner too, who then see it on a list that is not theirs. */
    private @Nullable EpollReactor listedAt;

    private EpollConnection(EpollReactor reactor, int fd, SocketAddress remote, SocketAddress local, boolean unix) {
        this.reactor = reactor;
        this.fd = fd;
        this.remote = remote;
        this.local = local;
        this.unix = unix;
        writable = true;
    }

    /** Takes over a connected descriptor that nobody watches. When this fails the caller closes it. */
    static EpollConnection watch(EpollReactor reactor, int fd, SocketAddress remote, SocketAddress local, boolean unix) throws IOException {
        EpollConnection connection = new EpollConnection(reactor, fd, remote, local, unix);
        connection.place = reactor.set().add(connection, fd, connection.edges());
        return connection;
    }

    /** Takes over a connected TCP socket that is {@link #WATCHED} at {@code place}, with the events that told of its connection. */
    static EpollConnection adopt(EpollReactor reactor, int fd, long place, int events, SocketAddress remote, SocketAddress local) {
        EpollConnection connection = new EpollConnection(reactor, fd, remote, local, false);
        connection.place = place;
        reactor.set().replace(place, connection);
        connection.note(events);
        return connection;
    }

    /**
     * A unix socket is watched for room only while there was none: with every read of the other end it would tell of room again.
     */
    private int edges() {
        return unix && !watchedForRoom ? WATCHED & ~EpollSet.OUT : WATCHED;
    }

    @Override
    public void handler(Handler handler) {
        assert reactor.inReactor();
        this.handler = handler;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        EpollReactor at = reactor;
        assert at.inReactor();
        checkOpen();
        int asked = SocketTransfer.most(into);
        if (asked == 0) {
            return 0;
        }
        int count = at.transfer().receive(fd, into);
        if (count > 0) {
            // A short read has drained the socket, and what comes from now on is a new edge; the end may have come with the bytes.
            readable = count == asked || ended;
            return count;
        }
        if (count == 0) {
            ended = true;
            readable = true;
            return -1;
        }
        readable = count != -LinuxCalls.EAGAIN;
        return nothingBut(count);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        EpollReactor at = reactor;
        assert at.inReactor();
        checkOpen();
        int written = 0;
        while (from.hasRemaining()) {
            int asked = SocketTransfer.most(from);
            int count = at.transfer().send(fd, from);
            if (count < asked) {
                writable = count == -LinuxCalls.EINTR;
                return written + (count >= 0 ? count : nothingBut(count));
            }
            written += count;
        }
        return written;
    }

    /** As {@link #write(ByteBuffer)}, once, with {@code passed} for the process at the other end of a unix socket; that goes with the first byte. */
    int write(ByteBuffer from, Passable passed, DescriptorMessage message) throws IOException {
        assert reactor.inReactor();
        checkOpen();
        int count = message.send(fd, from, passed);
        if (count > 0) {
            return count;
        }
        writable = count == -LinuxCalls.EINTR;
        return nothingBut(count);
    }

    /** 0 for "not now"; otherwise the error. */
    private static int nothingBut(int result) throws IOException {
        if (result == -LinuxCalls.EAGAIN || result == -LinuxCalls.EINTR) {
            return 0;
        }
        throw LinuxCalls.failure(result);
    }

    private void checkOpen() throws IOException {
        if (fd < 0) {
            throw new ClosedChannelException();
        }
        IOException lost = unwatched;
        if (lost != null) {
            throw lost;
        }
    }

    @Override
    public void wantRead(boolean on) {
        EpollReactor at = reactor;
        assert at.inReactor();
        wantRead = on;
        if (on && readable) {
            serveSoon(at);
        }
    }

    @Override
    public void readAgain() {
        EpollReactor at = reactor;
        assert at.inReactor();
        // Only a read shows otherwise, so the call comes as soon as reading is wanted.
        readable = true;
        if (wantRead) {
            serveSoon(at);
        }
    }

    @Override
    public void wantWrite(boolean on) {
        EpollReactor at = reactor;
        assert at.inReactor();
        wantWrite = on;
        if (unix && fd >= 0 && (on && !writable) != watchedForRoom) {
            watchedForRoom = !watchedForRoom;
            try {
                at.set().change(place, fd, edges());
            } catch (IOException failed) {
                lose(failed);
                serveSoon(at);
            }
        }
        if (on && writable) {
            serveSoon(at);
        }
    }

    private void serveSoon(EpollReactor at) {
        if (listedAt != at && fd >= 0) {
            listedAt = at;
            at.serveSoon(this);
        }
    }

    /** The reactor's turn to serve what {@link #serveSoon} has put on its list. */
    void onListed(EpollReactor at) {
        if (reactor == at) {
            listedAt = null;
            serve(at);
        }
    }

    @Override
    public void urgent() {
        urgent = true;
    }

    @Override
    public boolean isUrgent() {
        return urgent;
    }

    @Override
    public void onEvents(int events, EpollReactor at) {
        if (reactor == at) { // else a late event from before a move
            note(events);
            serve(at);
        }
    }

    private void note(int events) {
        readable |= (events & READABLE) != 0;
        writable |= (events & WRITABLE) != 0;
        ended |= (events & ENDED) != 0;
    }

    private void serve(EpollReactor at) {
        // Already on the list, as far as the handler is concerned: whether it must be is seen at the end.
        boolean listed = listedAt == at;
        listedAt = at;
        try {
            if (wantWrite && writable && fd >= 0) {
                called().onWritable();
            }
            if (reactor == at && wantRead && readable && fd >= 0) {
                called().onReadable();
            }
        } catch (Throwable thrown) {
            at.uncaught(thrown);
            if (reactor == at) {
                try {
                    called().onFailure(thrown);
                } finally {
                    close();
                }
            }
        }
        if (reactor == at) {
            listedAt = listed ? at : null;
            if (wantRead && readable || wantWrite && writable) {
                serveSoon(at);
            }
        }
    }

    private Handler called() {
        Handler told = handler;
        if (told == null) {
            throw new IllegalStateException("interest without a handler");
        }
        return told;
    }

    @Override
    public void attachTo(Reactor target) {
        EpollReactor to = (EpollReactor) target;
        assert to.inReactor();
        synchronized (this) {
            EpollReactor from = reactor;
            if (from == to || fd < 0) {
                return;
            }
            long left = place;
            reactor = to;
            listedAt = null;
            watchedForRoom = wantWrite && !writable;
            from.set().forget(fd);
            from.releaseSoon(left);
            try {
                place = to.set().add(this, fd, edges());
            } catch (IOException failed) {
                place = -1;
                lose(failed);
            }
        }
        if (wantRead && readable || wantWrite && writable) {
            serveSoon(to);
        }
    }

    /** Nothing will tell of its events any more: the next call on it fails, and that call is due now. */
    private void lose(IOException reason) {
        unwatched = reason;
        readable = true;
        writable = true;
    }

    @Override
    public void close() {
        EpollReactor at = reactor;
        assert at.inReactor();
        synchronized (this) {
            if (fd >= 0) {
                at.calls().close(fd);
                fd = -1;
                if (place >= 0) {
                    at.set().release(place);
                }
            }
        }
    }

    /** As long as there is a copy somewhere, epoll would go on telling of its events. */
    @Override
    public void letGo() {
        EpollReactor at = reactor;
        assert at.inReactor();
        if (fd >= 0) {
            at.set().forget(fd);
            close();
        }
    }

    /** Locked against {@link #attachTo}: the loop that ends must not close what another has just taken. */
    @Override
    public void onStop(EpollReactor at) {
        synchronized (this) {
            if (reactor == at) {
                close();
            }
        }
    }

    @Override
    public boolean isOpen() {
        return fd >= 0;
    }

    @Override
    public SocketAddress remoteAddress() {
        return remote;
    }

    @Override
    public SocketAddress localAddress() {
        return local;
    }

    @Override
    public boolean isUnix() {
        return unix;
    }

    @Override
    public int number() {
        return fd;
    }

    @Override
    public PeerCredentials peerCredentials() {
        assert reactor.inReactor();
        return unix && fd >= 0 ? reactor.options().peerCredentials(fd) : PeerCredentials.UNKNOWN;
    }

    @Override
    public Reactor reactor() {
        return reactor;
    }

    @Override
    public void options(SocketOptions options) {
        assert reactor.inReactor();
        if (!unix && fd >= 0) {
            reactor.options().retune(fd, options);
        }
    }

    @Override
    public String toString() {
        return "connection " + local + " - " + remote;
    }
}
