package org.pgsluice.server;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.vars.PreparedPlan;
import org.pgsluice.wire.FrontendTag;
import org.pgsluice.wire.MessageWriter;
import org.pgsluice.wire.PgError;

/**
 * The queries of ours that a server runs at the moment, for one purpose at a time; their replies are swallowed. They are through when the ledger is settled. On
 * the server's reactor.
 */
final class OwnQuery {
    /** What it is for. */
    enum Purpose {
        NONE(CloseReason.INTERNAL_ERROR),
        /** Gives the server what its client expects. */
        BRIDGE(CloseReason.SERVER_BRIDGE_TIMEOUT),
        /** server_check_query. */
        CHECK(CloseReason.SERVER_CHECK_TIMEOUT),
        /** server_reset_query. */
        RESET(CloseReason.SERVER_RESET_TIMEOUT),
        /** Asks for the state of its session. */
        ASK(CloseReason.SERVER_STATE_TIMEOUT),
        /** The same after it was cut short. */
        ASK_AGAIN(CloseReason.SERVER_STATE_TIMEOUT),
        /** Takes away what a client has left in its session. */
        CLEAN(CloseReason.SERVER_STATE_TIMEOUT);

        private final CloseReason timeout;

        Purpose(CloseReason timeout) {
            this.timeout = timeout;
        }
    }

    private final ServerSession server;
    private volatile Purpose purpose = Purpose.NONE; // read by cancel requests of other reactors
    private @Nullable PgError refusal;
    private long askedNanos;
    private @Nullable Consumer<ByteBuffer> rows;
    /** How many of the queries are through. */
    private int through;
    /** What the last queries of a bridge are about, which may fail without harm to anybody; null for none. */
    private @Nullable PreparedPlan prepared;

    private int firstPrepared;
    /** What it has of a client before may be why it fails. */
    private boolean ofAnother;

    OwnQuery(ServerSession server) {
        this.server = server;
    }

    Purpose purpose() {
        return purpose;
    }

    boolean underWay() {
        return purpose != Purpose.NONE;
    }

    /** Sends the statements of a bridge, and behind them a plan for what is prepared by SQL. */
    void bridge(List<String> queries, @Nullable PreparedPlan statements) {
        List<String> all = new ArrayList<>(queries);
        if (statements != null) {
            all.addAll(statements.queries());
        }
        ask(all, Purpose.BRIDGE, null);
        prepared = statements;
        firstPrepared = queries.size();
    }

    void ask(String sql, Purpose reason) {
        ask(List.of(sql), reason, null);
    }

    /** Sends them in one write; the server runs each for itself. {@code taker} gets the body of each row that answers them. */
    void ask(List<String> queries, Purpose reason, @Nullable Consumer<ByteBuffer> taker) {
        assert !underWay() : "a query of ours runs already";
        rows = taker;
        purpose = reason;
        prepared = null;
        through = 0;
        ofAnother = reason == Purpose.BRIDGE && server.vars().hasCarried();
        refusal = null;
        askedNanos = server.lane().now();
        MessageWriter out = new MessageWriter();
        for (String sql : queries) {
            server.ledger().expectSwallowed(FrontendTag.QUERY);
            out.begin(FrontendTag.QUERY).cstring(sql).end();
        }
        server.send(out.toBuffer());
    }

    /** Whether somebody wants to see the rows. */
    boolean takesRows() {
        return rows != null;
    }

    /** A row, without tag and length. False when it is none that was asked for. */
    boolean row(ByteBuffer body) {
        Consumer<ByteBuffer> taker = rows;
        try {
            if (taker != null) {
                taker.accept(body);
            }
            return true;
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            return false;
        }
    }

    /**
     * The server answered one of them with an error.
     *
     * @return whether that is no reason to close the server at once: the values that its client wants were refused, or what it had before may be the cause and
     *     the client is told, or a question was refused or cut short
     */
    boolean failed(PgError error) {
        PreparedPlan statements = prepared;
        if (statements != null && preparing()) {
            return error.severity().equals("ERROR") && statements.failed(through - firstPrepared, error.sqlState());
        }
        boolean expected = switch (purpose) {
            case BRIDGE -> ofAnother || isOfValue(error.sqlState());
            case ASK, ASK_AGAIN -> true;
            default -> false;
        };
        if (!expected || !error.severity().equals("ERROR")) {
            return false;
        }
        if (refusal == null) {
            refusal = error;
        }
        return true;
    }

    /** Whether an error is about what was asked for: invalid, unknown, not supported, not allowed, not now. Any other, such as a timeout, is the server's. */
    private static boolean isOfValue(String sqlState) {
        return sqlState.startsWith("0A") || sqlState.startsWith("22") || sqlState.startsWith("42") || sqlState.startsWith("55");
    }

    /** What the server refused, once it is over; null for nothing. */
    @Nullable PgError refusal() {
        return refusal;
    }

    /** Whether the query under way is about what is prepared by SQL. */
    boolean preparing() {
        return prepared != null && through >= firstPrepared;
    }

    /** One of them is through. */
    void onReady() {
        through++;
    }

    /** It is over; what it was for. */
    Purpose done() {
        Purpose was = purpose;
        rows = null;
        purpose = Purpose.NONE;
        return was;
    }

    /** Why the server is to be closed if the query has been under way for longer than {@code longestNanos}; null when it has not. */
    @Nullable CloseReason overdue(long now, long longestNanos) {
        return underWay() && now - askedNanos > longestNanos ? purpose.timeout : null;
    }
}
