package org.pgsluice.cancel;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.pgsluice.log.Level;
import org.pgsluice.net.Connection;
import org.pgsluice.net.Outbox;
import org.pgsluice.net.Reactor;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.ServerEntry;
import org.pgsluice.pool.ServerState;
import org.pgsluice.server.Addresses;
import org.pgsluice.server.Lane;
import org.pgsluice.server.ServerSession;
import org.pgsluice.wire.MessageWriter;
import org.pgsluice.wire.StartupPacket;

/**
 * A connection to PostgreSQL that carries one cancel request: opened where the target is, one packet, and then nothing until the server closes it. In the books it is a
 * server of the target's pool.
 */
final class CancelConnection extends ServerEntry implements Reactor.DialHandler, Connection.Handler {
    private static final long SECOND = 1_000_000_000L;

    /** What came of it. */
    interface Outcome {
        /** The socket is open; whether the request is still to be sent. */
        boolean onConnected();

        /** It is over. */
        void onEnded(CloseReason reason);
    }

    private final Lane lane;
    private final Outcome outcome;
    private final byte[] key;
    private final long id;
    private Reactor.@Nullable DialAttempt dial;
    private @Nullable Connection connection;
    private boolean sent;

    CancelConnection(ServerSession target, Lane lane, Outcome outcome) {
        super(target.pool(), lane.index(), lane.now());
        this.lane = lane;
        this.outcome = outcome;
        this.key = target.cancelKey();
        this.id = lane.commons().nextId();
    }

    void open(SocketAddress address) {
        lane.books().openings().openedForCancel(this);
        dial = lane.reactor().dial(address, lane.commons().tuning().socketOptions, this);
    }

    @Override
    public void onConnected(Connection opened) {
        connection = opened;
        if (lane.commons().tuning().logConnections) {
            log("new connection to server" + (opened.isUnix() ? "" : " (from " + Addresses.text(opened.localAddress()) + ")"));
        }
        if (!outcome.onConnected()) {
            close(CloseReason.CANCEL_TOO_LATE);
            return;
        }
        opened.handler(this);
        opened.wantRead(true);
        MessageWriter packet = new MessageWriter().beginUntagged().int32(StartupPacket.CODE_CANCEL).bytes(key).end();
        try {
            Outbox outbox = new Outbox(opened);
            outbox.write(packet.toBuffer(), lane.buffers());
            if (!outbox.isEmpty()) {
                outbox.close(lane.buffers());
                throw new IOException("a fresh socket did not take " + packet.size() + " bytes");
            }
        } catch (IOException e) {
            close(CloseReason.CANCEL_NOT_SENT);
            return;
        }
        sent = true;
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
        }
        close(CloseReason.CANCEL_SENT);
    }

    @Override
    public void onWritable() {}

    @Override
    public void close(CloseReason reason) {
        if (state() == ServerState.CLOSED) {
            return;
        }
        lane.closedServers().count(reason);
        if (lane.commons().tuning().logDisconnections) {
            log("closing because: " + reason.text(null) + " (age=" + (lane.now() - openedNanos) / SECOND + "s)");
        }
        Reactor.DialAttempt attempt = dial;
        if (attempt != null && connection == null) {
            attempt.cancel();
        }
        if (connection != null) {
            connection.close();
            connection = null;
        }
        lane.books().move(this, ServerState.CLOSED);
        outcome.onEnded(reason);
        lane.growCompetitors(pool());
    }

    /** Whether the request is on its way, so that PostgreSQL may act on it at any moment. */
    boolean wasSent() {
        return sent;
    }

    private void log(String message) {
        lane.commons().log().write(Level.LOG, "S-0x" + Long.toHexString(id) + ": " + pool().database().name() + "/" + pool().user().name() + "@ " + message);
    }
}
