package org.pgsluice.cancel;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.pgsluice.log.Level;
import org.pgsluice.net.Connection;
import org.pgsluice.net.Reactor;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.ServerEntry;
import org.pgsluice.pool.ServerState;
import org.pgsluice.server.Addresses;
import org.pgsluice.server.Lane;
import org.pgsluice.server.ServerEncryption;
import org.pgsluice.server.ServerSession;

/**
 * A connection to PostgreSQL that carries one cancel request: opened where the target is, encrypted if that one is, one packet, and then nothing until the
 * server closes it. In the books it is a server of the target's pool.
 */
final class CancelConnection extends ServerEntry implements Reactor.DialHandler, Connection.Handler, ServerEncryption.Outcome {
    private static final long SECOND = 1_000_000_000L;
    /** PostgreSQL closes the connection as soon as it has sent its signal. Whoever has not by then holds a server back for nothing. */
    private static final long LONGEST_ANSWER_NANOS = 5 * SECOND;
    /** How long the socket may take to open where server_connect_timeout does not say. */
    private static final long LONGEST_DIAL_NANOS = 15 * SECOND;

    /** What came of it. */
    interface Outcome {
        /** The socket is open; whether the request is still to be sent. */
        boolean onConnected();

        /**
         * It is over.
         *
         * @param doubtful whether PostgreSQL was sent the request and may act on it later
         */
        void onEnded(CloseReason reason, boolean doubtful);
    }

    private final Lane lane;
    private final Outcome outcome;
    private final byte[] key;
    private final boolean encrypted;
    private final String host;
    private final long id;
    private Reactor.@Nullable DialAttempt dial;
    private @Nullable ServerEncryption encryption;
    private @Nullable Connection connection;
    private Reactor.@Nullable Timer deadline;
    private boolean sent;
    private boolean doubtful;

    CancelConnection(ServerSession target, Lane lane, Outcome outcome) {
        super(target.pool(), lane.index(), lane.now());
        this.lane = lane;
        this.outcome = outcome;
        this.key = target.facts().cancelKey();
        this.encrypted = target.facts().encrypted();
        this.host = target.host();
        this.id = lane.commons().nextId();
    }

    void open(SocketAddress address) {
        lane.books().openings().openedForCancel(this);
        dial = lane.reactor().dial(address, lane.commons().tuning().socketOptions, this);
        long limit = lane.commons().tuning().connectTimeoutNanos;
        within(limit > 0 ? limit : LONGEST_DIAL_NANOS, CloseReason.SERVER_CONNECT_FAILED);
    }

    /** Closes it for {@code reason} unless that is done within {@code nanos}, or another limit set. */
    private void within(long nanos, CloseReason reason) {
        Reactor.Timer before = deadline;
        if (before != null) {
            before.cancel();
        }
        deadline = lane.reactor().schedule(nanos, () -> {
            doubtful = sent;
            close(reason);
        });
    }

    @Override
    public void onConnected(Connection opened) {
        if (lane.commons().tuning().logConnections) {
            log("new connection to server" + (opened.isUnix() ? "" : " (from " + Addresses.text(opened.localAddress()) + ")"));
        }
        if (encrypted) {
            // The key in it is as good as the client's: it goes the same way as what the client says.
            encryption = new ServerEncryption(opened, lane, lane.commons().serverContexts().of(pool()), host, true, this);
            encryption.start();
        } else {
            onSettled(opened);
        }
    }

    @Override
    public void onUnsettled(CloseReason reason, @Nullable String detail) {
        close(reason, detail);
    }

    @Override
    public void onSettled(Connection opened) {
        connection = opened;
        if (!outcome.onConnected()) {
            close(CloseReason.CANCEL_TOO_LATE);
            return;
        }
        opened.handler(this);
        opened.wantRead(true);
        try {
            CancelPacket.write(key, opened, lane.buffers());
        } catch (IOException e) {
            close(CloseReason.CANCEL_NOT_SENT);
            return;
        }
        sent = true;
        within(LONGEST_ANSWER_NANOS, CloseReason.CANCEL_UNANSWERED);
    }

    @Override
    public void onDialFailed(IOException reason) {
        close(CloseReason.SERVER_CONNECT_FAILED);
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
            log("cancel connection: " + e.getMessage());
            doubtful = true;
        }
        close(CloseReason.CANCEL_SENT);
    }

    @Override
    public void onWritable() {}

    @Override
    public void close(CloseReason reason) {
        close(reason, null);
    }

    private void close(CloseReason reason, @Nullable String detail) {
        if (state() == ServerState.CLOSED) {
            return;
        }
        lane.closedServers().count(reason);
        if (lane.commons().tuning().logDisconnections) {
            log("closing because: " + reason.text(detail) + " (age=" + (lane.now() - openedNanos) / SECOND + "s)");
        }
        Reactor.DialAttempt attempt = dial;
        if (attempt != null && connection == null && encryption == null) {
            attempt.cancel();
        }
        if (encryption != null) {
            encryption.cancel();
        }
        if (connection != null) {
            connection.close();
            connection = null;
        }
        if (deadline != null) {
            deadline.cancel();
        }
        lane.books().move(this, ServerState.CLOSED);
        outcome.onEnded(reason, doubtful);
        lane.growCompetitors(pool());
    }

    private void log(String message) {
        log(Level.LOG, message);
    }

    @Override
    public void log(Level level, String message) {
        lane.commons().log().write(level, "S-0x" + Long.toHexString(id) + ": " + pool().database().name() + "/" + pool().user().name() + "@ " + message);
    }
}
