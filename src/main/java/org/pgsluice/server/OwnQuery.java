package org.pgsluice.server;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.pool.CloseReason;
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
        RESET(CloseReason.SERVER_RESET_TIMEOUT);

        private final CloseReason timeout;

        Purpose(CloseReason timeout) {
            this.timeout = timeout;
        }
    }

    private final ServerSession server;
    private volatile Purpose purpose = Purpose.NONE; // read by cancel requests of other reactors
    private @Nullable PgError refusal;
    private long askedNanos;

    OwnQuery(ServerSession server) {
        this.server = server;
    }

    Purpose purpose() {
        return purpose;
    }

    boolean underWay() {
        return purpose != Purpose.NONE;
    }

    void ask(String sql, Purpose reason) {
        ask(List.of(sql), reason);
    }

    /** Sends them in one write; the server runs each for itself. */
    void ask(List<String> queries, Purpose reason) {
        assert !underWay() : "a query of ours runs already";
        purpose = reason;
        refusal = null;
        askedNanos = server.lane().now();
        MessageWriter out = new MessageWriter();
        for (String sql : queries) {
            server.ledger().expectSwallowed(FrontendTag.QUERY);
            out.begin(FrontendTag.QUERY).cstring(sql).end();
        }
        server.send(out.toBuffer());
    }

    /**
     * The server answered one of them with an error.
     *
     * @return whether that is only the client's misfortune: the values that it wants were refused, and the server is as it was
     */
    boolean failed(PgError error) {
        if (purpose != Purpose.BRIDGE || !error.severity().equals("ERROR") || !isOfValue(error.sqlState())) {
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

    /** It is over; what it was for. */
    Purpose done() {
        Purpose was = purpose;
        purpose = Purpose.NONE;
        return was;
    }

    /** Why the server is to be closed if the query has been under way for longer than {@code longestNanos}; null when it has not. */
    @Nullable CloseReason overdue(long now, long longestNanos) {
        return underWay() && now - askedNanos > longestNanos ? purpose.timeout : null;
    }
}
