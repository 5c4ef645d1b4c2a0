package org.pgsluice.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.pgsluice.net.Buffers;
import org.pgsluice.net.Connection;
import org.pgsluice.net.Inbox;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.ServerState;

/** Reads what a server sends, for its login or for its stream of replies, until the socket is empty or its client is full. On the server's reactor. */
final class ServerReader {
    private final ServerSession server;
    private final Connection connection;
    private final ReplyStream replies;
    private final Inbox inbox;
    private boolean stopped;
    /** The server goes to rest when what is being read has been read. */
    private boolean restDue;

    ServerReader(ServerSession server, Connection connection, ReplyStream replies) {
        this.server = server;
        this.connection = connection;
        this.replies = replies;
        this.inbox = new Inbox(connection);
    }

    void onReadable() {
        boolean free = server.tenant() == null;
        ServerState state = server.state();
        if ((free && state == ServerState.ACTIVE) || !server.isHere()) {
            // Granted and not taken yet, or taken just now: what there is to read, even its end, is for the client, maybe on another reactor.
            return;
        }
        if (stopped) {
            connection.wantRead(false);
            return;
        }
        if (free && (state == ServerState.IDLE || state == ServerState.USED)) {
            if (!server.books().claimUnused(server, server.lane().index())) {
                // Given away to another reactor a moment ago; what there is to read is for that one.
                return;
            }
            restDue = true;
        }
        if (!readAll()) {
            return;
        }
        if (!restDue) {
            server.afterReplies();
        } else if (server.connection() != null && !midMessage()) {
            // The login is through, or only a report or a notification came. From here on it may belong to another reactor: nothing of it is touched any more.
            restDue = false;
            server.rest();
        }
    }

    /** False when the server was closed. */
    private boolean readAll() {
        Buffers buffers = server.buffers();
        int loops = server.lane().commons().tuning().loopCount;
        try {
            boolean more = true;
            while (more && loops-- > 0 && server.connection() != null && !stopped) {
                int got = inbox.read(buffers, Buffers.SCRATCH_BYTES);
                if (got < 0) {
                    server.close(CloseReason.SERVER_CRASHED);
                    return false;
                }
                if (got == 0) {
                    break;
                }
                more = got == Buffers.SCRATCH_BYTES || inbox.hasKept();
                server.pool().counters(server.lane().index()).serverBytes += got;
                ByteBuffer bytes = inbox.bytes(buffers);
                ServerLogin login = server.login();
                int needed = login == null ? 0 : login.onBytes(bytes);
                if (server.login() == null && server.connection() == connection) {
                    // Behind the end of the login a report may stand already.
                    needed = replies.scan(bytes);
                }
                if (server.connection() != connection) {
                    return false;
                }
                inbox.keep(bytes, buffers, needed);
            }
            return true;
        } catch (IOException e) {
            server.close(CloseReason.SERVER_CRASHED);
            return false;
        }
    }

    /** Lets the server rest as soon as what is being read has been read. */
    void restWhenRead() {
        restDue = true;
    }

    /** Stops or goes on reading. */
    void stop(boolean stop) {
        if (stop != stopped) {
            stopped = stop;
            connection.wantRead(!stop);
        }
    }

    boolean stopped() {
        return stopped;
    }

    /** Whether a message is here in part: the rest of it must come to the same tenant, and the bytes kept of it are a buffer of this reactor's. */
    boolean midMessage() {
        return replies.midMessage() || inbox.hasKept();
    }

    Inbox inbox() {
        return inbox;
    }

    /** Gives back what is kept. */
    void close() {
        inbox.close(server.buffers());
    }
}
