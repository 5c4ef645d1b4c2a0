package org.pgsluice.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import org.jspecify.annotations.Nullable;

/** One outgoing attempt; on its reactor's thread. Its handler hears in a later turn than {@link #start}, also when the outcome is known at once. */
final class NioDial implements Reactor.DialAttempt, NioReactor.KeyOwner, Runnable {
    private final NioReactor reactor;
    private final SocketAddress address;
    private final boolean unix;
    private final Reactor.DialHandler dial;
    private @Nullable SocketChannel channel;
    private @Nullable IOException failure;
    private boolean over;

    private NioDial(NioReactor reactor, SocketAddress address, Reactor.DialHandler dial) {
        this.reactor = reactor;
        this.address = address;
        this.unix = address instanceof UnixDomainSocketAddress;
        this.dial = dial;
    }

    static NioDial start(NioReactor reactor, SocketAddress address, SocketOptions options, Reactor.DialHandler dial) {
        NioDial attempt = new NioDial(reactor, address, dial);
        attempt.begin(options);
        return attempt;
    }

    private void begin(SocketOptions options) {
        try {
            NioListener.refuseAbstract(address);
            SocketChannel opened = unix ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open(NioListener.family(address));
            channel = opened;
            opened.configureBlocking(false);
            reactor.tuning().tune(opened, options, unix);
            if (opened.connect(address)) {
                reactor.execute(this);
            } else if (unix) {
                // The kernel does not go on by itself: the listener's queue is full.
                throw new IOException("Resource temporarily unavailable");
            } else {
                opened.register(reactor.selector(), SelectionKey.OP_CONNECT, this);
            }
        } catch (IOException failed) {
            failLater(failed);
        } catch (UnresolvedAddressException unresolved) {
            failLater(new IOException("the host name of " + address + " is not resolved", unresolved));
        } catch (UnsupportedAddressTypeException unsupported) {
            failLater(new IOException("Address family not supported by protocol", unsupported));
        }
    }

    private void failLater(IOException reason) {
        failure = reason;
        reactor.execute(this);
    }

    @Override
    public void run() {
        IOException reason = failure;
        if (reason != null) {
            fail(reason);
        } else {
            succeed(null);
        }
    }

    @Override
    public void onReady(SelectionKey key, NioReactor at) {
        SocketChannel connecting = channel;
        if (over || connecting == null) {
            return;
        }
        try {
            if (!connecting.finishConnect()) {
                return;
            }
            key.interestOps(0);
        } catch (IOException reason) {
            tell(reason);
            return;
        }
        try {
            succeed(key);
        } catch (Throwable thrown) {
            reactor.uncaught(thrown);
        }
    }

    private void tell(IOException reason) {
        try {
            fail(reason);
        } catch (Throwable thrown) {
            reactor.uncaught(thrown);
        }
    }

    private void succeed(@Nullable SelectionKey key) {
        SocketChannel connected = channel;
        if (over || connected == null) {
            return;
        }
        over = true;
        NioConnection connection = new NioConnection(reactor, connected, address, localOf(connected), unix);
        if (key != null) {
            connection.adopt(key);
        }
        try {
            dial.onConnected(connection);
        } catch (Throwable thrown) {
            if (connection.reactor() == reactor) {
                connection.close();
            }
            throw thrown;
        }
    }

    private SocketAddress localOf(SocketChannel connected) {
        try {
            SocketAddress local = connected.getLocalAddress();
            return local == null ? new InetSocketAddress(0) : local;
        } catch (IOException brokenMeanwhile) {
            return new InetSocketAddress(0);
        }
    }

    private void fail(IOException reason) {
        if (!over) {
            cancel();
            dial.onDialFailed(reason);
        }
    }

    @Override
    public void cancel() {
        assert reactor.inReactor();
        if (over) {
            return;
        }
        over = true;
        SocketChannel opened = channel;
        if (opened != null) {
            NioConnection.closeQuietly(opened);
        }
    }

    @Override
    public void onStop(NioReactor at) {
        cancel();
    }
}
