package org.pgsluice.server;

import org.jspecify.annotations.Nullable;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.wire.FrontendTag;
import org.pgsluice.wire.MessageWriter;

/** The query of ours that a server runs at the moment, one at most; its replies are swallowed. On the server's reactor. */
final class OwnQuery {
    /** What it is for. */
    enum Purpose {
        NONE(CloseReason.INTERNAL_ERROR),
        /** Gives the server the next client's parameters. */
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
        assert !underWay() : "a query of ours runs already";
        purpose = reason;
        askedNanos = server.lane().now();
        server.ledger().expectSwallowed(FrontendTag.QUERY);
        server.send(new MessageWriter(sql.length() + 16).begin(FrontendTag.QUERY).cstring(sql).end().toBuffer());
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
