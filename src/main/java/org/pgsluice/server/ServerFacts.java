package org.pgsluice.server;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;
import org.pgsluice.log.Speaker;
import org.pgsluice.net.Wire;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.Pool;
import org.pgsluice.tls.TlsConnection;

/**
 * What those ask of a server connection who show it, time it or send it a cancel request, and change nothing. On its reactor, unless a method says otherwise.
 */
public final class ServerFacts {
    private static final byte[] NO_KEY = {};

    private final ServerSession server;

    ServerFacts(ServerSession server) {
        this.server = server;
    }

    /** The other end, or null while connecting. Any thread. */
    public @Nullable SocketAddress address() {
        Wire wire = server.wire();
        return wire == null ? null : wire.remoteAddress();
    }

    /** The process id and secret that a cancel request needs, as BackendKeyData had them. Any thread. */
    public byte[] cancelKey() {
        return server.stage() instanceof ServerStage.Serving serving ? serving.cancelKey() : NO_KEY;
    }

    /** The process at the other end; 0 while it is not known. Any thread. */
    public int backendPid() {
        return server.stage() instanceof ServerStage.Serving serving ? serving.backendPid() : 0;
    }

    /** Whether its socket is not open yet. */
    public boolean dialling() {
        return server.stage() instanceof ServerStage.Dialling dialling && !dialling.dial().reached();
    }

    /** Why it is to be closed if a query of ours (the check, the reset, the SET for a client) has been under way for longer than that; null when none has. */
    public @Nullable CloseReason ownQueryOverdue(long now, long longestNanos) {
        return server.own().overdue(now, longestNanos);
    }

    /** Whether a query of ours is under way. */
    public boolean askedByUs() {
        return server.own().underWay();
    }

    /** Whether its connection is a TLS connection. Any thread. */
    public boolean encrypted() {
        Wire wire = server.wire();
        return wire != null && wire.connection() instanceof TlsConnection;
    }

    /** Whether {@link ServerSession#stopReading} holds. */
    public boolean readingStopped() {
        ServerReader reader = server.reader();
        return reader != null && reader.stopped();
    }

    /** Whether its client has nothing under way: no request that came in part, no reply that is not out. Not so before the client was told of the server. */
    public boolean betweenRequests() {
        Tenant user = server.tenant();
        return user != null && server.underWay() == Retention.NOTHING && user.outbox().isEmpty();
    }

    /** How lines of the log name it. */
    Speaker speaker() {
        String dialled = server.stage() instanceof ServerStage.Dialling dialling ? dialling.dial().toString() : "";
        Pool pool = server.pool();
        return Addresses.server(
                server.id(), pool.database().name(), pool.user().name(), address(), dialled, pool.database().config().serverPort(), backendPid());
    }
}
