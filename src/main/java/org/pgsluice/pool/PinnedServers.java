package org.pgsluice.pool;

import org.jspecify.annotations.Nullable;

/**
 * The servers that stay with their clients for what the sessions have, against max_pinned_servers. Part of the books and under their lock, so that the limit is
 * exact at every instant.
 */
public final class PinnedServers {
    private final Books books;

    PinnedServers(Books books) {
        this.books = books;
    }

    /** Counts a server that will stay, or may have to. False, and nothing has changed, when its pool may have no more. */
    public boolean pin(ServerEntry server) {
        synchronized (books) {
            int most = server.pool.terms(books.config()).maxPinned;
            if (!server.pinned && most >= 0 && server.pool.pinned >= most) {
                return false;
            }
            count(server);
            return true;
        }
    }

    /** It may have stayed with its client in another process. It is counted whatever the limit is by now, and before anybody else can take its place. */
    public void stayed(ServerEntry server) {
        synchronized (books) {
            count(server);
        }
    }

    private static void count(ServerEntry server) {
        if (!server.pinned) {
            server.pinned = true;
            server.pool.pinned++;
        }
    }

    /**
     * It stays: it is its client's alone, and stands beside pool_size, which is for those that are shared. So a pool serves as many clients as before, with at
     * most so many servers more as may stay.
     */
    public void stays(ServerEntry server) {
        synchronized (books) {
            if (!server.apart) {
                server.apart = true;
                server.pool.apart++;
            }
        }
    }

    /** As {@link Books#acquire}, but the client gets the server that it had last, if that is idle and nobody has had it since. */
    public @Nullable ServerEntry acquireLast(ClientEntry client, long now) {
        synchronized (books) {
            ServerEntry last = client.last;
            boolean left = last != null && last.state == ServerState.IDLE && last.assignments == client.lastAssignment && !last.closeNeeded();
            if (!left || last == null || client.server != null || books.heldBack(last.pool)) {
                return books.acquire(client, now);
            }
            books.assign(client, last, client.reactorIndex);
            return last;
        }
    }

    /** It need not stay any more. */
    public void unpin(ServerEntry server) {
        synchronized (books) {
            if (server.apart) {
                server.apart = false;
                server.pool.apart--;
            }
            if (server.pinned) {
                server.pinned = false;
                server.pool.pinned--;
            }
        }
    }
}
