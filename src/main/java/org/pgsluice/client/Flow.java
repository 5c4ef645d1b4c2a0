package org.pgsluice.client;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.pgsluice.pool.ClientState;
import org.pgsluice.server.ServerSession;
import org.pgsluice.wire.FrontendTag;

/**
 * Whether bytes are read from a client and from its server, and whether they go on. One rule for both ways: no side is read while what it feeds stands above a
 * mark, be it bytes that the other end has not taken, or requests whose replies are not here. Beyond that SUSPEND stops both sides, and the SET before the
 * first message stops the client. On the client's reactor.
 */
final class Flow {
    /**
     * So many requests without a reply, and no more is read. Far more than what the replies in PostgreSQL's buffer of 8 KiB can answer at five bytes each, so
     * that some of them come in any case; see {@link #dueAboveMark}.
     */
    static final int MOST_DUE = 4096;

    private static final byte[] FLUSH = {FrontendTag.FLUSH, 0, 0, 0, 4};

    private final ClientSession client;
    private final RequestStream requests;
    private final Bridge bridge;
    private final Stocktaking stock;
    private final Listening listening;
    private @Nullable ServerSession server;
    private boolean suspended;
    private boolean stopped;
    private boolean broken;

    Flow(ClientSession client, RequestStream requests, Bridge bridge, Stocktaking stock, Listening listening) {
        this.client = client;
        this.requests = requests;
        this.bridge = bridge;
        this.stock = stock;
        this.listening = listening;
    }

    // ---------------------------------------------------------------- what it depends on

    /** The client has {@code next} from now on, or none. */
    void server(@Nullable ServerSession next) {
        server = next;
    }

    @Nullable ServerSession server() {
        return server;
    }

    /** Whether statements of ours go before the client's requests. */
    boolean bridging() {
        return bridge.underWay() || stock.underWay() || listening.underWay();
    }

    void suspended(boolean on) {
        suspended = on;
    }

    /** A write to the client failed: nothing goes on to it any more. */
    void broken() {
        broken = true;
    }

    // ---------------------------------------------------------------- from the client

    /** Whether more may be read from the client, be it only to be kept. */
    boolean mayRead() {
        ServerSession linked = server;
        return !suspended && client.flushed() && (linked == null || (linked.flushed() && (!dueAboveMark() || requests.midMessage())));
    }

    /** Whether what was read from the client may go on. */
    boolean mayPass() {
        return !bridging() && !requests.holding() && client.state() == ClientState.ACTIVE && mayRead();
    }

    /**
     * Whether so many replies are due that no more requests are read, but for the rest of one that has begun. A server that skips to a Sync, or reads COPY
     * data, is fed all the same: only what the client sends ends that.
     */
    boolean dueAboveMark() {
        ServerSession linked = server;
        return linked != null && linked.ledger().size() > MOST_DUE && !linked.ledger().skipping() && !linked.ledger().copyIn();
    }

    /** So many replies are due that no more requests are read: has the server send those that it keeps for a Sync, which may not have come yet. */
    void pressForReplies() {
        ServerSession linked = server;
        if (linked != null && dueAboveMark() && !requests.midMessage()) {
            linked.send(ByteBuffer.wrap(FLUSH));
        }
    }

    /** Reads nothing more from the client until {@link #resume}. */
    void stop() {
        stopped = true;
        client.wire().wantRead(false);
    }

    /** Reads on, if it was stopped and may. */
    void resume() {
        if (stopped && !bridging() && mayRead() && !client.isClosed()) {
            stopped = false;
            client.wire().wantRead(true);
        }
    }

    /** Whether {@link #stop} holds. */
    boolean stopped() {
        return stopped;
    }

    // ---------------------------------------------------------------- to the client

    /** Whether replies may be read from the server. SUSPEND stops it by itself, and only when no statement of ours runs there: that must end first. */
    boolean mayReadReplies() {
        return client.flushed();
    }

    /** Whether replies may be read again that were not because the client was full. */
    boolean mayResumeReplies() {
        return !suspended && mayReadReplies();
    }

    /** Whether replies may go on to the client. */
    boolean mayPassReplies() {
        return !broken;
    }
}
