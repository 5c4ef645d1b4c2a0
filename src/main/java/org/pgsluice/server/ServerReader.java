package org.pgsluice.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.pgsluice.net.Buffers;
import org.pgsluice.net.Inbox;
import org.pgsluice.net.Wire;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.ServerState;

/** Reads what a server sends, for its login or for its stream of replies, until the socket is empty or its client is full. On the server's reactor. */
final class ServerReader {
    private final ServerSession server;
    private final Wire wire;
    private final ReplyStream replies;
    private boolean stopped;
    /** The server goes to rest when what is being read has been read. */
    private boolean restDue;

    ServerReader(ServerSession server, Wire wire, ReplyStream replies) {
        this.server = server;
        this.wire = wire;
        this.replies = replies;
    }

    void onReadable() {
        boolean free = server.tenant() == null;
        ServerState state = server.state();
        if ((free && state == ServerState.ACTIVE) || !server.isHere()) {
            // Granted and not taken yet, or taken just now: what there is to read, even its end, is for the client, maybe on another reactor.
            return;
        }
        if (stopped) {
            wire.wantRead(false);
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
        } else if (server.wire() != null && !midMessage()) {
            // The login is through, or only a report or a notification came. From here on it may belong to another reactor: nothing of it is touched any more.
            restDue = false;
            server.turnover().rest();
        }
    }

    /** False when the server was closed. */
    private boolean readAll() {
        Buffers buffers = server.buffers();
        Inbox inbox = wire.inbox();
        int loops = server.lane().commons().tuning().loopCount;
        try {
            boolean more = true;
            while (more && loops-- > 0 && server.wire() != null && mayRead()) {
                int got = inbox.read(buffers, Buffers.SCRATCH_BYTES);
                if (got < 0) {
                    server.close(CloseReason.SERVER_CRASHED);
                    return false;
                }
                if (got == 0) {
                    break;
                }
                more = got == Buffers.SCRATCH_BYTES || inbox.hasKept();
                ByteBuffer bytes = inbox.bytes(buffers);
                ServerLogin login = server.login();
                int needed = login == null ? 0 : login.onBytes(bytes);
                if (server.login() == null && server.wire() == wire) {
                    // Behind the end of the login a report may stand already. The login itself is no traffic of the pool's.
                    server.pool().counters(server.lane().index()).serverBytes += login == null ? got : bytes.remaining();
                    needed = replies.scan(bytes);
                }
                if (server.wire() != wire) {
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

    /** Nothing is read while its client has not taken what it was sent. */
    private boolean mayRead() {
        Tenant tenant = server.tenant();
        return !stopped && (tenant == null || tenant.mayTake());
    }

    /** Lets the server rest as soon as what is being read has been read. */
    void restWhenRead() {
        restDue = true;
    }

    /** Stops or goes on reading. */
    void stop(boolean stop) {
        if (stop != stopped) {
            stopped = stop;
            wire.wantRead(!stop);
        }
    }

    boolean stopped() {
        return stopped;
    }

    /** Whether a message is here in part: the rest of it must come to the same tenant, and the bytes kept of it are a buffer of this reactor's. */
    boolean midMessage() {
        return replies.midMessage() || wire.inbox().hasKept();
    }
}
