package org.pgsluice.client;

import static org.pgsluice.wire.FrontendTag.BIND;
import static org.pgsluice.wire.FrontendTag.CLOSE;
import static org.pgsluice.wire.FrontendTag.COPY_DATA;
import static org.pgsluice.wire.FrontendTag.COPY_DONE;
import static org.pgsluice.wire.FrontendTag.COPY_FAIL;
import static org.pgsluice.wire.FrontendTag.DESCRIBE;
import static org.pgsluice.wire.FrontendTag.EXECUTE;
import static org.pgsluice.wire.FrontendTag.FLUSH;
import static org.pgsluice.wire.FrontendTag.FUNCTION_CALL;
import static org.pgsluice.wire.FrontendTag.PARSE;
import static org.pgsluice.wire.FrontendTag.QUERY;
import static org.pgsluice.wire.FrontendTag.SYNC;
import static org.pgsluice.wire.FrontendTag.TERMINATE;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.PoolMode;
import org.pgsluice.log.Level;
import org.pgsluice.net.Gather;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.server.Lane;
import org.pgsluice.server.ServerSession;
import org.pgsluice.server.Tuning;

/**
 * Walks the messages of a logged-in client: header by header, each noted in the server's ledger, runs of them on to the server in one write. Only messages that name a
 * prepared statement are looked into. Where a message ends in the next read, the count of what is left of it is all that is kept.
 */
final class RequestStream {
    private final Link link;
    private final ClientSession client;
    private final Lane lane;
    private final NamedStatements named;
    private long bodyLeft;
    private boolean bodyDropped;
    /** Without a server, we have answered requests of the client's ourselves and owe it the answer to its Sync. */
    private boolean answering;

    RequestStream(Link link, ClientSession client, Lane lane) {
        this.link = link;
        this.client = client;
        this.lane = lane;
        this.named = new NamedStatements(link, client, lane);
    }

    /** Whether the last message that went on is not complete yet. */
    boolean midMessage() {
        return bodyLeft > 0;
    }

    long bodyLeft() {
        return bodyLeft;
    }

    boolean bodyDropped() {
        return bodyDropped;
    }

    boolean answering() {
        return answering;
    }

    /** Goes on where another process was. */
    void restore(ClientImage.LinkImage image) {
        bodyLeft = image.bodyLeft();
        bodyDropped = image.bodyDropped();
        answering = image.answering();
    }

    /**
     * Passes on what {@code in} holds and consumes it, up to the first message that must be seen whole or has to wait for a server.
     *
     * @return how many bytes that message needs, 0 when unknown
     */
    int scan(ByteBuffer in) {
        ServerSession server = link.bridging() ? null : link.server();
        Gather out = lane.gather();
        // What a client before left in it when it was closed must not go out now, behind a server that this one only begins to get.
        out.drop();
        if (server != null) {
            out.begin(in, server.outbox());
        }
        int start = in.position();
        try {
            int needed = walk(in, server, out);
            ServerSession now = link.server();
            if (now != null && !client.isClosed()) {
                out.flush();
                link.counters().clientBytes += in.position() - start;
            }
            return needed;
        } catch (IOException e) {
            ServerSession broken = link.server();
            if (broken != null) {
                broken.close(CloseReason.SERVER_CRASHED);
            }
            return 0;
        }
    }

    private int walk(ByteBuffer in, @Nullable ServerSession linked, Gather out) throws IOException {
        Tuning tuning = lane.commons().tuning();
        boolean rename = tuning.maxPreparedStatements > 0 && link.pool().mode(lane.books().config()) != PoolMode.SESSION;
        ServerSession server = linked;
        int at = in.position();
        int end = in.limit();
        while (at < end) {
            if (bodyLeft > 0) {
                int here = (int) Math.min(bodyLeft, end - at);
                if (!bodyDropped) {
                    out.run(at, at + here);
                }
                bodyLeft -= here;
                at += here;
                in.position(at);
                continue;
            }
            if (end - at < 5) {
                return 5;
            }
            byte tag = in.get(at);
            int length = in.getInt(at + 1);
            if (length < 4 || length >= tuning.maxPacketSize) {
                client.badHeader(in, at);
                return 0;
            }
            if (tag == QUERY && tuning.disablePqexec) {
                client.log(Level.ERROR, "client used \"Query\" packet type");
                return fail(CloseReason.CLIENT_PQEXEC_DISALLOWED);
            }
            if (!needsServer(tag)) {
                if (tag == TERMINATE) {
                    out(server, out);
                    client.close(CloseReason.CLIENT_CLOSE_REQUEST);
                    return 0;
                }
                if (tag != COPY_DATA && tag != COPY_DONE && tag != COPY_FAIL) {
                    client.log(Level.ERROR, "unknown pkt from client: " + (tag & 0xff) + "/0x" + Integer.toHexString(tag & 0xff));
                    return fail(CloseReason.CLIENT_UNKNOWN_PACKET);
                }
                if (server == null) {
                    if (link.bridging()) {
                        return 0;
                    }
                    // Late data of a COPY that has failed: PostgreSQL would ignore them too.
                    at = body(in, at, end, length, true);
                    continue;
                }
            }
            if (rename && (tag == PARSE || tag == BIND || tag == DESCRIBE || tag == CLOSE)) {
                int needed = named.look(in, at, end, tag, length);
                if (needed != NamedStatements.UNNAMED) {
                    if (needed > 0 || client.isClosed()) {
                        return needed;
                    }
                    if (server == null && (tag == CLOSE || tag == PARSE) && named.answer(in, tag)) {
                        answering = true;
                        at += 1 + length;
                        in.position(at);
                        continue;
                    }
                    if (server == null) {
                        server = link.serverForRequest();
                        if (server == null) {
                            return 0;
                        }
                        out.begin(in, server.outbox());
                    }
                    int rest = named.pass(in, at, tag, length, server, out);
                    if (client.isClosed()) {
                        return 0;
                    }
                    at = rest;
                    bodyLeft = named.left(in, rest);
                    bodyDropped = false;
                    in.position(at);
                    continue;
                }
            }
            if (server == null && answering && length == 4 && (tag == SYNC || tag == FLUSH)) {
                if (tag == SYNC) {
                    answering = false;
                    link.answerReady();
                }
                at += 5;
                in.position(at);
                continue;
            }
            if (server == null) {
                server = link.serverForRequest();
                if (server == null) {
                    return 0;
                }
                out.begin(in, server.outbox());
            }
            answering = false;
            note(tag, server);
            int next = body(in, at, end, length, false);
            out.run(at, next);
            at = next;
        }
        return 0;
    }

    /** Takes in what is here of a message; where the run of it ends. */
    private int body(ByteBuffer in, int at, int end, int length, boolean dropped) {
        int here = Math.min(1 + length, end - at);
        bodyLeft = 1L + length - here;
        bodyDropped = dropped;
        in.position(at + here);
        return at + here;
    }

    private static boolean needsServer(byte tag) {
        return switch (tag) {
            case QUERY, SYNC, PARSE, BIND, DESCRIBE, EXECUTE, CLOSE, FLUSH, FUNCTION_CALL -> true;
            default -> false;
        };
    }

    /** Notes in the ledger which reply is due for a message that goes on as it is. */
    private void note(byte tag, ServerSession server) {
        switch (tag) {
            case COPY_DATA, FLUSH -> {}
            case COPY_DONE, COPY_FAIL -> server.ledger().expectCopyEnd();
            default -> {
                link.requestBegins();
                server.ledger().expect(tag);
            }
        }
    }

    private static void out(@Nullable ServerSession server, Gather out) throws IOException {
        if (server != null) {
            out.flush();
        }
    }

    private int fail(CloseReason reason) {
        client.fail(reason);
        return 0;
    }
}
