package org.pgsluice.admin.view;

import org.jspecify.annotations.Nullable;

/**
 * A client or a server connection. Times are microseconds since the epoch.
 *
 * @param state its list; also says whether it is a client or a server
 * @param user the login user, null while unknown
 * @param database the pool's database, null while unknown and for peers
 * @param address the other end: an IP address, or {@code unix}
 * @param port the other end's port
 * @param connectMicros when the connection was made
 * @param requestMicros when its latest request came, 0 for never
 * @param waitMicros for how long the current query waits or runs, 0 for none
 * @param pointer the token behind {@code 0x} in log lines and in {@code ptr}
 * @param link the pointer of the other side of its link, 0 for none
 * @param remotePid the process at the other end, where known; 0 otherwise
 * @param tls protocol and cipher, empty without TLS
 * @param id the number in the one sequence of clients and servers
 */
public record SocketRow(
        SocketState state,
        @Nullable String user,
        @Nullable String database,
        Replication replication,
        String address,
        int port,
        String localAddress,
        int localPort,
        long connectMicros,
        long requestMicros,
        long waitMicros,
        boolean closeNeeded,
        long pointer,
        long link,
        int remotePid,
        String tls,
        String applicationName,
        int preparedStatements,
        long id,
        SocketBuffers buffers) {
    /** The word for its state; whoever is active but has no link does nothing. */
    public String word() {
        boolean active = state == SocketState.CLIENT_ACTIVE || state == SocketState.SERVER_ACTIVE;
        return active && link == 0 ? "idle" : state.word();
    }
}
