package org.pgsluice.server;

import org.pgsluice.config.PoolMode;
import org.pgsluice.state.Pins;

/**
 * Why a server stays with the client that it has. Everybody who would give a server away asks here, so that a reason more is a line more. What only this
 * process must wait for (a cancel request under way, a configuration that changed) is not among them: the books see to that when the server is free.
 */
public enum Retention {
    /** It may go to another client. */
    NOTHING,
    /** A query of ours runs, such as the SET before a client's first message. */
    OWN_QUERY,
    /** Requests wait for their replies, or the server skips to a Sync. */
    REPLY_DUE,
    /** A transaction is open; the implicit one of the extended protocol too, until its Sync. */
    IN_TRANSACTION,
    /** It reads COPY data. */
    COPY,
    /** It has got the beginning of a request and not its end. */
    MID_REQUEST,
    /** It has not taken all that it was sent. */
    UNSENT,
    /** The beginning of a message is here and not its end. */
    MID_REPLY,
    /** Its client's statements may have left something in its session, and it is to be asked first. */
    SUSPECTED,
    /** Something is in its session that cannot be given to another server. */
    PINNED,
    /** pool_mode=session, or a replication connection: as long as the client is there. */
    SESSION_MODE;

    /** What holds {@code server} while its client goes on. On its reactor. */
    static Retention of(ServerSession server) {
        Retention underWay = underWay(server);
        if (underWay != NOTHING) {
            return underWay;
        }
        if (server.mode(server.books().config()) == PoolMode.SESSION) {
            return SESSION_MODE;
        }
        Tenant tenant = server.tenant();
        return tenant != null && server.inquiry().isDue(tenant.suspicions()) ? SUSPECTED : server.inquiry().pins() != Pins.NONE ? PINNED : NOTHING;
    }

    /** What is under way on {@code server}, whether its client goes on or has left: then nothing else holds it. On its reactor. */
    static Retention underWay(ServerSession server) {
        ReplyLedger ledger = server.ledger();
        if (!ledger.settled()) {
            return server.own().underWay() ? OWN_QUERY : REPLY_DUE;
        }
        if (server.own().underWay()) {
            return OWN_QUERY;
        }
        if (server.status() != 'I' || ledger.unsynced()) {
            return IN_TRANSACTION;
        }
        if (ledger.copyIn()) {
            return COPY;
        }
        Tenant tenant = server.tenant();
        if (tenant != null && tenant.midRequest()) {
            return MID_REQUEST;
        }
        if (!server.flushed()) {
            return UNSENT;
        }
        return server.midMessage() ? MID_REPLY : NOTHING;
    }
}
