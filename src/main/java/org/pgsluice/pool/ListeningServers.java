package org.pgsluice.pool;

import org.pgsluice.config.Config;

/**
 * The servers that listen for all clients of their pools. They stand beside pool_size, as those that stay with clients do, and count in the limits of database
 * and user. Part of the books and under their lock.
 */
public final class ListeningServers {
    private final Books books;

    ListeningServers(Books books) {
        this.books = books;
    }

    /**
     * The server of a client, which has nothing under way on it, goes to {@code ear}, which has none.
     *
     * @return false, and nothing has changed, when it is to be closed soon or a cancel request may still hit it
     */
    public boolean give(ServerEntry server, ClientEntry ear, long now) {
        synchronized (books) {
            ClientEntry before = server.client;
            if (server.closeNeeded() || server.cancelsUnderWay > 0 || before == null) {
                return false;
            }
            begins(ear, server.pool, now);
            before.server = null;
            books.assign(ear, server, ear.reactorIndex);
            books.pinned().stays(server);
            return true;
        }
    }

    /** {@code ear} is about to ask for a server of {@code pool} as any other client. */
    public void begins(ClientEntry ear, Pool pool, long now) {
        synchronized (books) {
            books.active(ear, pool, now);
            pool.ear = ear;
        }
    }

    /** {@code ear} has no server any more and wants none. */
    public void over(ClientEntry ear) {
        synchronized (books) {
            Pool pool = ear.pool;
            if (pool != null && pool.ear == ear) {
                pool.ear = null;
            }
            books.closing(ear);
            books.closed(ear);
        }
    }

    /** Whether the limits of database and user leave a server for work while another one listens. */
    public boolean mayListen(Pool pool) {
        synchronized (books) {
            Config config = books.config();
            return pool.database().servers.allows(2, config) && pool.user().servers.allows(2, config);
        }
    }
}
