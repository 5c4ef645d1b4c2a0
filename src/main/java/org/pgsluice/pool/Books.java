package org.pgsluice.pool;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.Config;
import org.pgsluice.config.Settings;

/**
 * The books of all pools: who has which server, who waits, how many connections there are. One lock, this object's monitor, guards them all: limits span pools, and
 * every critical section is a few field updates, twice a transaction. Nothing here does I/O or calls out while it holds the lock; outcomes are returned, and whoever
 * asked delivers them. All methods may be called on any thread.
 */
public final class Books {
    /** How many connections of one pool may be at their login at the same time, when none has failed lately. */
    static final int LOGIN_BURST = 8;

    private final Registry registry;
    private volatile Config config;
    private volatile PauseMode pauseMode = PauseMode.NONE;

    public Books(Config config, int reactors) {
        this.config = config;
        this.registry = new Registry(this, reactors);
    }

    /** Databases, users and pools by name. */
    public Registry registry() {
        return registry;
    }

    /** The configuration in force. */
    public Config config() {
        return config;
    }

    void config(Config next) {
        config = next;
    }

    public PauseMode pauseMode() {
        return pauseMode;
    }

    public synchronized void pauseMode(PauseMode mode) {
        pauseMode = mode;
    }

    // ---------------------------------------------------------------- clients

    /** The client is logged in but has to wait for the pool's first server. */
    public synchronized void waitForWelcome(ClientEntry client, Pool pool, long now) {
        client.pool = pool;
        client.waitSinceNanos = now;
        move(client, ClientState.WAITING_WELCOME);
    }

    /** The client is logged in. */
    public synchronized void active(ClientEntry client, Pool pool, long now) {
        client.pool = pool;
        client.waitSinceNanos = 0;
        pool.lastActiveNanos = now;
        move(client, ClientState.ACTIVE);
    }

    /**
     * A client asks for a server. It gets one, or joins the queue (its state is then WAITING), or is refused because the pool's logins fail and it has no server at all
     * (null, and its state is as before: see {@link #loginFailure}).
     */
    public synchronized @Nullable ServerEntry acquire(ClientEntry client, long now) {
        Pool pool = pool(client);
        boolean held = heldBack(pool);
        if (!held && pool.waiting.first() == null) {
            ServerEntry server = pickIdle(pool, client.reactorIndex);
            if (server != null) {
                link(client, server, client.reactorIndex);
                return server;
            }
        }
        if (!held && pool.lastLoginFailed && pool.connectedCount() == 0) {
            return null;
        }
        client.waitSinceNanos = now;
        move(client, ClientState.WAITING);
        return null;
    }

    /** Why the pool's logins fail; for a client that {@link #acquire} refused. */
    public synchronized String loginFailure(Pool pool) {
        return pool.lastFailure;
    }

    /** Whether the pool's last login failed and it has no server. */
    public synchronized boolean loginsFail(Pool pool) {
        return pool.lastLoginFailed && pool.connectedCount() == 0;
    }

    /**
     * The client is about to close: it waits no longer.
     *
     * @return the server that it holds, or was given a moment ago; null for none
     */
    public synchronized @Nullable ServerEntry closing(ClientEntry client) {
        if (client.state != ClientState.LOGIN) {
            move(client, ClientState.LOGIN);
        }
        return client.server;
    }

    /** The client is gone, from whatever state. */
    public synchronized void closed(ClientEntry client) {
        ServerEntry server = client.server;
        if (server != null) {
            server.client = null;
            client.server = null;
        }
        move(client, ClientState.CLOSED);
    }

    /** The server no longer belongs to its client (both live on, or one is about to close). */
    public synchronized void unlink(ServerEntry server) {
        ClientEntry client = server.client;
        if (client != null) {
            client.server = null;
            server.client = null;
        }
    }

    /** The next client that waits for the pool's first server, moved to LOGIN; null when there is none. */
    public synchronized @Nullable ClientEntry nextForWelcome(Pool pool) {
        ClientEntry client = pool.waitingWelcome.first();
        if (client != null) {
            move(client, ClientState.LOGIN);
        }
        return client;
    }

    /** Those who wait for a server of a pool that has none and cannot log in; empty when it has one that may serve them. */
    public synchronized List<ClientEntry> hopeless(Pool pool) {
        List<ClientEntry> clients = new ArrayList<>();
        if (pool.connectedCount() == 0 || pool.welcome() == null) {
            pool.waiting.forEach(clients::add);
            pool.waitingWelcome.forEach(clients::add);
        }
        return clients;
    }

    // ---------------------------------------------------------------- servers

    /** The reserved connection begins: it is at its login. */
    public synchronized void opened(ServerEntry server, long now) {
        server.pool.reserved--;
        server.pool.lastConnectNanos = now;
        server.pool.lastActiveNanos = now;
        move(server, ServerState.LOGIN);
    }

    /** The reserved connection will not begin. */
    public synchronized void notOpened(Pool pool) {
        pool.reserved--;
        uncount(pool);
    }

    /** A login succeeded. The first one fixes what clients are welcomed with. */
    public synchronized void loggedIn(ServerEntry server, Welcome welcome) {
        Pool pool = server.pool;
        pool.lastLoginFailed = false;
        pool.lastConnectFailed = false;
        if (pool.welcome() == null) {
            pool.welcome(welcome);
        }
    }

    /** A connection attempt or login failed. */
    public synchronized void loginFailed(ServerEntry server, String reason) {
        Pool pool = server.pool;
        pool.lastLoginFailed = true;
        pool.lastConnectFailed = true;
        pool.lastFailure = reason;
    }

    /**
     * A server that is clean and ready leaves its client, its login or its test: to the oldest client that waits, or among the idle ones. Called on its reactor.
     *
     * @param unchecked it must not be used again before the check query: then it is USED, and {@link #grow} has it checked when somebody waits
     */
    public synchronized Released release(ServerEntry server, long now, boolean unchecked) {
        Pool pool = server.pool;
        ClientEntry before = server.client;
        if (before != null) {
            before.server = null;
            server.client = null;
        }
        if (server.state != ServerState.LOGIN && lifetimeOver(server, now)) {
            pool.lastLifetimeCloseNanos = now;
            return Released.LIFETIME_OVER;
        }
        if (server.closeNeeded()) {
            return Released.CLOSE_NEEDED;
        }
        if (server.cancelsUnderWay > 0) {
            move(server, ServerState.BEING_CANCELED);
            return Released.BEING_CANCELED;
        }
        if (unchecked) {
            move(server, ServerState.USED);
            return Released.IDLE;
        }
        if (!heldBack(pool)) {
            ClientEntry next = pool.waiting.first();
            if (next != null) {
                link(next, server, next.reactorIndex);
                return Released.GRANTED;
            }
        }
        move(server, ServerState.IDLE);
        return Released.IDLE;
    }

    /** Moves a server that its own reactor holds (not an idle one) to another state. */
    public synchronized void move(ServerEntry server, ServerState state) {
        if (server.state == state) {
            return;
        }
        Pool pool = server.pool;
        if (server.list != null) {
            server.list.remove(server);
        }
        server.state = state;
        switch (state) {
            case LOGIN -> pool.login.addLast(server);
            case IDLE -> {
                if (server.closeNeeded()) {
                    pool.idle[server.reactorIndex()].addLast(server);
                } else {
                    pool.idle[server.reactorIndex()].addFirst(server);
                }
            }
            case ACTIVE -> pool.active.addLast(server);
            case USED -> pool.used.addFirst(server);
            case TESTED -> pool.tested.addLast(server);
            case BEING_CANCELED -> pool.beingCanceled.addLast(server);
            case ACTIVE_CANCEL -> pool.activeCancel.addLast(server);
            case CLOSING -> pool.closing.addLast(server);
            case CLOSED -> uncount(pool);
        }
    }

    /**
     * Takes an unused server (IDLE or USED) of this reactor out of the books' hands; then it is CLOSING.
     *
     * @return false when it is not unused any more, or belongs to another reactor by now: then it is to be left alone
     */
    public synchronized boolean claimUnused(ServerEntry server, int reactor) {
        if ((server.state != ServerState.IDLE && server.state != ServerState.USED) || server.reactorIndex() != reactor) {
            return false;
        }
        move(server, ServerState.CLOSING);
        return true;
    }

    /** The server moved to the reactor of its client: from now on that one's thread owns it. */
    private static void attach(ServerEntry server, int reactor) {
        server.reactorIndex(reactor);
    }

    /** An idle server has been so for server_check_delay: it is USED from now on. */
    public synchronized void toBeChecked(ServerEntry server, int reactor) {
        if (server.state == ServerState.IDLE && server.reactorIndex() == reactor) {
            move(server, ServerState.USED);
        }
    }

    /** For how long nobody has used the database: nanoseconds, 0 while somebody does. */
    public synchronized long emptyFor(Database database, long now) {
        boolean used = database.clientCount > 0 || database.serverCount > 0;
        if (used || database.emptySinceNanos == 0) {
            database.emptySinceNanos = now;
        }
        return now - database.emptySinceNanos;
    }

    /** Whether it still may be used: {@code server_lifetime} is over, and the pool's last server closed for that is long enough ago. */
    public synchronized boolean lifetimeOver(ServerEntry server, long now) {
        Pool pool = server.pool;
        long lifetime = pool.database().serverLifetimeNanos(config);
        if (now - server.openedNanos < lifetime) {
            return false;
        }
        int size = pool.size(config);
        return size <= 0 || now - pool.lastLifetimeCloseNanos >= lifetime / size;
    }

    /** Remembers that a server was closed for its age. */
    public synchronized void closedForAge(Pool pool, long now) {
        pool.lastLifetimeCloseNanos = now;
    }

    // ---------------------------------------------------------------- growth

    /**
     * What the pool needs now so that those who wait get servers; null for nothing. Called again until it says null.
     */
    public synchronized @Nullable Growth grow(Pool pool, long now, boolean mayEvict) {
        if (heldBack(pool) || pauseMode != PauseMode.NONE) {
            return null;
        }
        int opening = pool.login.size() + pool.reserved;
        int queue = pool.waiting.size() + (pool.waitingWelcome.first() != null && pool.welcome() == null ? 1 : 0);
        int need = queue - opening - pool.tested.size();
        if (need <= 0) {
            return null;
        }
        ServerEntry unchecked = pool.used.first();
        if (unchecked != null) {
            move(unchecked, ServerState.TESTED);
            return new Growth.Check(unchecked);
        }
        if (opening >= (pool.lastConnectFailed ? 1 : LOGIN_BURST) || !mayRetry(pool, now)) {
            return null;
        }
        return open(pool, now, mayEvict, pool.waiting.first());
    }

    /** The same for one more server without a client that waits, as min_pool_size asks for; never evicts. */
    public synchronized @Nullable Growth topUp(Pool pool, long now) {
        int current = pool.connectedCount() + pool.login.size() + pool.reserved;
        if (pauseMode != PauseMode.NONE
                || pool.database().paused()
                || current >= pool.database().minPoolSize(config)
                || (pool.size(config) > 0 && current >= pool.size(config))
                || pool.login.size() + pool.reserved >= (pool.lastConnectFailed ? 1 : LOGIN_BURST)
                || (pool.clientCount() == 0 && pool.database().forcedUser() == null)
                || !mayRetry(pool, now)) {
            return null;
        }
        return open(pool, now, false, null);
    }

    /** A connection for a cancel request: up to twice the pool's size, beyond the other limits. */
    public synchronized boolean openForCancel(Pool pool, long now) {
        int size = pool.size(config);
        if (!mayRetry(pool, now) || (size > 0 && pool.serverCount() >= 2 * size)) {
            return false;
        }
        reserve(pool);
        return true;
    }

    private @Nullable Growth open(Pool pool, long now, boolean mayEvict, @Nullable ClientEntry oldest) {
        int size = pool.size(config);
        int count = pool.serverCount();
        boolean fromReserve = false;
        if (size > 0 && count >= size && pool.welcome() != null) {
            long timeout = config.nanos(Settings.RESERVE_POOL_TIMEOUT);
            if (timeout == 0 || oldest == null || now - oldest.waitSinceNanos < timeout || count >= size + pool.reserveSize(config)) {
                return null;
            }
            fromReserve = true;
        }
        int limit = pool.database().maxConnections(config);
        if (limit > 0 && pool.database().serverCount >= limit) {
            return mayEvict ? evict(Eviction.longestIdle(pool.database().pools)) : null;
        }
        limit = pool.user().maxConnections(config);
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
        move(victim, ServerState.CLOSING);
        return new Growth.Evict(victim);
    }

    private boolean mayRetry(Pool pool, long now) {
        return !pool.lastConnectFailed || now - pool.lastConnectNanos >= config.nanos(Settings.SERVER_LOGIN_RETRY);
    }

    private static void reserve(Pool pool) {
        pool.reserved++;
        pool.database().serverCount++;
        pool.user().serverCount++;
    }

    private static void uncount(Pool pool) {
        pool.database().serverCount--;
        pool.user().serverCount--;
        assert pool.database().serverCount >= 0 && pool.user().serverCount >= 0 : "more servers closed than opened";
    }

    // ---------------------------------------------------------------- cancel requests

    /** Which of its clients, counted from the first, the server is with; changes whenever it is given or taken. */
    public synchronized long assignmentOf(ServerEntry server) {
        return server.state == ServerState.ACTIVE ? server.assignments : -1;
    }

    /**
     * A cancel request for {@code server} sets out: until {@link #cancelEnded} the server goes to no other client.
     *
     * @param assignment from {@link #assignmentOf}, when the request was accepted
     * @return false when the server is with another client by now, or with none
     */
    public synchronized boolean cancelBegins(ServerEntry server, long assignment) {
        if (server.state != ServerState.ACTIVE || server.assignments != assignment || server.client == null) {
            return false;
        }
        server.cancelsUnderWay++;
        return true;
    }

    /** The request has ended. True when the server waited only for this and is to be released (on its reactor). */
    public synchronized boolean cancelEnded(ServerEntry server) {
        server.cancelsUnderWay--;
        return server.cancelsUnderWay == 0 && server.state == ServerState.BEING_CANCELED;
    }

    /** The server that the client holds, if any. */
    public synchronized @Nullable ServerEntry serverOf(ClientEntry client) {
        return client.server;
    }

    // ---------------------------------------------------------------- what there is

    /** How many connections of the pool are in which state. */
    public synchronized PoolCounts counts(Pool pool) {
        ClientEntry oldest = pool.waiting.first();
        ClientEntry oldestWelcome = pool.waitingWelcome.first();
        long since = oldest == null ? 0 : oldest.waitSinceNanos;
        if (oldestWelcome != null && (since == 0 || oldestWelcome.waitSinceNanos - since < 0)) {
            since = oldestWelcome.waitSinceNanos;
        }
        return new PoolCounts(
                pool.clients.size(),
                pool.waiting.size() + pool.waitingWelcome.size(),
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

    /** An idle server for the oldest client that waits, after servers were held back from it; null when there is none. */
    public synchronized @Nullable ServerEntry serveNext(Pool pool) {
        ClientEntry next = pool.waiting.first();
        if (next == null || heldBack(pool)) {
            return null;
        }
        ServerEntry server = pickIdle(pool, next.reactorIndex);
        if (server != null) {
            link(next, server, next.reactorIndex);
        }
        return server;
    }

    /** How many servers the pool has beyond its size and reserve, that are not in use. */
    public synchronized int surplus(Pool pool) {
        int size = pool.size(config);
        return size <= 0 ? 0 : pool.connectedCount() - pool.closing.size() - size - pool.reserveSize(config);
    }

    /** Whether an idle server may be closed without going below min_pool_size. */
    public synchronized boolean mayShrink(Pool pool) {
        int least = pool.database().minPoolSize(config);
        return least <= 0 || pool.connectedCount() - pool.closing.size() > least;
    }

    /** Since when nobody has used the pool; the time now while somebody does. */
    public synchronized long unusedSince(Pool pool, long now) {
        if (pool.clientCount() > 0 || pool.connectedCount() > 0) {
            pool.lastActiveNanos = now;
        }
        return pool.lastActiveNanos;
    }

    // ---------------------------------------------------------------- inside

    /** Clients of the pool get no server now. */
    private boolean heldBack(Pool pool) {
        return pauseMode == PauseMode.PAUSE || pool.database().paused();
    }

    private @Nullable ServerEntry pickIdle(Pool pool, int reactor) {
        ServerEntry server = pickIdleOf(pool, reactor);
        for (int other = 0; server == null && other < pool.idle.length; other++) {
            server = pickIdleOf(pool, other);
        }
        return server;
    }

    private @Nullable ServerEntry pickIdleOf(Pool pool, int reactor) {
        EntryList<ServerEntry> list = pool.idle[reactor];
        if (!config.on(Settings.SERVER_ROUND_ROBIN)) {
            ServerEntry first = list.first();
            return first == null || first.closeNeeded() ? null : first;
        }
        ServerEntry server = list.last();
        while (server != null && server.closeNeeded()) {
            server = server.previous;
        }
        return server;
    }

    private void link(ClientEntry client, ServerEntry server, int reactor) {
        server.client = client;
        client.server = server;
        server.assignments++;
        move(server, ServerState.ACTIVE);
        move(client, ClientState.ACTIVE);
        attach(server, reactor);
    }

    void move(ClientEntry client, ClientState state) {
        if (client.state == state) {
            return;
        }
        if (client.list != null) {
            client.list.remove(client);
        }
        client.state = state;
        switch (state) {
            case LOGIN, CLOSED -> {}
            case WAITING_WELCOME -> pool(client).waitingWelcome.addLast(client);
            case ACTIVE -> pool(client).clients.addLast(client);
            case WAITING -> pool(client).waiting.addLast(client);
            case WAITING_CANCEL -> pool(client).waitingCancel.addLast(client);
            case ACTIVE_CANCEL -> pool(client).activeCancelClients.addLast(client);
        }
    }

    /** Moves a cancel request between its states. */
    public synchronized void cancelState(ClientEntry client, Pool pool, ClientState state) {
        client.pool = pool;
        move(client, state);
    }

    private static Pool pool(ClientEntry client) {
        Pool pool = client.pool;
        if (pool == null) {
            throw new IllegalStateException("a client without a pool cannot be in its books");
        }
        return pool;
    }
}
