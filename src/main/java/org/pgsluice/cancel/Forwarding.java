package org.pgsluice.cancel;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.PeerConfig;
import org.pgsluice.config.Settings;
import org.pgsluice.log.Level;
import org.pgsluice.net.AbstractUnixAddress;
import org.pgsluice.net.Connection;
import org.pgsluice.net.Reactor;
import org.pgsluice.net.Resolver;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.server.Addresses;
import org.pgsluice.server.Lane;

/**
 * One cancel request on its way to a peer: a connection of its own, one packet, and then nothing until the peer closes it, which it does when the request has
 * reached PostgreSQL. Goes on when its sender hangs up. On the reactor of who sent it.
 */
final class Forwarding implements Reactor.DialHandler, Connection.Handler, Resolver.Callback {
    private static final long SECOND = 1_000_000_000L;
    /** How long the socket may take to open where server_connect_timeout does not say. */
    private static final long LONGEST_DIAL_NANOS = 15 * SECOND;
    /** The peer itself may wait for a connection, for its cancel_wait_timeout. */
    private static final long LONGEST_ANSWER_NANOS = 30 * SECOND;

    private final Peers peers;
    private final PeerConfig peer;
    private final byte[] key;
    private final CancelJob.Asker asker;
    private final Lane lane;
    private final long id;
    private final long begunNanos;
    private final Deque<InetAddress> left = new ArrayDeque<>();
    private Reactor.@Nullable DialAttempt dial;
    private @Nullable Connection connection;
    private Reactor.@Nullable Timer deadline;
    private boolean started;
    private boolean over;

    Forwarding(Peers peers, PeerConfig peer, byte[] key, CancelJob.Asker asker, Lane lane) {
        this.peers = peers;
        this.peer = peer;
        this.key = key;
        this.asker = asker;
        this.lane = lane;
        this.id = lane.commons().nextId();
        this.begunNanos = lane.now();
    }

    int peer() {
        return peer.id();
    }

    Lane lane() {
        return lane;
    }

    /** As many as may are on their way to that peer: its turn comes. */
    void await() {
        long limit = lane.books().config().nanos(Settings.CANCEL_WAIT_TIMEOUT);
        if (limit > 0) {
            deadline = lane.reactor().schedule(limit, () -> {
                if (!started && peers.withdraw(this)) {
                    over = true;
                    asker.close(CloseReason.CANCEL_WAIT_TIMEOUT);
                }
            });
        }
    }

    /** Its turn has come. */
    void start() {
        started = true;
        long limit = lane.commons().tuning().connectTimeoutNanos;
        within(limit > 0 ? limit : LONGEST_DIAL_NANOS, CloseReason.SERVER_CONNECT_FAILED);
        String host = peer.host();
        if (host.startsWith("/") || host.startsWith("@")) {
            dial(AbstractUnixAddress.orPath(host + "/.s.PGSQL." + peer.serverPort()));
        } else {
            lane.commons().resolver().resolve(host, lane.reactor(), this);
        }
    }

    @Override
    public void onResolved(@Nullable List<InetAddress> addresses) {
        if (over) {
            return;
        }
        if (addresses == null || addresses.isEmpty()) {
            end(CloseReason.SERVER_DNS_FAILED);
            return;
        }
        left.addAll(addresses);
        dial(new InetSocketAddress(left.remove(), peer.serverPort()));
    }

    private void dial(SocketAddress address) {
        dial = lane.reactor().dial(address, lane.commons().tuning().socketOptions, this);
    }

    @Override
    public void onDialFailed(IOException reason) {
        if (over) {
            return;
        }
        log(Level.WARNING, "connect failed: " + reason.getMessage());
        if (left.isEmpty()) {
            end(CloseReason.SERVER_CONNECT_FAILED);
        } else {
            dial(new InetSocketAddress(left.remove(), peer.serverPort()));
        }
    }

    @Override
    public void onConnected(Connection opened) {
        connection = opened;
        peers.connected(this);
        if (lane.commons().tuning().logConnections) {
            log(Level.LOG, "new connection to server" + (opened.isUnix() ? "" : " (from " + Addresses.text(opened.localAddress()) + ")"));
        }
        opened.handler(this);
        opened.wantRead(true);
        try {
            CancelPacket.write(key, opened, lane.buffers());
        } catch (IOException e) {
            end(CloseReason.CANCEL_NOT_SENT);
            return;
        }
        within(LONGEST_ANSWER_NANOS, CloseReason.CANCEL_UNANSWERED);
    }

    @Override
    public void onReadable() {
        Connection open = connection;
        if (open == null) {
            return;
        }
        ByteBuffer scratch = lane.buffers().in().clear();
        try {
            if (open.read(scratch) >= 0) {
                return;
            }
        } catch (IOException e) {
            log(Level.NOISE, "connection to a peer: " + e.getMessage());
        }
        end(CloseReason.CANCEL_SENT);
    }

    @Override
    public void onWritable() {}

    private void within(long nanos, CloseReason reason) {
        Reactor.Timer before = deadline;
        if (before != null) {
            before.cancel();
        }
        deadline = lane.reactor().schedule(nanos, () -> end(reason));
    }

    private void end(CloseReason reason) {
        if (over) {
            return;
        }
        over = true;
        if (lane.commons().tuning().logDisconnections) {
            log(Level.LOG, "closing because: " + reason.text(null) + " (age=" + (lane.now() - begunNanos) / SECOND + "s)");
        }
        Connection open = connection;
        if (open != null) {
            open.close();
        } else if (dial != null) {
            dial.cancel();
        }
        if (deadline != null) {
            deadline.cancel();
        }
        peers.left(this, open != null);
        asker.close(reason);
    }

    private void log(Level level, String message) {
        if (lane.commons().log().isOn(level)) {
            String to = "peer-" + peer.id() + "@" + peer.host() + ":" + peer.serverPort();
            lane.commons().log().write(level, "S-0x" + Long.toHexString(id) + ": " + to + " " + message);
        }
    }
}
