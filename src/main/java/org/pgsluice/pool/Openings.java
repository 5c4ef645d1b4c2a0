package org.pgsluice.pool;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.Settings;

/**
 * Which server connections may be opened, under all limits at once: a place is reserved before anything is dialled, and given back if nothing comes of it, so
 * that no limit is exceeded at any instant. Part of the books and under their lock.
 */
public final class Openings {
    /** How many connections of one pool may be at their login at the same time, when none has failed lately. */
    static final int LOGIN_BURST = 8;

    /** After a login that the server refused the next one may come this much later; whoever asks for it is then told what is true now. */
    private static final long LONGEST_WHEN_REFUSED_NANOS = 1_000_000_000L;

    private final Books books;
    /** What each name led to when it was last looked up. */
    private final Map<String, Set<InetAddress>> addressesOf = new HashMap<>();

    Openings(Books books) {
        this.books = books;
    }

    /** The reserved connection begins: it is at its login at {@code place}. */
    public void opened(ServerEntry server, Place place, long now) {
        synchronized (books) {
            server.place = place;
            server.probe = place.failing() && !server.pool.places.allFailing();
            server.pool.reserved--;
            server.pool.lastActiveNanos = now;
            books.move(server, ServerState.LOGIN);
        }
    }

    /** The reserved connection will not begin. */
    public void notOpened(Pool pool, @Nullable ClientEntry dedicated) {
        synchronized (books) {
            if (dedicated != null) {
                dedicated.serverOnItsWay = false;
            }
            pool.reserved--;
            Books.uncount(pool);
        }
    }

    /** The reserved connection for a cancel request begins. It takes no place among those that log in. */
    public void openedForCancel(ServerEntry request) {
        synchronized (books) {
            request.pool.reserved--;
            books.move(request, ServerState.ACTIVE_CANCEL);
        }
    }

    /** Another process has handed a connection over: it counts from now on, whatever the limits are. */
    public void adopted(ServerEntry server) {
        synchronized (books) {
            reserve(server.pool);
            server.pool.reserved--;
            server.place = server.pool.places.only();
            books.move(server, ServerState.LOGIN);
        }
    }

    /** Another process has handed both over as they were, linked. */
    public void adopted(ClientEntry client, ServerEntry server) {
        synchronized (books) {
            books.assign(client, server, client.reactorIndex);
        }
    }

    /** A login succeeded. Clients are welcomed with what the newest one says; returns that as the pool has it. */
    public Welcome loggedIn(ServerEntry server, Welcome welcome) {
        synchronized (books) {
            Pool pool = server.pool;
            if (server.place != null) {
                server.place.succeeded();
            }
            // One that leads elsewhere by now says nothing about those that come.
            return server.closeNeeded() || server.dedicated != null ? welcome : pool.welcome(welcome);
        }
    }

    /** A server reported a parameter that no client can set: whoever comes now is welcomed with it. */
    public void reported(ServerEntry server, String parameter, String value) {
        synchronized (books) {
            Welcome known = server.pool.welcome();
            if (known != null) {
                server.pool.welcome(known.with(parameter, value));
            }
        }
    }

    /**
     * A connection attempt or login failed. Those who wait go on waiting; when it is tried again depends on how often it failed, see {@link Place}.
     *
     * @param reason for those who wait too long
     * @param refused whether the server took the connection and refused this login, so that those who wait were told: then it is asked again soon, when
     *     somebody comes
     * @param chance from 0 to 1, by which the next try is brought forward
     * @return in how many nanoseconds the pool may try again, here or at another place
     */
    public long loginFailed(ServerEntry server, String reason, boolean refused, long now, double chance) {
        synchronized (books) {
            Pool pool = server.pool;
            long longest = books.config().nanos(Settings.SERVER_LOGIN_RETRY);
            if (server.dedicated != null && refused) {
                // It may lack a right that replication alone needs.
                return 0;
            }
            if (server.place != null) {
                server.place.failed(now, refused, refused ? Math.min(longest, LONGEST_WHEN_REFUSED_NANOS) : longest, chance);
            }
            pool.lastFailure = reason;
            return pool.places.dueIn(now);
        }
    }

    /** Why the last login of the pool failed; empty when none has, or one has succeeded since. */
    public String lastFailure(Pool pool) {
        synchronized (books) {
            return pool.places.allFailing() ? pool.lastFailure : "";
        }
    }

    /** The server's socket is open, to {@code address}; null for a Unix socket. */
    public void reached(ServerEntry server, @Nullable InetAddress address) {
        synchronized (books) {
            server.address = address;
        }
    }

    /**
     * The name {@code host} leads to {@code addresses}. When that is new, servers at its other addresses are not used again: they are closed at their next
     * release.
     */
    public void resolved(String host, List<InetAddress> addresses) {
        Set<InetAddress> latest = new HashSet<>(addresses);
        synchronized (books) {
            Set<InetAddress> before = addressesOf.put(host, latest);
            if (before != null && !latest.containsAll(before)) {
                books.registry().forEachServer(server -> {
                    if (server.place != null && server.place.host().equals(host) && server.address != null && !latest.contains(server.address)) {
                        server.needClose();
                    }
                });
            }
        }
    }

    /**
     * What the pool needs now so that those who wait get servers; null for nothing. Called again until it says null.
     */
    public @Nullable Growth grow(Pool pool, long now, boolean mayEvict) {
        synchronized (books) {
            Growth shared = growShared(pool, now, mayEvict);
            return shared == null ? books.ownServers().grow(pool, now) : shared;
        }
    }

    private @Nullable Growth growShared(Pool pool, long now, boolean mayEvict) {
        if (books.heldBack(pool) || books.pauseMode() != PauseMode.NONE) {
            return null;
        }
        int opening = opening(pool);
        int queue = pool.waiting.size() + (pool.waitingWelcome.first() != null && pool.welcome() == null ? 1 : 0);
        int need = queue - opening - pool.tested.size();
        if (need <= 0) {
            return null;
        }
        ServerEntry unchecked = pool.used.first();
        if (unchecked != null) {
            books.move(unchecked, ServerState.TESTED);
            return new Growth.Check(unchecked);
        }
        if (!mayTry(pool, now)) {
            return null;
        }
        return open(pool, now, mayEvict, pool.waiting.first());
    }

    /** The same for one more server without a client that waits, as min_pool_size asks for; never evicts. */
    public @Nullable Growth topUp(Pool pool, long now) {
        synchronized (books) {
            int current = pool.connectedCount() + pool.login.size() + pool.reserved;
            if (books.pauseMode() != PauseMode.NONE
                    || pool.database().paused()
                    || current >= pool.database().minPoolSize(books.config())
                    || (pool.size(books.config()) > 0 && current - pool.apart >= pool.size(books.config()))
                    || (pool.clientCount() == 0 && pool.database().forcedUser() == null)
                    || !mayTry(pool, now)) {
                return null;
            }
            return open(pool, now, false, null);
        }
    }

    /**
     * A connection for a cancel request: while the pool has less than twice its size, and its reserve, with these. A pool may have more servers than its size:
     * some stay with their clients, and RELOAD may have lowered it. Each of them may then have a cancel request beside it. They count in no limit, since they
     * are no sessions: PostgreSQL takes them beside its max_connections, and one that hangs takes nobody's turn.
     */
    public boolean openForCancel(Pool pool) {
        synchronized (books) {
            int size = pool.size(books.config());
            if (size > 0 && pool.serverCount() >= Math.max(2 * size + pool.terms(books.config()).reserveSize, 2 * pool.connectedCount())) {
                return false;
            }
            pool.reserved++;
            return true;
        }
    }

    @Nullable Growth open(Pool pool, long now, boolean mayEvict, @Nullable ClientEntry oldest) {
        PoolTerms terms = pool.terms(books.config());
        int size = terms.size;
        int count = pool.sharedCount();
        boolean fromReserve = false;
        if (size > 0 && count >= size) {
            long timeout = terms.reserveTimeoutNanos;
            if (timeout == 0 || oldest == null || now - oldest.waitSinceNanos < timeout || count >= size + terms.reserveSize) {
                return null;
            }
            fromReserve = true;
        }
        if (pool.database().servers.isFull(books.config())) {
            return mayEvict ? evict(Eviction.longestIdle(pool.database().pools)) : null;
        }
        if (pool.user().servers.isFull(books.config())) {
            return mayEvict ? evict(Eviction.longestIdle(pool.user().pools)) : null;
        }
        Place place = pool.places.next(now);
        if (place == null) {
            return null;
        }
        reserve(pool);
        return new Growth.Open(place, fromReserve);
    }

    @Nullable Growth evict(@Nullable ServerEntry victim) {
        if (victim == null) {
            return null;
        }
        books.move(victim, ServerState.CLOSING);
        return new Growth.Evict(victim);
    }

    /** How many that those who wait will have are at their login. One that only looks whether a place is back, or is for one client, takes nobody's turn. */
    private static int opening(Pool pool) {
        int probes = 0;
        for (ServerEntry server = pool.login.first(); server != null; server = server.next) {
            probes += server.probe || server.dedicated != null ? 1 : 0;
        }
        return pool.login.size() - probes + pool.reserved;
    }

    static boolean mayTry(Pool pool, long now) {
        return pool.login.size() + pool.reserved < (pool.places.allFailing() ? 1 : LOGIN_BURST) && pool.places.due(now);
    }

    static void reserve(Pool pool) {
        pool.reserved++;
        pool.database().servers.add();
        pool.user().servers.add();
    }
}
