package org.pgsluice.pool;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.Config;
import org.pgsluice.config.PoolMode;

/**
 * A server connection as the books see it. The session that extends it lives on the reactor {@link #reactorIndex()}; fields of this class change only inside
 * the books, but for {@link #usedNanos}, which the session's reactor writes.
 */
public abstract non-sealed class ServerEntry extends Entry<ServerEntry> {
    final Pool pool;
    /** The client that it was opened for and goes with, since that one replicates; null for one that goes from client to client. */
    final @Nullable ClientEntry dedicated;
    ServerState state = ServerState.CLOSED;
    @Nullable ClientEntry client;
    /** Cancel requests for this server that are on their way to PostgreSQL. */
    int cancelsUnderWay;
    /** Where it was opened; null for a cancel request, and where another process did it and it could be one of several. */
    @Nullable Place place;
    /** It refused the login of its {@link #dedicated} client for good: no other is opened for that one. */
    boolean refused;
    /** It was opened at a place that failed, while others were thought to be good. */
    boolean probe;
    /** The address that it reached; null while it is opened, and for a Unix socket. */
    @Nullable InetAddress address;
    /** The assignment that a cancel request waits to be sent for; 0 for none. */
    long cancelPending;
    /** It stays, or may have to stay, with its client for what the session has. */
    boolean pinned;
    /** Which of both is not known yet. */
    boolean undecided;
    /** It stays for certain. */
    boolean apart;
    /** How often it was given to a client. */
    long assignments;

    private volatile int reactorIndex;
    private volatile boolean closeNeeded;

    /** When it was opened; the reactors' clock. */
    protected final long openedNanos;
    /** When it was last given to or taken from a client. */
    protected long usedNanos;

    protected ServerEntry(Pool pool, int reactorIndex, long now) {
        this(pool, reactorIndex, now, null);
    }

    /** @param dedicated the client that it is opened for alone; null for one that goes from client to client */
    protected ServerEntry(Pool pool, int reactorIndex, long now, @Nullable ClientEntry dedicated) {
        this.pool = pool;
        this.dedicated = dedicated;
        this.reactorIndex = reactorIndex;
        this.openedNanos = now;
        this.usedNanos = now;
    }

    public final Pool pool() {
        return pool;
    }

    /** The client that it was opened for and goes with, since that one replicates; null for one that goes from client to client. */
    public final @Nullable ClientEntry dedicated() {
        return dedicated;
    }

    /** When it goes to another client; one that is dedicated never does. */
    public final PoolMode mode(Config config) {
        return dedicated != null ? PoolMode.SESSION : pool.mode(config);
    }

    /** Its state. Exact on its own reactor and inside the books; elsewhere a moment old. */
    public final ServerState state() {
        return state;
    }

    /** The entry of the configuration by which its place was found; empty where that is not known. Any thread, once it was opened. */
    public final String host() {
        Place opened = place;
        return opened == null ? "" : opened.host();
    }

    /** The reactor that it is attached to. Any thread. */
    public final int reactorIndex() {
        return reactorIndex;
    }

    final void reactorIndex(int index) {
        reactorIndex = index;
    }

    /** Whether it is to be closed at its next release (configuration changed, RECONNECT). Any thread. */
    public final boolean closeNeeded() {
        return closeNeeded;
    }

    /** Marks it to be closed at its next release. Any thread. */
    public final void needClose() {
        closeNeeded = true;
    }

    public final long openedNanos() {
        return openedNanos;
    }

    public final long usedNanos() {
        return usedNanos;
    }

    /** The client that the books gave it to. */
    public final @Nullable ClientEntry client() {
        return client;
    }

    /** Closes the connection for {@code reason}. On its reactor. */
    public abstract void close(CloseReason reason);
}
