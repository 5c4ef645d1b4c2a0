package org.pgsluice.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.Settings;
import org.pgsluice.log.Level;
import org.pgsluice.net.AbstractUnixAddress;
import org.pgsluice.net.Connection;
import org.pgsluice.net.Reactor;
import org.pgsluice.net.Resolver;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.Place;

/**
 * Connects to a place: looks its name up and tries all addresses that it has. When one refuses, the next is tried at once; when one is silent, the next after a
 * moment, and the first that answers is taken. Its connection is encrypted as the configuration says. Ends by telling the session once.
 */
final class ServerDial implements Resolver.Callback, ServerEncryption.Outcome {
    /** After so much silence the next address is tried as well. */
    private static final long SILENCE_NANOS = 250_000_000L;

    private final ServerSession server;
    private final Lane lane;
    private final Place place;
    private final Deque<SocketAddress> left = new ArrayDeque<>();
    private final List<Attempt> underWay = new ArrayList<>(1);
    private Reactor.@Nullable Timer silence;
    private @Nullable ServerEncryption encryption;
    private @Nullable SocketAddress reached;
    private String lastReason = "connect failed";
    private boolean over;

    ServerDial(ServerSession server, Lane lane, Place place) {
        this.server = server;
        this.lane = lane;
        this.place = place;
    }

    void start() {
        String host = place.host();
        if (host.isEmpty()) {
            String directory = lane.books().config().text(Settings.UNIX_SOCKET_DIR);
            dial(unixSocket(directory.isEmpty() ? "/tmp" : directory));
        } else if (host.startsWith("/") || host.startsWith("@")) {
            dial(unixSocket(host));
        } else {
            lane.commons().resolver().resolve(host, lane.reactor(), this);
        }
    }

    /** Gives up; the session is told nothing more. */
    void cancel() {
        over = true;
        if (silence != null) {
            silence.cancel();
        }
        underWay.forEach(Attempt::cancel);
        underWay.clear();
        if (encryption != null) {
            encryption.cancel();
        }
    }

    /** Whether a socket is open. */
    boolean reached() {
        return reached != null;
    }

    /** Why the last address did not answer, or cannot be talked to. */
    String lastReason() {
        return lastReason;
    }

    @Override
    public void onResolved(@Nullable List<InetAddress> addresses) {
        if (over) {
            return;
        }
        if (addresses == null || addresses.isEmpty()) {
            lastReason = "the name " + place.host() + " does not resolve";
            server.log(Level.WARNING, lastReason);
            server.close(CloseReason.SERVER_DNS_FAILED, null, false);
            return;
        }
        lane.books().openings().resolved(place.host(), addresses);
        for (InetAddress address : addresses) {
            left.add(new InetSocketAddress(address, place.port()));
        }
        next();
    }

    private void next() {
        SocketAddress address = left.poll();
        if (address != null && !over) {
            dial(address);
            silence = left.isEmpty() ? null : lane.reactor().schedule(SILENCE_NANOS, this::next);
        }
    }

    private void dial(SocketAddress address) {
        underWay.add(new Attempt(address));
    }

    private void encrypt(Connection connection) {
        reached = connection.remoteAddress();
        lane.books().openings().reached(server, reached instanceof InetSocketAddress inet ? inet.getAddress() : null);
        if (lane.commons().tuning().logConnections) {
            log(Level.LOG, "new connection to server" + (connection.isUnix() ? "" : " (from " + Addresses.text(connection.localAddress()) + ")"));
        }
        // A reply frees a server for the requests of the same turn.
        connection.urgent();
        encryption = new ServerEncryption(connection, lane, lane.commons().serverContexts().of(server.pool()), place.host(), false, this);
        encryption.start();
    }

    @Override
    public void onSettled(Connection connection) {
        server.onDialled(connection);
    }

    @Override
    public void onUnsettled(CloseReason reason, @Nullable String detail) {
        lastReason = (reached == null ? "" : Addresses.text(reached) + ": ") + reason.text(detail);
        server.close(reason, detail, false);
    }

    @Override
    public void log(Level level, String message) {
        server.log(level, message);
    }

    /** Where to, for the log. */
    @Override
    public String toString() {
        if (reached != null) {
            return Addresses.text(reached);
        }
        boolean unix = place.host().isEmpty() || place.host().startsWith("/") || place.host().startsWith("@");
        return (unix ? "unix" : place.host()) + ":" + place.port();
    }

    private SocketAddress unixSocket(String directory) {
        return AbstractUnixAddress.orPath(directory + "/.s.PGSQL." + place.port());
    }

    /** One address. */
    private final class Attempt implements Reactor.DialHandler {
        private final SocketAddress address;
        private final Reactor.DialAttempt attempt;

        private Attempt(SocketAddress address) {
            this.address = address;
            this.attempt = lane.reactor().dial(address, lane.commons().tuning().socketOptions, this);
        }

        void cancel() {
            attempt.cancel();
        }

        @Override
        public void onConnected(Connection connection) {
            underWay.remove(this);
            ServerDial.this.cancel();
            encrypt(connection);
        }

        @Override
        public void onDialFailed(IOException reason) {
            underWay.remove(this);
            lastReason = "connect failed: " + Addresses.text(address) + ": " + reason.getMessage();
            server.log(Level.WARNING, lastReason);
            if (!left.isEmpty()) {
                if (silence != null) {
                    silence.cancel();
                }
                next();
            } else if (underWay.isEmpty()) {
                server.close(CloseReason.SERVER_CONNECT_FAILED, null, false);
            }
        }
    }
}
