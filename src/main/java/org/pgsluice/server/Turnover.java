package org.pgsluice.server;

import org.pgsluice.config.PoolMode;
import org.pgsluice.log.Level;
import org.pgsluice.pool.Books;
import org.pgsluice.pool.ClientEntry;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.ServerState;

/** A server's way from one client to the next: reset, check, rest. On the server's reactor. */
final class Turnover {
    private final ServerSession server;

    Turnover(ServerSession server) {
        this.server = server;
    }

    /** The link is parted: to the reset query if there is one, else to rest. */
    void afterClient() {
        if (server.ledger().doubtful()) {
            books().unassign(server);
            server.close(CloseReason.SERVER_COPY_IN_DOUBT);
            return;
        }
        if (server.dedicated() != null) {
            books().unassign(server);
            server.close(CloseReason.REPLICATION_OVER);
            return;
        }
        PoolMode mode = server.mode(books().config());
        String reset = tuning().reset(mode == PoolMode.SESSION);
        if (reset != null && server.state() == ServerState.BEING_CANCELED) {
            // Its client left in the middle of a query: a cancel that is still under way might hit the reset.
            server.close(CloseReason.SERVER_LEFT_BY_CLIENT);
            return;
        }
        if (reset != null && server.state() == ServerState.ACTIVE && !server.closeNeeded()) {
            toItself();
            server.vars().settingsForgotten();
            server.vars().carrying().doubt();
            server.own().ask(reset, OwnQuery.Purpose.RESET);
            return;
        }
        settle();
    }

    /** It is nobody's while queries of ours run that no client is to wait for. */
    void toItself() {
        books().unassign(server);
        books().move(server, ServerState.TESTED);
    }

    /** To rest, when nothing of its last client is left in its session. */
    void settle() {
        boolean listens = server.isListening() && server.pool().stateMode(books().config()).carries();
        if ((!listens && !server.inquiry().isOpen()) || server.closeNeeded()) {
            rest();
        } else if (server.state() == ServerState.BEING_CANCELED) {
            server.close(CloseReason.SERVER_LEFT_BY_CLIENT);
        } else {
            if (server.state() == ServerState.ACTIVE) {
                toItself();
            }
            if (listens) {
                server.listens(false);
                server.own().ask("UNLISTEN *", OwnQuery.Purpose.RESET);
            } else {
                server.inquiry().settle();
            }
        }
    }

    /** To whoever waits, or among the idle ones; when a message has come in part, as soon as the rest of it has. */
    void rest() {
        if (server.stage() instanceof ServerStage.Serving serving && serving.reader().midMessage()) {
            serving.reader().restWhenRead();
            return;
        }
        long now = server.lane().now();
        if (server.state() != ServerState.LOGIN) {
            server.used(now);
        }
        server.fingerprint(server.vars().fingerprint());
        boolean unchecked = server.state() == ServerState.ACTIVE && tuning().checks && tuning().checkDelayNanos == 0;
        switch (books().release(server, now, unchecked)) {
            case GRANTED -> {
                ClientEntry next = server.client();
                if (next != null) {
                    next.granted(server);
                }
            }
            case IDLE -> {
                if (unchecked) {
                    server.lane().grow(server.pool());
                }
            }
            case BEING_CANCELED -> {}
            case LIFETIME_OVER -> server.close(CloseReason.SERVER_LIFETIME_OVER);
            case CLOSE_NEEDED -> server.close(CloseReason.SERVER_CLOSE_NEEDED);
            case CLIENT_GONE -> server.close(CloseReason.REPLICATION_OVER);
        }
    }

    /** Runs the check query; the books have it as TESTED. */
    void check() {
        if (server.state() != ServerState.TESTED || server.own().underWay()) {
            return;
        }
        Tuning tuning = tuning();
        if (!tuning.checks || (tuning.checkDelayNanos > 0 && server.lane().now() - server.usedNanos() < tuning.checkDelayNanos)) {
            rest();
            return;
        }
        server.log(Level.DEBUG, "P: checking: " + tuning.checkQuery);
        server.own().ask(tuning.checkQuery, OwnQuery.Purpose.CHECK);
    }

    private Books books() {
        return server.books();
    }

    private Tuning tuning() {
        return server.lane().commons().tuning();
    }
}
