package org.pgsluice.pool;

/** What there is, for the console and for upkeep. Part of the books and under their lock. */
public final class Inventory {
    private final Books books;

    Inventory(Books books) {
        this.books = books;
    }

    /** How many connections of the pool are in which state. */
    public PoolCounts counts(Pool pool) {
        synchronized (books) {
            ClientEntry oldest = pool.waiting.first();
            ClientEntry oldestWelcome = pool.waitingWelcome.first();
            long since = oldest == null ? 0 : oldest.waitSinceNanos;
            if (oldestWelcome != null && (since == 0 || oldestWelcome.waitSinceNanos - since < 0)) {
                since = oldestWelcome.waitSinceNanos;
            }
            ClientEntry oldestReplication = pool.waitingReplication.first();
            if (oldestReplication != null && (since == 0 || oldestReplication.waitSinceNanos - since < 0)) {
                since = oldestReplication.waitSinceNanos;
            }
            return new PoolCounts(
                    pool.clients.size() - (pool.ear != null && pool.ear.state == ClientState.ACTIVE ? 1 : 0),
                    pool.waiting.size() + pool.waitingWelcome.size() + pool.waitingReplication.size(),
                    pool.activeCancelClients.size(),
                    pool.waitingCancel.size(),
                    pool.active.size(),
                    pool.activeCancel.size(),
                    pool.beingCanceled.size(),
                    pool.idleCount(),
                    pool.used.size(),
                    pool.tested.size(),
                    pool.login.size(),
                    pool.closing.size(),
                    since);
        }
    }

    /** How many servers of the pool stay with their clients, or may have to. */
    public int pinned(Pool pool) {
        synchronized (books) {
            return pool.pinned;
        }
    }

    /** How many servers of the pool stand beside its size. */
    public int apart(Pool pool) {
        synchronized (books) {
            return pool.apart;
        }
    }

    /** How many client connections of a reactor are logged in and neither wait nor carry a cancel request. */
    public int activeClients(int reactor) {
        synchronized (books) {
            return books.reactorCounts.active(reactor);
        }
    }

    /** How many servers that were idle on another reactor were given to clients of this one. */
    public long steals(int reactor) {
        synchronized (books) {
            return books.reactorCounts.steals(reactor);
        }
    }

    /** Whether anybody waits for a server of the pool. */
    public boolean isWaitedFor(Pool pool) {
        synchronized (books) {
            return pool.waiting.first() != null || pool.waitingWelcome.first() != null || pool.waitingReplication.first() != null;
        }
    }

    /** Whether no client has a server or waits for one; those that listen need nothing until they are told something. */
    public boolean isCalm() {
        synchronized (books) {
            for (Pool pool : books.registry().pools()) {
                int listening = pool.ear != null && pool.ear.server != null ? 1 : 0;
                if (pool.active.size() > listening || isWaitedFor(pool)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** How many servers the pool has beyond its size and reserve, that are not in use. */
    public int surplus(Pool pool) {
        synchronized (books) {
            int size = pool.size(books.config());
            return size <= 0 ? 0 : pool.connectedCount() - pool.apart - pool.closing.size() - size - pool.terms(books.config()).reserveSize;
        }
    }

    /** Whether an idle server may be closed without going below min_pool_size. */
    public boolean mayShrink(Pool pool) {
        synchronized (books) {
            int least = pool.database().minPoolSize(books.config());
            return least <= 0 || pool.connectedCount() - pool.closing.size() > least;
        }
    }

    /** Since when nobody has used the pool; the time now while somebody does. */
    public long unusedSince(Pool pool, long now) {
        synchronized (books) {
            if (pool.clientCount() > 0 || pool.connectedCount() > 0) {
                pool.lastActiveNanos = now;
            }
            return pool.lastActiveNanos;
        }
    }

    /** For how long nobody has used the database: nanoseconds, 0 while somebody does. */
    public long emptyFor(Database database, long now) {
        synchronized (books) {
            boolean used = database.clientCount() > 0 || database.serverCount() > 0;
            if (used || database.emptySinceNanos == 0) {
                database.emptySinceNanos = now;
            }
            return now - database.emptySinceNanos;
        }
    }
}
