package org.pgsluice.pool;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.Config;

/**
 * The books of all pools: who has which server, who waits, how many connections there are. One lock, this object's monitor, guards them all: limits span pools,
 * and every critical section is a few field updates, twice a transaction. Nothing here does I/O or calls out while it holds the lock; outcomes are returned,
 * and whoever asked delivers them. All methods may be called on any thread.
 */
public final class Books {
    private final Registry registry;
    private final Openings openings = new Openings(this);
    private final Inventory inventory = new Inventory(this);
    private final Cancels cancels = new Cancels(this);
    private final Members members = new Members(this);
    private final PinnedServers pinned = new PinnedServers(this);
    private final OwnServers ownServers = new OwnServers(this);
    private final ListeningServers listeningServers = new ListeningServers(this);
    final ReactorCounts reactorCounts;
    private volatile Config config;
    private volatile PauseMode pauseMode = PauseMode.NONE;
    private volatile Marks marks = Marks.NONE;

    public Books(Config config, int reactors) {
        this.config = config;
        this.registry = new Registry(this, reactors);
        this.reactorCounts = new ReactorCounts(reactors);
    }

    /** Databases, users and pools by name. */
    public Registry registry() {
        return registry;
    }

    /** Which server connections may be opened. */
    public Openings openings() {
        return openings;
    }

    /** What there is. */
    public Inventory inventory() {
        return inventory;
    }

    /** Servers that are opened for one client alone. */
    public OwnServers ownServers() {
        return ownServers;
    }

    /** Servers that listen for all clients of a pool. */
    public ListeningServers listeningServers() {
        return listeningServers;
    }

    /** The clients against their limits. */
    public Members members() {
        return members;
    }

    /** Servers that stay with their clients for what the sessions have. */
    public PinnedServers pinned() {
        return pinned;
    }

    /** What cancel requests do to clients and servers. */
    public Cancels cancels() {
        return cancels;
    }

    /** The configuration in force. */
    public Config config() {
        return config;
    }

    void config(Config next) {
        config = next;
    }

    /** Who is told of what happens, while assertions are on. */
    public Marks marks() {
        return marks;
    }

    /** Has tests told of what happens; before the first event. */
    public void marks(Marks next) {
        marks = next;
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
     * A client asks for a server. It gets one, or joins the queue (null; its state is then WAITING).
     */
    public synchronized @Nullable ServerEntry acquire(ClientEntry client, long now) {
        if (client.server != null) {
            // Given while it waited; it asks before it was told.
            return client.server;
        }
        Pool pool = pool(client);
        if (!heldBack(pool) && pool.waiting.first() == null) {
            ServerEntry server = Match.idle(pool, client, config);
            if (server != null) {
                assign(client, server, client.reactorIndex);
                return server;
            }
        }
        client.waitSinceNanos = now;
        move(client, ClientState.WAITING);
        return null;
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
    public synchronized void unassign(ServerEntry server) {
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

    /** Those who wait for a server of a pool that has none; empty when it has one that may serve them. */
    public synchronized List<ClientEntry> hopeless(Pool pool) {
        List<ClientEntry> clients = new ArrayList<>();
        if (pool.connectedCount() == 0 || pool.welcome() == null) {
            pool.waiting.forEach(clients::add);
            pool.waitingWelcome.forEach(clients::add);
        }
        return clients;
    }

    // ---------------------------------------------------------------- servers

    /**
     * A server that is clean and ready leaves its client, its login or its test: to the {@linkplain Match next} client that waits, or among the idle
     * ones. Called on its reactor.
     *
     * @param unchecked it must not be used again before the check query: then it is USED, and {@link Openings#grow} has it checked when somebody waits
     */
    public synchronized Released release(ServerEntry server, long now, boolean unchecked) {
        Pool pool = server.pool;
        ClientEntry before = server.client;
        if (before != null) {
            before.server = null;
            server.client = null;
        }
        if (server.dedicated != null) {
            return ownServers.release(server, server.dedicated);
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
            ClientEntry next = Match.waiting(pool, server);
            if (next != null) {
                assign(next, server, next.reactorIndex);
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
        assert marks.moved(server.state, state);
        Pool pool = server.pool;
        if (server.list != null) {
            server.list.remove(server);
        }
        ServerState before = server.state;
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
            case CLOSED -> {
                PinnedServers.drop(server);
                if (before == ServerState.LOGIN) {
                    OwnServers.loginOver(server);
                }
                if (before != ServerState.ACTIVE_CANCEL) {
                    uncount(pool);
                }
            }
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

    /** An idle server has been so for server_check_delay: it is USED from now on. */
    public synchronized void toBeChecked(ServerEntry server, int reactor) {
        if (server.state == ServerState.IDLE && server.reactorIndex() == reactor) {
            move(server, ServerState.USED);
        }
    }

    /** Whether it still may be used: {@code server_lifetime} is over, and the pool's last server closed for that is long enough ago. */
    public synchronized boolean lifetimeOver(ServerEntry server, long now) {
        Pool pool = server.pool;
        PoolTerms terms = pool.terms(config);
        long lifetime = terms.serverLifetimeNanos;
        if (now - server.openedNanos < lifetime) {
            return false;
        }
        return terms.size <= 0 || now - pool.lastLifetimeCloseNanos >= lifetime / terms.size;
    }

    /** Remembers that a server was closed for its age. */
    public synchronized void closedForAge(Pool pool, long now) {
        pool.lastLifetimeCloseNanos = now;
    }

    /** The server that the client holds, if any. */
    public synchronized @Nullable ServerEntry serverOf(ClientEntry client) {
        return client.server;
    }

    /** An idle server for the oldest client that waits, after servers were held back from it; null when there is none. */
    public synchronized @Nullable ServerEntry serveNext(Pool pool) {
        ClientEntry next = pool.waiting.first();
        if (next == null || heldBack(pool)) {
            return null;
        }
        ServerEntry server = Match.idle(pool, next, config);
        if (server != null) {
            assign(next, server, next.reactorIndex);
        }
        return server;
    }

    // ---------------------------------------------------------------- inside

    /** Clients of the pool get no server now. */
    boolean heldBack(Pool pool) {
        return pauseMode == PauseMode.PAUSE || pool.database().paused();
    }

    void assign(ClientEntry client, ServerEntry server, int reactor) {
        reactorCounts.serverGoes(server, reactor);
        server.client = client;
        client.server = server;
        server.assignments++;
        client.last = server;
        client.lastAssignment = server.assignments;
        move(server, ServerState.ACTIVE);
        move(client, ClientState.ACTIVE);
        server.reactorIndex(reactor); // from now on that one's thread owns it
    }

    static void uncount(Pool pool) {
        pool.database().servers.remove();
        pool.user().servers.remove();
    }

    void move(ClientEntry client, ClientState state) {
        if (client.state == state) {
            return;
        }
        if (client.state == ClientState.CLOSED) {
            throw new IllegalStateException("a closed client cannot be " + state);
        }
        assert marks.moved(client.state, state);
        if (client.list != null) {
            client.list.remove(client);
        }
        reactorCounts.clientMoves(client, state);
        client.state = state;
        switch (state) {
            case LOGIN, CLOSED -> {}
            case WAITING_WELCOME -> pool(client).waitingWelcome.addLast(client);
            case WAITING_REPLICATION -> pool(client).waitingReplication.addLast(client);
            case ACTIVE -> pool(client).clients.addLast(client);
            case WAITING -> pool(client).waiting.addLast(client);
            case WAITING_CANCEL -> pool(client).waitingCancel.addLast(client);
            case ACTIVE_CANCEL -> pool(client).activeCancelClients.addLast(client);
        }
    }

    private static Pool pool(ClientEntry client) {
        Pool pool = client.pool;
        if (pool == null) {
            throw new IllegalStateException("a client without a pool cannot be in its books");
        }
        return pool;
    }
}
