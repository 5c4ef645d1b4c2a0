package org.pgsluice.pool;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.Config;

/**
 * Servers that are opened for one client alone, since that one replicates. They count in every limit as any other, go with their client from its login to its
 * end, and never to another. Part of the books and under their lock.
 */
public final class OwnServers {
    private final Books books;

    OwnServers(Books books) {
        this.books = books;
    }

    /** The client is logged in: a server is to be opened for it. */
    public void await(ClientEntry client, Pool pool, long now) {
        synchronized (books) {
            client.pool = pool;
            client.waitSinceNanos = now;
            client.serverOnItsWay = false;
            books.move(client, ClientState.WAITING_REPLICATION);
        }
    }

    /** What the pool needs now so that those who wait get theirs, as {@link Openings#grow}. Where the pool is full, an idle server gives way. */
    public @Nullable Growth grow(Pool pool, long now) {
        synchronized (books) {
            ClientEntry client = pool.waitingReplication.first();
            while (client != null && client.serverOnItsWay) {
                client = client.next;
            }
            if (client == null || books.heldBack(pool) || books.pauseMode() != PauseMode.NONE || !Openings.mayTry(pool, now)) {
                return null;
            }
            Config config = books.config();
            Growth growth = books.openings().open(pool, now, true, client);
            if (growth instanceof Growth.Open open) {
                client.serverOnItsWay = true;
                return new Growth.Open(open.place(), open.fromReserve(), client);
            }
            boolean full = pool.size(config) > 0 && pool.sharedCount() >= pool.size(config);
            return growth == null && full ? books.openings().evict(Eviction.longestIdle(List.of(pool))) : growth;
        }
    }

    /** The server has refused its client's login for good: none is opened for that one any more. */
    public void refused(ServerEntry server) {
        synchronized (books) {
            server.refused = true;
        }
    }

    /** A server is ready: to its client after the login, to nobody after that. */
    Released release(ServerEntry server, ClientEntry client) {
        boolean loggedIn = server.state == ServerState.LOGIN;
        if (loggedIn && server.closeNeeded()) {
            return Released.CLOSE_NEEDED;
        }
        if (!loggedIn || client.state != ClientState.WAITING_REPLICATION) {
            return Released.CLIENT_GONE;
        }
        books.assign(client, server, client.reactorIndex);
        return Released.GRANTED;
    }

    /** A server has ended at its login: another is opened for its client, unless that was told. */
    static void loginOver(ServerEntry server) {
        if (server.dedicated != null && !server.refused) {
            server.dedicated.serverOnItsWay = false;
        }
    }
}
