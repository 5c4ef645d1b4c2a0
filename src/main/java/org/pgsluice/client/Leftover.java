package org.pgsluice.client;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.pgsluice.net.Gather;
import org.pgsluice.net.MemoryConnection;
import org.pgsluice.net.Outbox;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.server.Lane;
import org.pgsluice.server.LoneTenant;
import org.pgsluice.server.Retention;
import org.pgsluice.server.ServerSession;
import org.pgsluice.sql.Suspicions;

/**
 * What a client left behind that closed while its query runs: the query is cancelled, its replies go nowhere, and the server is released when they have all
 * come. Until then it counts as one of the pool's, since PostgreSQL works on it. On the server's reactor.
 */
final class Leftover implements LoneTenant {
    /** For so long PostgreSQL may take to end a cancelled query where server_connect_timeout does not say. */
    private static final long LONGEST_NANOS = 15_000_000_000L;

    private final ServerSession server;
    private final Outbox nowhere;
    private final @Nullable Suspicions suspicions;

    private Leftover(ServerSession server, Lane lane, @Nullable Suspicions suspicions) {
        this.server = server;
        this.suspicions = suspicions;
        this.nowhere = new Outbox(MemoryConnection.discarding(lane.reactor()));
        long limit = lane.commons().tuning().connectTimeoutNanos;
        lane.reactor().schedule(limit > 0 ? limit : LONGEST_NANOS, this::giveUp);
    }

    /**
     * A client leaves {@code server}: it is released, or as soon as it has nothing more to do for the client, or else closed.
     *
     * @param midMessage whether it has got the beginning of a request and not its end
     * @param suspicions what the client may have done to its session; null for nothing
     */
    static void of(ServerSession server, Lane lane, ClientServices services, boolean midMessage, @Nullable Suspicions suspicions) {
        if (server.inquiry().goesOnAlone()) {
            return;
        }
        if (server.dedicated() == null && !midMessage && isOnlyToBeWaitedFor(server)) {
            services.abandon(server, lane);
            server.journal().serves(null);
            server.resume(new Leftover(server, lane, suspicions));
        } else if (server.underWay() == Retention.NOTHING) {
            server.release();
        } else {
            server.dropTenant();
            lane.books().unassign(server);
            server.close(server.dedicated() == null ? CloseReason.SERVER_LEFT_BY_CLIENT : CloseReason.REPLICATION_OVER, null, !midMessage);
        }
    }

    /** It has all of the request, and needs nothing more to answer it. */
    private static boolean isOnlyToBeWaitedFor(ServerSession server) {
        return server.ledger().endsByItself() && !server.facts().askedByUs() && !server.ledger().copyIn() && server.flushed();
    }

    private void giveUp() {
        if (server.tenant() == this) {
            server.close(CloseReason.SERVER_LEFT_BY_CLIENT);
        }
    }

    @Override
    public void onRepliesPassed() {
        if (server.ledger().size() > 0 && !server.ledger().copyIn()) {
            return;
        }
        if (server.underWay() == Retention.NOTHING) {
            server.release();
        } else {
            // A transaction is open, or it waits for COPY data that never come.
            server.close(CloseReason.SERVER_LEFT_BY_CLIENT);
        }
    }

    @Override
    public Outbox outbox() {
        return nowhere;
    }

    @Override
    public void invent(byte request, Gather into) throws IOException {}

    @Override
    public @Nullable Suspicions suspicions() {
        return suspicions;
    }

    @Override
    public void onServerLost(CloseReason reason, @Nullable String detail) {}

    @Override
    public void onClientBroken() {}
}
