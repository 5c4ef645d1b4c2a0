package org.pgsluice.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A listening socket of one reactor. A turn accepts a bounded number of connections, so that a storm of them does not starve the others. When the process is
 * out of file descriptors it rests for a while: the event would come again at once. Watched for the state, not for edges, since it may leave connections in the
 * queue.
 */
final class EpollListener implements Reactor.Listener, Passable, EpollSet.Owner, Runnable {
    private static final int ACCEPTS_PER_TURN = 64;
    private static final long REST_NANOS = 100_000_000;

    private final EpollReactor reactor;
    private final SocketAddress address;
    private final @Nullable UnixSocketFile file;
    private final Reactor.Acceptor acceptor;
    private final boolean unix;
    private final boolean wildcard;
    private final long place;
    private int fd;
    private Reactor.@Nullable Timer rest;
    private boolean paused;
    private boolean failing;

    private EpollListener(EpollReactor reactor, int fd, SocketAddress address, @Nullable UnixSocketFile file, Reactor.Acceptor acceptor)
            throws IOException {
        this.reactor = reactor;
        this.fd = fd;
        this.address = address;
        this.file = file;
        this.acceptor = acceptor;
        unix = !(address instanceof InetSocketAddress);
        wildcard = address instanceof InetSocketAddress inet && inet.getAddress().isAnyLocalAddress();
        place = reactor.set().add(this, fd, EpollSet.IN);
    }

    static EpollListener open(EpollReactor reactor, SocketAddress address, ListenOptions options, Reactor.Acceptor acceptor) throws IOException {
        UnixSocketFile file = null;
        int fd = -1;
        try {
            int family = SockAddr.family(address);
            fd = reactor.openSocket(address);
            // Linux gives an accepted socket the options of its listener.
            reactor.options().tune(fd, options.accepted(), family == SockAddr.AF_UNIX);
            SocketAddress bound = address;
            if (address instanceof UnixDomainSocketAddress path) {
                int opened = fd;
                file = UnixSocketFile.bind(path, options, place -> bind(reactor, opened, place, options.backlog()));
            } else {
                if (family != SockAddr.AF_UNIX) {
                    reactor.options().tuneListener(fd, options, family == SockAddr.AF_INET6);
                }
                bind(reactor, fd, address, options.backlog());
                bound = family == SockAddr.AF_UNIX ? address : reactor.localAddress(fd);
            }
            return new EpollListener(reactor, fd, bound, file, acceptor);
        } catch (IOException failed) {
            if (fd >= 0) {
                reactor.calls().close(fd);
            }
            if (file != null) {
                file.delete();
            }
            throw ListenFailure.of(address, failed);
        }
    }

    /**
     * Goes on with a socket that listens already.
     *
     * @param unixAddress where it is bound if it is a unix socket; null: where the system says
     * @param own whether a unix socket's file is ours, to be removed at the end
     */
    static EpollListener adopt(EpollReactor reactor, int fd, @Nullable SocketAddress unixAddress, boolean own, SocketOptions accepted,
            Reactor.Acceptor acceptor)
            throws IOException {
        SocketAddress bound = DescriptorMessage.listenerAddress(reactor.calls(), reactor.name(), fd);
        boolean unix = !(bound instanceof InetSocketAddress);
        if (unix && unixAddress != null) {
            bound = unixAddress;
        }
        reactor.options().tune(fd, accepted, unix);
        UnixSocketFile file = own && bound instanceof UnixDomainSocketAddress path ? UnixSocketFile.adopt(path) : null;
        return new EpollListener(reactor, fd, bound, file, acceptor);
    }

    private static void bind(EpollReactor reactor, int fd, SocketAddress address, int backlog) throws IOException {
        SockAddr name = reactor.name();
        int result = reactor.calls().bind(fd, name.address(), name.put(address));
        if (result >= 0) {
            result = reactor.calls().listen(fd, backlog);
        }
        if (result < 0) {
            throw LinuxCalls.failure(result);
        }
    }

    @Override
    public SocketAddress address() {
        return address;
    }

    @Override
    public void pause() {
        assert reactor.inReactor();
        paused = true;
        watch();
    }

    @Override
    public void resume() {
        assert reactor.inReactor();
        paused = false;
        watch();
    }

    @Override
    public void acceptRest() {
        onEvents(EpollSet.IN, reactor);
    }

    private void watch() {
        if (fd < 0) {
            return;
        }
        try {
            reactor.set().change(place, fd, paused || rest != null ? 0 : EpollSet.IN);
        } catch (IOException failed) {
            reactor.uncaught(failed);
        }
    }

    @Override
    public void onEvents(int events, EpollReactor at) {
        for (int i = 0; i < ACCEPTS_PER_TURN && !paused && fd >= 0; i++) {
            SockAddr name = reactor.name();
            int socket = reactor.calls().accept4(fd, name.address(), name.roomAddress());
            if (socket >= 0) {
                failing = false;
                accepted(socket);
            } else if (socket == -LinuxCalls.EAGAIN || socket == -LinuxCalls.EINTR) {
                return;
            } else if (socket != -LinuxCalls.ECONNABORTED) {
                rest(socket);
                return;
            }
        }
    }

    private void rest(int result) {
        if (!failing) {
            failing = true;
            reactor.incidents().onError("accept() failed: " + LinuxCalls.text(result));
        }
        rest = reactor.schedule(REST_NANOS, this);
        watch();
    }

    private void accepted(int socket) {
        EpollConnection connection;
        try {
            SocketAddress remote = unix ? address : reactor.name().get();
            SocketAddress local = wildcard ? reactor.localAddress(socket) : address;
            connection = EpollConnection.watch(reactor, socket, remote, local, unix);
        } catch (IOException failed) {
            reactor.calls().close(socket);
            reactor.incidents().onError("an accepted connection is lost: " + failed.getMessage());
            return;
        }
        try {
            acceptor.onAccepted(connection);
        } catch (Throwable thrown) {
            if (connection.reactor() == reactor) {
                connection.close();
            }
            reactor.uncaught(thrown);
        }
    }

    /** The rest is over. */
    @Override
    public void run() {
        rest = null;
        watch();
    }

    @Override
    public int number() {
        return fd;
    }

    @Override
    public void close() {
        if (fd >= 0 && file != null) {
            file.delete();
        }
        closeSocket();
    }

    @Override
    public void letGo() {
        if (fd >= 0) {
            reactor.set().forget(fd);
            closeSocket();
        }
    }

    private synchronized void closeSocket() {
        assert reactor.inReactor();
        Reactor.Timer resting = rest;
        if (resting != null) {
            resting.cancel();
        }
        if (fd >= 0) {
            reactor.calls().close(fd);
            fd = -1;
            reactor.set().release(place);
        }
    }

    @Override
    public void onStop(EpollReactor at) {
        close();
    }
}
