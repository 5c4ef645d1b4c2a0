package org.pgsluice.pool;

import java.util.Map;
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

    /**
     * Counts a server that may have to stay: {@link #keep} or {@link #unpin} follows as soon as it has said what it has. False, and nothing has changed, when
     * its pool may have no more, or others wait for a place.
     */
    public boolean reserve(ServerEntry server) {
        synchronized (books) {
            Pool pool = server.pool;
            if (!server.pinned) {
                if (isFull(pool) || !pool.seekers.isEmpty()) {
                    return false;
                }
                count(server);
                server.undecided = true;
                pool.undecided++;
            }
            return true;
        }
    }

    /** Counts a server that will stay. False, and nothing has changed, when its pool may have no more. */
    public boolean keep(ServerEntry server) {
        synchronized (books) {
            if (!server.pinned && isFull(server.pool)) {
                return false;
            }
            count(server);
            decide(server);
        }
        tell(server.pool);
        return true;
    }

    /** A server that stays is asked what it still has: {@link #keep} or {@link #unpin} follows, so its place may be free soon. */
    public void asked(ServerEntry server) {
        synchronized (books) {
            if (server.pinned && !server.undecided) {
                server.undecided = true;
                server.pool.undecided++;
            }
        }
    }

    /**
     * A server that must stay waits for a place while some are only reserved, or may be free soon. {@code decided} runs once, on any thread and without any
     * lock, when {@link #keep} is to be tried again.
     *
     * @return false, and nothing has changed, when there is nothing to wait for
     */
    public boolean waits(ServerEntry server, Runnable decided) {
        synchronized (books) {
            if (isFull(server.pool) && server.pool.undecided == 0) {
                return false;
            }
            server.pool.seekers.put(server, decided);
        }
        tell(server.pool);
        return true;
    }

    /** Those who wait for a place learn of one that is free, or that none will be. */
    public void tell(Pool pool) {
        for (Runnable next = next(pool); next != null; next = next(pool)) {
            next.run();
        }
    }

    private @Nullable Runnable next(Pool pool) {
        synchronized (books) {
            Map.Entry<ServerEntry, Runnable> first = pool.seekers.firstEntry();
            boolean full = isFull(pool);
            if (first == null || (full && pool.undecided > 0)) {
                return null;
            }
            if (!full) {
                count(first.getKey());
            }
            pool.seekers.pollFirstEntry();
            return first.getValue();
        }
    }

    private boolean isFull(Pool pool) {
        int most = pool.terms(books.config()).maxPinned;
        return most >= 0 && pool.pinned >= most;
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

    private static void decide(ServerEntry server) {
        if (server.undecided) {
            server.undecided = false;
            server.pool.undecided--;
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
            drop(server);
        }
        tell(server.pool);
    }

    /** The same under the books' lock; {@link #tell} follows without it. */
    static void drop(ServerEntry server) {
        server.pool.seekers.remove(server);
        decide(server);
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
