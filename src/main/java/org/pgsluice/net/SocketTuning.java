package org.pgsluice.net;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.HashSet;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;
import org.pgsluice.net.Connection.PeerCredentials;

/** Sets socket options for one reactor, on its thread. What the system lacks is left out, with one warning per option. */
final class SocketTuning {
    private final Incidents incidents;
    private final Set<String> warned = new HashSet<>();

    SocketTuning(Incidents incidents) {
        this.incidents = incidents;
    }

    /** A fresh socket: only what differs from the operating system's defaults costs a system call. */
    void tune(SocketChannel socket, SocketOptions options, boolean unix) throws IOException {
        if (options.bufferBytes() > 0) {
            socket.setOption(StandardSocketOptions.SO_SNDBUF, options.bufferBytes());
            socket.setOption(StandardSocketOptions.SO_RCVBUF, options.bufferBytes());
        }
        if (!unix) {
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            if (options.keepalive()) {
                keepalive(socket, options);
            }
            if (options.userTimeoutMillis() > 0) {
                warnUnless(NativeSockets.userTimeout(socket, options.userTimeoutMillis()), "tcp_user_timeout");
            }
        }
    }

    /** An open TCP socket that may have had other options. */
    void retune(SocketChannel socket, SocketOptions options) {
        try {
            if (options.bufferBytes() > 0) {
                socket.setOption(StandardSocketOptions.SO_SNDBUF, options.bufferBytes());
                socket.setOption(StandardSocketOptions.SO_RCVBUF, options.bufferBytes());
            }
            if (options.keepalive()) {
                keepalive(socket, options);
            } else {
                socket.setOption(StandardSocketOptions.SO_KEEPALIVE, false);
            }
            if (options.userTimeoutMillis() > 0) {
                warnUnless(NativeSockets.userTimeout(socket, options.userTimeoutMillis()), "tcp_user_timeout");
            }
        } catch (IOException failed) {
            incidents.onWarning("cannot set socket options: " + failed.getMessage());
        }
    }

    private void keepalive(SocketChannel socket, SocketOptions options) throws IOException {
        socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        count(socket, ExtendedSocketOptions.TCP_KEEPCOUNT, options.keepCount(), "tcp_keepcnt");
        count(socket, ExtendedSocketOptions.TCP_KEEPIDLE, options.keepIdleSeconds(), "tcp_keepidle");
        count(socket, ExtendedSocketOptions.TCP_KEEPINTERVAL, options.keepIntervalSeconds(), "tcp_keepintvl");
    }

    private void count(SocketChannel socket, SocketOption<Integer> option, int value, String setting) throws IOException {
        if (value <= 0) {
            return;
        }
        boolean supported = socket.supportedOptions().contains(option);
        warnUnless(supported, setting);
        if (supported) {
            socket.setOption(option, value);
        }
    }

    /** Accepted sockets take their receive buffer, and with it the window scale, from the listener. */
    void tuneListener(ServerSocketChannel listener, SocketOptions accepted, boolean unix) throws IOException {
        if (accepted.bufferBytes() > 0) {
            listener.setOption(StandardSocketOptions.SO_RCVBUF, accepted.bufferBytes());
        }
        if (unix || accepted.userTimeoutMillis() > 0) {
            beside(NativeSockets::prepare); // so that the first connection need not wait for it
        }
    }

    private static void beside(Runnable task) {
        Thread loader = new Thread(task, "native-sockets");
        loader.setDaemon(true);
        loader.start();
    }

    /**
     * The JDK opens every IPv6 socket for IPv4 too, so that {@code ::} would take the port of {@code 0.0.0.0} as well. Where the native option is missing it
     * does; then the other wildcard fails with "Address already in use" while its clients are served all the same.
     */
    void ownIpv6Only(ServerSocketChannel listener, SocketAddress address) {
        if (address instanceof InetSocketAddress inet && inet.getAddress() instanceof Inet6Address v6 && v6.isAnyLocalAddress()) {
            warnUnless(NativeSockets.ipv6Only(listener), "IPV6_V6ONLY");
        }
    }

    /** Sets TCP_DEFER_ACCEPT soon: it saves wake-ups, which is not worth a slower start. */
    void deferAccept(NioReactor reactor, ServerSocketChannel listener, int seconds) {
        if (seconds > 0) {
            beside(() -> {
                NativeSockets.prepare();
                reactor.execute(() -> {
                    if (listener.isOpen()) {
                        warnUnless(NativeSockets.deferAccept(listener, seconds), "tcp_defer_accept");
                    }
                });
            });
        }
    }

    /** Who is at the other end of a unix socket. */
    static PeerCredentials peerCredentials(SocketChannel socket) {
        return NativeSockets.peer(socket);
    }

    private void warnUnless(boolean done, String setting) {
        if (!done && warned.add(setting)) {
            incidents.onWarning(setting + " is not available here, ignored");
        }
    }
}
