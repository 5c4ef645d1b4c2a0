package org.pgsluice.pool;

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
            int most = server.pool.maxPinned(books.config());
            if (!server.pinned && most >= 0 && server.pool.pinned >= most) {
                return false;
            }
            if (!server.pinned) {
                server.pinned = true;
                server.pool.pinned++;
            }
            return true;
        }
    }

    /** It need not stay any more. */
    public void unpin(ServerEntry server) {
        synchronized (books) {
            if (server.pinned) {
                server.pinned = false;
                server.pool.pinned--;
            }
        }
    }
}
