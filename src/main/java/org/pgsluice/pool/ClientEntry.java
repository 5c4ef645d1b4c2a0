package org.pgsluice.pool;

import org.jspecify.annotations.Nullable;
import org.pgsluice.config.Config;
import org.pgsluice.config.PoolMode;

/** A client as the books see it: a connection, or an errand of the pooler. What extends it stays on one reactor for life. */
public abstract non-sealed class ClientEntry extends Entry<ClientEntry> {
    final int reactorIndex;
    @Nullable Pool pool;
    /** What it is counted for; see {@link Members#join}. */
    @Nullable Database database;
    @Nullable User user;
    ClientState state = ClientState.LOGIN;
    @Nullable ServerEntry server;
    /** The server that it had last, or has, and which of that one's assignments that was. */
    @Nullable ServerEntry last;

    long lastAssignment;
    final boolean errand;
    /** Null for one that shares the servers of its pool. */
    private volatile @Nullable ReplicationRequest replication;
    /** The server for it alone is being opened. */
    boolean serverOnItsWay;

    /** When it began to wait for a server; 0 when it does not. */
    protected long waitSinceNanos;

    /** A connection. */
    protected ClientEntry(int reactorIndex) {
        this(reactorIndex, false);
    }

    /** @param errand whether it is no connection but something that the pooler itself asks a server */
    protected ClientEntry(int reactorIndex, boolean errand) {
        this.reactorIndex = reactorIndex;
        this.errand = errand;
    }

    /** Its state. Exact on its own reactor, but that a waiting client may have been given a server a moment ago. */
    public final ClientState state() {
        return state;
    }

    /** The reactor it lives on. Any thread. */
    public final int reactorIndex() {
        return reactorIndex;
    }

    /** The pool that it logged in to; null before. */
    public final @Nullable Pool pool() {
        return pool;
    }

    /** The database that it is counted for; null before. */
    public final @Nullable Database database() {
        return database;
    }

    /** The user that it is counted for; null before, and for a name that nobody has heard of. */
    public final @Nullable User user() {
        return user;
    }

    /** What it wants of a server of its own; null for one that shares the servers of its pool. */
    public final @Nullable ReplicationRequest replication() {
        return replication;
    }

    /** It replicates. Before it has a pool. */
    protected final void replicates(ReplicationRequest request) {
        replication = request;
    }

    /** When it gives its server back. Only with a pool. */
    public final PoolMode mode(Config config) {
        Pool joined = pool;
        return replication != null || joined == null ? PoolMode.SESSION : joined.mode(config);
    }

    /** When it began to wait for a server; 0 when it does not. */
    public final long waitSinceNanos() {
        return waitSinceNanos;
    }

    /** The books gave it {@code server}. Called without any lock, on any thread: goes to the own reactor and takes over there. */
    public abstract void granted(ServerEntry server);

    /** Its pool has had its first server, so that the login can be finished. As {@link #granted}. */
    public abstract void welcomed();

    /** Its pool cannot log in anywhere: {@code sqlState} and {@code message} are the server's. As {@link #granted}. */
    public abstract void refused(String sqlState, String message);
}
