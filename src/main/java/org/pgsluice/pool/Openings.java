package org.pgsluice.pool;

import org.jspecify.annotations.Nullable;
import org.pgsluice.config.Settings;

/**
 * Which server connections may be opened, under all limits at once: a place is reserved before anything is dialled, and given back if nothing comes of it, so that no limit
 * is exceeded at any instant. Part of the books and under their lock.
 */
public final class Openings {
    /** How many connections of one pool may be at their login at the same time, when none has failed lately. */
    static final int LOGIN_BURST = 8;

    private final Books books;

    Openings(Books books) {
        this.books = books;
    }

    /** The reserved connection begins: it is at its login. */
    public void opened(ServerEntry server, long now) {
        synchronized (books) {
            server.pool.reserved--;
            server.pool.lastConnectNanos = now;
            server.pool.lastActiveNanos = now;
            books.move(server, ServerState.LOGIN);
        }
    }

    /** Another process has handed a connection over: it counts from now on, whatever the limits are. */
    public void adopted(ServerEntry server) {
        synchronized (books) {
            reserve(server.pool);
            server.pool.reserved--;
            books.move(server, ServerState.LOGIN);
        }
    }

    /** Another process has handed both over as they were, linked. */
    public void adopted(ClientEntry client, ServerEntry server) {
        synchronized (books) {
            books.link(client, server, client.reactorIndex);
        }
    }

    /** A login succeeded. The first one fixes what clients are welcomed with. */
    public void loggedIn(ServerEntry server, Welcome welcome) {
        synchronized (books) {
            Pool pool = server.pool;
            pool.lastLoginFailed = false;
            pool.lastConnectFailed = false;
            if (pool.welcome() == null) {
                pool.welcome(welcome);
            }
        }
    }

    /** A connection attempt or login failed. */
    public void loginFailed(ServerEntry server, String reason) {
        synchronized (books) {
            Pool pool = server.pool;
            pool.lastLoginFailed = true;
            pool.lastConnectFailed = true;
            pool.lastFailure = reason;
        }
    }

    /**
     * What the pool needs now so that those who wait get servers; null for nothing. Called again until it says null.
     */
    public @Nullable Growth grow(Pool pool, long now, boolean mayEvict) {
        synchronized (books) {
            if (books.heldBack(pool) || books.pauseMode() != PauseMode.NONE) {
                return null;
            }
            int opening = pool.login.size() + pool.reserved;
            if (pool.connectedCount() > 0) {
                pool.retryDue = false;
            }
            int queue = pool.waiting.size() + (pool.retryDue ? 1 : 0) + (pool.waitingWelcome.first() != null && pool.welcome() == null ? 1 : 0);
            int need = queue - opening - pool.tested.size();
            if (need <= 0) {
                return null;
            }
            ServerEntry unchecked = pool.used.first();
            if (unchecked != null) {
                books.move(unchecked, ServerState.TESTED);
                return new Growth.Check(unchecked);
            }
            if (opening >= (pool.lastConnectFailed ? 1 : LOGIN_BURST) || !mayRetry(pool, now)) {
                return null;
            }
            return open(pool, now, mayEvict, pool.waiting.first());
        }
    }

    /**
     * The same for a pool whose clients are refused because its logins fail: since none of them waits, somebody must try whether the server is back. When the limits do not
     * allow it now, {@link #grow} does so later.
     */
    public @Nullable Growth retry(Pool pool, long now) {
        synchronized (books) {
            boolean underWay = pool.login.size() + pool.reserved > 0;
            if (books.heldBack(pool) || books.pauseMode() != PauseMode.NONE || underWay || pool.connectedCount() > 0 || !mayRetry(pool, now)) {
                return null;
            }
            Growth next = open(pool, now, true, null);
            // An evicted server may close on another reactor, and whoever waits for its place is faster than a client that was refused.
            pool.retryDue = !(next instanceof Growth.Open);
            return next;
        }
    }

    /** The same for one more server without a client that waits, as min_pool_size asks for; never evicts. */
    public @Nullable Growth topUp(Pool pool, long now) {
        synchronized (books) {
            int current = pool.connectedCount() + pool.login.size() + pool.reserved;
            if (books.pauseMode() != PauseMode.NONE
                    || pool.database().paused()
                    || current >= pool.database().minPoolSize(books.config())
                    || (pool.size(books.config()) > 0 && current >= pool.size(books.config()))
                    || pool.login.size() + pool.reserved >= (pool.lastConnectFailed ? 1 : LOGIN_BURST)
                    || (pool.clientCount() == 0 && pool.database().forcedUser() == null)
                    || !mayRetry(pool, now)) {
                return null;
            }
            return open(pool, now, false, null);
        }
    }

    /** A connection for a cancel request: up to twice the pool's size, beyond the other limits. */
    public boolean openForCancel(Pool pool, long now) {
        synchronized (books) {
            int size = pool.size(books.config());
            if (!mayRetry(pool, now) || (size > 0 && pool.serverCount() >= 2 * size)) {
                return false;
            }
            reserve(pool);
            return true;
        }
    }

    private @Nullable Growth open(Pool pool, long now, boolean mayEvict, @Nullable ClientEntry oldest) {
        int size = pool.size(books.config());
        int count = pool.serverCount();
        boolean fromReserve = false;
        if (size > 0 && count >= size) {
            long timeout = books.config().nanos(Settings.RESERVE_POOL_TIMEOUT);
            if (timeout == 0 || oldest == null || now - oldest.waitSinceNanos < timeout || count >= size + pool.reserveSize(books.config())) {
                return null;
            }
            fromReserve = true;
        }
        int limit = pool.database().maxConnections(books.config());
        if (limit > 0 && pool.database().serverCount >= limit) {
            return mayEvict ? evict(Eviction.longestIdle(pool.database().pools)) : null;
        }
        limit = pool.user().maxConnections(books.config());
        if (limit > 0 && pool.user().serverCount >= limit) {
            return mayEvict ? evict(Eviction.longestIdle(pool.user().pools)) : null;
        }
        reserve(pool);
        return new Growth.Open(fromReserve);
    }

    private @Nullable Growth evict(@Nullable ServerEntry victim) {
        if (victim == null) {
            return null;
        }
        books.move(victim, ServerState.CLOSING);
        return new Growth.Evict(victim);
    }

    private boolean mayRetry(Pool pool, long now) {
        return !pool.lastConnectFailed || now - pool.lastConnectNanos >= books.config().nanos(Settings.SERVER_LOGIN_RETRY);
    }

    private static void reserve(Pool pool) {
        pool.retryDue = false;
        pool.reserved++;
        pool.database().serverCount++;
        pool.user().serverCount++;
    }
}
