package org.pgsluice.server;

import org.pgsluice.wire.FrontendTag;
import org.pgsluice.wire.MessageWriter;

/** The query of ours that a server runs at the moment, one at most; its replies are swallowed. On the server's reactor. */
final class OwnQuery {
    /** What it is for. */
    enum Purpose {
        NONE,
        /** Gives the server the next client's parameters. */
        BRIDGE,
        /** server_check_query. */
        CHECK,
        /** server_reset_query. */
        RESET
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

    /** For how long the check query has been under way: nanoseconds, 0 when none is. */
    long checkedFor(long now) {
        return purpose == Purpose.CHECK ? now - askedNanos : 0;
    }
}
