package org.pgsluice.net;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import org.jspecify.annotations.Nullable;

/**
 * A listening socket of one reactor. A turn accepts a bounded number of connections, so that a storm of them does not starve the others. When the process is
 * out of file descriptors it rests for a while: the event would come again at once.
 */
final class NioListener implements Reactor.Listener, NioReactor.KeyOwner, Runnable {
    private static final int ACCEPTS_PER_TURN = 64;
    private static final long REST_NANOS = 100_000_000;

    private final NioReactor reactor;
    private final ServerSocketChannel channel;
    private final SocketAddress address;
    private final @Nullable UnixSocketFile file;
    private final SocketOptions accepted;
    private final Reactor.Acceptor acceptor;
    private final SelectionKey key;
    private Reactor.@Nullable Timer rest;
    private boolean paused;
    private boolean failing;

    private NioListener(
            NioReactor reactor,
            ServerSocketChannel channel,
            SocketAddress address,
            @Nullable UnixSocketFile file,
            SocketOptions accepted,
            Reactor.Acceptor acceptor)
            throws IOException {
        this.reactor = reactor;
        this.channel = channel;
        this.address = address;
        this.file = file;
        this.accepted = accepted;
        this.acceptor = acceptor;
        channel.configureBlocking(false);
        key = channel.register(reactor.selector(), SelectionKey.OP_ACCEPT, this);
    }

    static NioListener open(NioReactor reactor, SocketAddress address, ListenOptions options, Reactor.Acceptor acceptor) throws IOException {
        boolean unix = address instanceof UnixDomainSocketAddress;
        ServerSocketChannel channel = null;
        UnixSocketFile file = null;
        try {
            refuseAbstract(address);
            channel = ServerSocketChannel.open(unix ? StandardProtocolFamily.UNIX : family(address));
            reactor.tuning().tuneListener(channel, options.accepted(), unix);
            SocketAddress bound = address;
            if (address instanceof UnixDomainSocketAddress path) {
                ServerSocketChannel opened = channel;
                file = UnixSocketFile.bind(path, options, place -> opened.bind(place, options.backlog()));
            } else {
                channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                if (options.reusePort()) {
                    channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
                }
                reactor.tuning().ownIpv6Only(channel, address);
                bound = channel.bind(address, options.backlog()).getLocalAddress();
                reactor.tuning().deferAccept(reactor, channel, options.deferAcceptSeconds());
            }
            return new NioListener(reactor, channel, bound, file, options.accepted(), acceptor);
        } catch (IOException | UnsupportedOperationException | UnresolvedAddressException | UnsupportedAddressTypeException failed) {
            if (channel != null) {
                channel.close();
            }
            if (file != null) {
                file.delete();
            }
            throw ListenFailure.of(address, failed);
        }
    }

    static void refuseAbstract(SocketAddress address) throws IOException {
        if (address instanceof AbstractUnixAddress) {
            throw new IOException("abstract unix sockets need the engine \"epoll\", and this is \"nio\"");
        }
    }

    static ProtocolFamily family(SocketAddress address) {
        return address instanceof InetSocketAddress inet && inet.getAddress() instanceof Inet6Address
                ? StandardProtocolFamily.INET6
                : StandardProtocolFamily.INET;
    }

    @Override
    public SocketAddress address() {
        return address;
    }

    @Override
    public void pause() {
        assert reactor.inReactor();
        paused = true;
        interest();
    }

    @Override
    public void resume() {
        assert reactor.inReactor();
        paused = false;
        interest();
    }

    @Override
    public void acceptRest() {
        onReady(key, reactor);
    }

    private void interest() {
        if (key.isValid()) {
            key.interestOps(paused || rest != null ? 0 : SelectionKey.OP_ACCEPT);
        }
    }

    @Override
    public void onReady(SelectionKey ready, NioReactor at) {
        for (int i = 0; i < ACCEPTS_PER_TURN && !paused && channel.isOpen(); i++) {
            SocketChannel socket = accept();
            if (socket == null) {
                return;
            }
            accepted(socket);
        }
    }

    private @Nullable SocketChannel accept() {
        try {
            SocketChannel socket = channel.accept();
            if (socket != null) {
                failing = false;
            }
            return socket;
        } catch (IOException failed) {
            if (!failing) {
                failing = true;
                reactor.incidents().onError("accept() failed: " + ListenFailure.reason(failed));
            }
            if (channel.isOpen()) {
                rest = reactor.schedule(REST_NANOS, this);
                interest();
            }
            return null;
        }
    }

    private void accepted(SocketChannel socket) {
        boolean unix = file != null;
        try {
            socket.configureBlocking(false);
            reactor.tuning().tune(socket, accepted, unix);
            SocketAddress remote = unix ? address : socket.getRemoteAddress();
            SocketAddress local = unix ? address : socket.getLocalAddress();
            acceptor.onAccepted(new NioConnection(reactor, socket, remote, local, unix));
        } catch (IOException goneAlready) {
            NioConnection.closeQuietly(socket);
        } catch (Throwable thrown) {
            NioConnection.closeQuietly(socket);
            reactor.uncaught(thrown);
        }
    }

    /** The rest is over. */
    @Override
    public void run() {
        rest = null;
        interest();
    }

    @Override
    public void close() {
        assert reactor.inReactor();
        Reactor.Timer resting = rest;
        if (resting != null) {
            resting.cancel();
        }
        if (!channel.isOpen()) {
            return;
        }
        if (file != null) {
            file.delete();
        }
        try {
            channel.close();
        } catch (IOException failed) {
            reactor.uncaught(failed);
        }
    }

    @Override
    public void onStop(NioReactor at) {
        close();
    }
}
