package org.pgsluice.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** One outgoing attempt; on its reactor's thread. Its handler hears in a later turn than {@link #start}, also when the outcome is known at once. */
final class EpollDial implements Reactor.DialAttempt, EpollSet.Owner, Runnable {
    private static final int OUTCOME = EpollSet.OUT | EpollSet.ERR | EpollSet.HUP;

    private final EpollReactor reactor;
    private final SocketAddress address;
    private final Reactor.DialHandler dial;
    private final boolean unix;
    private int fd = -1;
    private long place = -1;
    private @Nullable IOException failure;
    private boolean over;

    private EpollDial(EpollReactor reactor, SocketAddress address, Reactor.DialHandler dial) {
        this.reactor = reactor;
        this.address = address;
        this.dial = dial;
        unix = !(address instanceof InetSocketAddress);
    }

    static EpollDial start(EpollReactor reactor, SocketAddress address, SocketOptions options, Reactor.DialHandler dial) {
        EpollDial attempt = new EpollDial(reactor, address, dial);
        try {
            attempt.begin(options);
        } catch (IOException failed) {
            attempt.failure = failed;
            reactor.execute(attempt);
        }
        return attempt;
    }

    private void begin(SocketOptions options) throws IOException {
        fd = reactor.openSocket(address);
        reactor.options().tune(fd, options, unix);
        SockAddr name = reactor.name();
        int result = reactor.calls().connect(fd, name.address(), name.put(address));
        if (result >= 0) {
            reactor.execute(this);
        } else if (result == -LinuxCalls.EINPROGRESS || result == -LinuxCalls.EINTR && !unix) {
            place = reactor.set().add(this, fd, EpollConnection.WATCHED);
        } else {
            // For a unix socket EAGAIN is among these, since the kernel does not go on by itself: the listener's queue is full.
            throw LinuxCalls.failure(result);
        }
    }

    /** The outcome was known at once. */
    @Override
    public void run() {
        if (over) {
            return;
        }
        IOException failed = failure;
        if (failed != null) {
            fail(failed);
            return;
        }
        EpollConnection connection;
        try {
            connection = EpollConnection.watch(reactor, fd, address, reactor.localAddress(fd), unix);
        } catch (IOException unwatched) {
            fail(unwatched);
            return;
        }
        succeed(connection);
    }

    @Override
    public void onEvents(int events, EpollReactor at) {
        if (over || (events & OUTCOME) == 0) {
            return;
        }
        try {
            int error = reactor.options().takeError(fd);
            if (error != 0) {
                fail(LinuxCalls.failure(-error));
                return;
            }
            succeed(EpollConnection.adopt(reactor, fd, place, events, address, reactor.localAddress(fd)));
        } catch (Throwable thrown) {
            reactor.uncaught(thrown);
        }
    }

    private void succeed(EpollConnection connection) {
        over = true;
        try {
            dial.onConnected(connection);
        } catch (Throwable thrown) {
            if (connection.reactor() == reactor) {
                connection.close();
            }
            throw thrown;
        }
    }

    private void fail(IOException reason) {
        cancel();
        dial.onDialFailed(reason);
    }

    @Override
    public void cancel() {
        assert reactor.inReactor();
        if (over) {
            return;
        }
        over = true;
        if (fd >= 0) {
            reactor.calls().close(fd);
        }
        if (place >= 0) {
            reactor.set().release(place);
        }
    }

    @Override
    public void onStop(EpollReactor at) {
        cancel();
    }
}
