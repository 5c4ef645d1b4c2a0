package org.pgsluice.client;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.net.MemoryConnection;
import org.pgsluice.net.Outbox;
import org.pgsluice.pool.ClientEntry;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.Pool;
import org.pgsluice.pool.ServerEntry;
import org.pgsluice.server.Lane;
import org.pgsluice.server.LoneTenant;
import org.pgsluice.server.Retention;
import org.pgsluice.server.ServerSession;
import org.pgsluice.vars.OwnValues;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.Frames;
import org.pgsluice.wire.PgError;

/**
 * Something that the pooler itself asks a server: a client without a connection. It waits for a server of its pool like any other client, counts in every
 * limit, sends one batch, reads the replies and gives the server back. Whoever sent it is its {@link Sender}. On one reactor; the sender sets the time limit,
 * by {@link #cancel}.
 */
final class Errand extends ClientEntry implements LoneTenant {
    /** For whom an errand is run. After one of the last two methods nothing more is called; they come unless the errand is cancelled. */
    interface Sender {
        /** A whole message of the answer, ReadyForQuery excepted. {@code body} is without tag and length. May {@link Errand#lose} the server. */
        void onReply(byte tag, ByteBuffer body);

        /** The answer is complete and the server given back. */
        void onDone();

        /** It came to nothing; {@code error} says why in words for a client, null when {@link Errand#lose} was called. */
        void onFailed(@Nullable PgError error);
    }

    private final Lane lane;
    private final Pool pool;
    private final Sender sender;
    private final byte[] batch;
    private final byte[] requests;
    private final MemoryConnection replies;
    private final Outbox outbox;
    private @Nullable ServerSession server;
    private boolean over;
    private boolean answered;

    /**
     * @param batch the messages for the server, which end with a Sync or a Query
     * @param requests the tags of those messages, in order
     */
    Errand(Lane lane, Pool pool, byte[] batch, byte[] requests, Sender sender) {
        super(lane.index(), true);
        this.lane = lane;
        this.pool = pool;
        this.batch = batch;
        this.requests = requests;
        this.sender = sender;
        this.replies = new MemoryConnection(lane.reactor());
        this.outbox = new Outbox(replies);
    }

    /** Sets out. */
    void start() {
        lane.books().active(this, pool, lane.now());
        ServerEntry got = lane.books().acquire(this, lane.now());
        if (got instanceof ServerSession granted) {
            take(granted);
        } else {
            lane.grow(pool);
        }
    }

    private void take(ServerSession granted) {
        granted.moveTo(lane);
        server = granted;
        granted.serve(this);
        pool.counters(lane.index()).serverAssignments++;
        // What another client has SET, such as a search_path, must not decide what the query means.
        List<String> plan = OwnValues.plan(granted.vars());
        if (plan.isEmpty()) {
            send(granted);
        } else {
            granted.bridge(plan);
        }
    }

    private void send(ServerSession granted) {
        for (byte request : requests) {
            granted.ledger().expect(request);
        }
        granted.send(ByteBuffer.wrap(batch));
    }

    // ---------------------------------------------------------------- answers

    @Override
    public void onRepliesPassed() {
        ByteBuffer in = replies.written();
        while (!over && in.remaining() >= Frames.HEADER && in.remaining() >= 1 + Frames.length(in, in.position())) {
            byte tag = in.get(in.position());
            int length = Frames.length(in, in.position());
            ByteBuffer body = in.slice(in.position() + 5, length - 4);
            in.position(in.position() + 1 + length);
            if (tag == BackendTag.READY_FOR_QUERY) {
                onReadyForQuery();
            } else {
                sender.onReply(tag, body);
            }
        }
        replies.keep(in);
        finishIfDone();
    }

    private void onReadyForQuery() {
        ServerSession linked = server;
        if (linked != null && linked.status() == 'I') {
            answered = true;
        } else {
            lose(CloseReason.AUTH_QUERY_IN_TRANSACTION);
        }
    }

    /** Gives the server back; a notice behind the answer may have come in part, and is waited for. */
    private void finishIfDone() {
        ServerSession linked = server;
        if (answered && linked != null && linked.underWay() == Retention.NOTHING) {
            server = null;
            try {
                linked.release();
            } finally {
                // The answer is whole, whatever becomes of the server.
                finish();
                sender.onDone();
            }
        }
    }

    /** Something is wrong with the answer: the server is not to be used again. */
    void lose(CloseReason reason) {
        lose(reason, null);
    }

    void lose(CloseReason reason, @Nullable String detail) {
        ServerSession linked = server;
        if (linked != null) {
            linked.close(reason, detail);
        }
    }

    @Override
    public void onServerLost(CloseReason reason, @Nullable String detail) {
        server = null;
        fail(null);
    }

    private void fail(@Nullable PgError error) {
        if (!over) {
            finish();
            sender.onFailed(error);
        }
    }

    private void finish() {
        over = true;
        lane.books().closing(this);
        lane.books().closed(this);
    }

    /** Nobody wants to know any more. A server that has begun to answer is closed. */
    void cancel() {
        if (over) {
            return;
        }
        over = true;
        ServerEntry held = lane.books().closing(this);
        ServerSession linked = server;
        server = null;
        if (linked != null) {
            linked.dropTenant();
            lane.books().unassign(linked);
            linked.close(CloseReason.SERVER_LEFT_BY_CLIENT);
        } else if (held instanceof ServerSession untaken) {
            untaken.moveTo(lane);
            untaken.release();
        }
        lane.books().closed(this);
    }

    // ---------------------------------------------------------------- from the books

    @Override
    public void granted(ServerEntry granted) {
        lane.reactor().execute(() -> {
            if (!over && server == null && lane.books().serverOf(this) instanceof ServerSession session) {
                take(session);
            }
        });
    }

    @Override
    public void welcomed() {}

    @Override
    public void refused(String sqlState, String message) {
        lane.reactor().execute(() -> {
            if (server == null) {
                fail(PgError.fatal(sqlState, message));
            }
        });
    }

    // ---------------------------------------------------------------- a tenant without a client

    @Override
    public Outbox outbox() {
        return outbox;
    }

    @Override
    public void onBridged(@Nullable PgError refusal) {
        ServerSession linked = server;
        if (linked == null) {
            return;
        }
        if (refusal != null) {
            lose(CloseReason.SERVER_INVALID_PARAMETER);
            return;
        }
        OwnValues.restored(linked.vars());
        send(linked);
    }

    @Override
    public void onClientBroken() {
        lane.commons().log().error("the answer to a query of the pooler is too long");
        lose(CloseReason.AUTH_QUERY_UNEXPECTED);
    }
}
