package org.pgsluice.client;

import org.pgsluice.config.Config;
import org.pgsluice.config.PoolMode;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.Pool;
import org.pgsluice.server.Lane;
import org.pgsluice.server.Retention;
import org.pgsluice.server.ServerSession;
import org.pgsluice.sql.Suspicions;

/**
 * Has a server say what the client's transaction has left in its session, before the two part. The client has its answer by then; what it sends meanwhile is
 * kept. On the client's reactor.
 */
final class Stocktaking {
    private final ClientSession client;
    private final Lane lane;
    private final Pool pool;
    private final Suspicions found;
    private boolean underWay;

    /** {@code found}: where the client's requests are noted. */
    Stocktaking(ClientSession client, Lane lane, Pool pool, Suspicions found) {
        this.client = client;
        this.lane = lane;
        this.pool = pool;
        this.found = found;
    }

    /** Whether the client's requests have to wait for the answer. */
    boolean underWay() {
        return underWay;
    }

    /** Whether what the client's requests may do to a session is anybody's concern. */
    boolean isOn() {
        Config config = lane.books().config();
        return pool.mode(config) != PoolMode.SESSION && pool.stateMode(config).carries();
    }

    /** Asks, if it is time to and there is a reason. */
    boolean begins(ServerSession server) {
        if (found.effects() == 0 || client.isClosed() || server.retention() != Retention.SUSPECTED) {
            return false;
        }
        underWay = true;
        server.inquiry().ask(found, client.vars());
        found.clear();
        return true;
    }

    /** The server has answered; whether it may be used. */
    boolean ends(ServerSession server) {
        underWay = false;
        if (server.inquiry().conclude(client.vars())) {
            return true;
        }
        server.close(CloseReason.SERVER_STATE_UNKNOWN);
        return false;
    }

    /** The server is lost. */
    void onServerLost() {
        underWay = false;
    }

    /** The client and its server part: there was nothing to ask about. */
    void onParted() {
        if (found.effects() != 0) {
            found.clear();
        }
    }
}
