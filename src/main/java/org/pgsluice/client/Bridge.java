package org.pgsluice.client;

import org.jspecify.annotations.Nullable;
import org.pgsluice.log.Level;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.server.Lane;
import org.pgsluice.server.ServerSession;
import org.pgsluice.vars.TrackedVars;
import org.pgsluice.wire.PgError;

/**
 * Gives a server what its client expects of it, before the client's next request: a plan of statements of ours, in one write, whose replies are swallowed. What the client
 * sends meanwhile is kept. On the client's reactor.
 *
 * <pre>
 * plan    statements in order, each a query of its own; an empty plan begins no bridge
 * done    all were executed: the client goes on, or another plan follows
 * refused PostgreSQL refused one for what the client wants: the client gets PostgreSQL's error and is closed, the server goes on without it
 * failed  the server is lost: the client learns that as at any other time
 * </pre>
 */
final class Bridge {
    private final ClientSession client;
    private final Lane lane;
    private boolean underWay;

    Bridge(ClientSession client, Lane lane) {
        this.client = client;
        this.lane = lane;
    }

    /** Whether the client's requests have to wait for statements of ours. */
    boolean underWay() {
        return underWay;
    }

    /** The client has got {@code server}. */
    void onLinked(ServerSession server) {
        if (client.vars().differsFrom(server.vars())) {
            begin(server);
        }
    }

    /**
     * The plan is through.
     *
     * @param server null when the client has lost it
     * @param refusal PostgreSQL's error, if it refused a statement
     * @return whether the client may go on
     */
    boolean onDone(@Nullable ServerSession server, @Nullable PgError refusal) {
        underWay = false;
        if (server == null) {
            return false;
        }
        if (refusal != null) {
            client.fail(CloseReason.CLIENT_PARAMETER_REFUSED, refusal.asFatal());
            return false;
        }
        if (!client.vars().adoptSpelling(server.vars(), spellings())) {
            // The server's configuration changed under the statements; the client was not told, and keeps what it has.
            begin(server);
            return false;
        }
        return true;
    }

    /** The server is lost. */
    void onServerLost() {
        underWay = false;
    }

    private void begin(ServerSession server) {
        underWay = true;
        server.bridge(client.vars().bridgeFrom(server.vars()));
    }

    private TrackedVars.@Nullable Heard spellings() {
        return lane.commons().log().isOn(Level.DEBUG)
                ? (name, from, to) -> client.log(Level.DEBUG, "varcache_set_canonical: setting " + name + " to its canonical version " + from + " -> " + to)
                : null;
    }
}
