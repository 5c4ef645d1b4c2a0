package org.pgsluice.client;

import static org.pgsluice.wire.FrontendTag.BIND;
import static org.pgsluice.wire.FrontendTag.CLOSE;
import static org.pgsluice.wire.FrontendTag.DESCRIBE;
import static org.pgsluice.wire.FrontendTag.PARSE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.pgsluice.log.Level;
import org.pgsluice.net.Gather;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.prepared.PreparedStatement;
import org.pgsluice.server.Lane;
import org.pgsluice.server.ServerSession;
import org.pgsluice.wire.Frames;

/**
 * Makes a client's named prepared statements work on whichever server it gets: Parse, Bind, Describe and Close go on under the server's names, a missing Parse is put
 * before, one that the server has is answered by us. Manual of the setting: max_prepared_statements.
 */
final class NamedStatements {
    /** The message names no statement and goes on as it is. */
    static final int UNNAMED = -1;

    private final Link link;
    private final ClientSession client;
    private final Lane lane;
    private int nameFrom;
    private int nameTo;
    private int frameEnd;
    /** The statement of a Parse that needs no server, between {@link #answers} and {@link #answer}. */
    private @Nullable PreparedStatement known;

    NamedStatements(Link link, ClientSession client, Lane lane) {
        this.link = link;
        this.client = client;
        this.lane = lane;
    }

    /**
     * Looks for the statement's name in the message at {@code at}.
     *
     * @return {@link #UNNAMED}; how many bytes must be here to tell; or 0 when it is found, or the client was closed for a broken message
     */
    int look(ByteBuffer in, int at, int end, byte tag, int length) {
        int total = 1 + length;
        int here = Math.min(end, at + total);
        frameEnd = at + total;
        switch (tag) {
            case PARSE -> {
                nameFrom = at + 5;
                if (here <= nameFrom) {
                    return length == 4 ? broken(tag) : 6;
                }
                if (in.get(nameFrom) == 0) {
                    return UNNAMED;
                }
                if (here < frameEnd) {
                    return total;
                }
                nameTo = Frames.zero(in, nameFrom, here);
                return nameTo < 0 ? broken(tag) : 0;
            }
            case BIND -> {
                int portalEnd = Frames.zero(in, at + 5, here);
                nameFrom = portalEnd + 1;
                nameTo = portalEnd < 0 ? -1 : Frames.zero(in, nameFrom, here);
                if (nameTo < 0) {
                    // Names are short: what is here and as much again will do, a whole message need not be kept.
                    return here == frameEnd ? broken(tag) : Math.min(total, Math.max(64, 2 * (here - at)));
                }
                return nameTo == nameFrom ? UNNAMED : 0;
            }
            default -> {
                if (here < frameEnd) {
                    return here > at + 5 && in.get(at + 5) != 'S' ? UNNAMED : total;
                }
                if (length < 6) {
                    return broken(tag);
                }
                nameFrom = at + 6;
                nameTo = Frames.zero(in, nameFrom, here);
                if (nameTo < 0) {
                    return broken(tag);
                }
                return in.get(at + 5) != 'S' || nameTo == nameFrom ? UNNAMED : 0;
            }
        }
    }

    /**
     * Whether the message that {@link #look} found can be answered without a server: a Close, and a Parse of a text that PostgreSQL has accepted before. So a client that
     * only prepares its statements waits for nobody. When true, {@link #answer} must follow.
     */
    boolean answers(ByteBuffer in, byte tag) {
        if (tag == CLOSE) {
            return true;
        }
        if (tag == PARSE && link.statements().get(in, nameFrom, nameTo) == null) {
            known = lane.commons().catalog().acquireProven(body(in));
            return known != null;
        }
        return false;
    }

    /** Answers the message that {@link #answers} found to need no server. */
    void answer(ByteBuffer in, byte tag) {
        PreparedStatement statement = known;
        if (tag == CLOSE) {
            link.statements().remove(in, nameFrom, nameTo);
        } else if (statement != null) {
            known = null;
            link.counters().clientParses++;
            link.statements().put(nameBytes(in), statement);
        }
        link.requestBegins();
        link.answerNow(tag);
    }

    /**
     * Passes on the message that {@link #look} found, or answers it.
     *
     * @return up to where the input is used; what follows of the message, see {@link #left}, goes on as it is
     */
    int pass(ByteBuffer in, int at, ServerSession server, Gather out) throws IOException {
        byte tag = in.get(at);
        if (tag == CLOSE) {
            close(in, server);
            return frameEnd;
        }
        link.requestBegins();
        if (tag == PARSE) {
            parse(in, server, out);
            return frameEnd;
        }
        PreparedStatement statement = link.statements().get(in, nameFrom, nameTo);
        if (statement == null) {
            client.log(Level.ERROR, "prepared statement '" + name(in) + "' not found");
            client.fail(CloseReason.CLIENT_STATEMENT_UNKNOWN);
            return frameEnd;
        }
        if (tag == BIND) {
            link.counters().binds++;
        }
        if (!server.statements().touch(statement)) {
            sendParse(statement, server, out, true);
        }
        server.ledger().expect(tag);
        int grown = statement.serverName().length - (nameTo - nameFrom);
        ByteBuffer header = out.space(5);
        header.put(tag).putInt(Frames.length(in, at) + grown);
        out.run(at + 5, nameFrom);
        out.insert(statement.serverName());
        if (tag == DESCRIBE) {
            out.run(nameTo, frameEnd);
            return frameEnd;
        }
        int here = Math.min(in.limit(), frameEnd);
        out.run(nameTo, here);
        return here;
    }

    /** How much of the message is still to come after {@code upTo}. */
    long left(int upTo) {
        return frameEnd - upTo;
    }

    private void parse(ByteBuffer in, ServerSession server, Gather out) throws IOException {
        if (link.statements().get(in, nameFrom, nameTo) != null) {
            client.log(Level.ERROR, "prepared statement '" + name(in) + "' was already prepared");
            client.fail(CloseReason.CLIENT_STATEMENT_IN_USE);
            return;
        }
        link.counters().clientParses++;
        PreparedStatement statement = lane.commons().catalog().acquire(body(in));
        link.statements().put(nameBytes(in), statement);
        if (!server.statements().touch(statement)) {
            sendParse(statement, server, out, false);
        } else if (server.invent(PARSE)) {
            link.answerNow(PARSE);
        }
    }

    private void sendParse(PreparedStatement statement, ServerSession server, Gather out, boolean swallow) throws IOException {
        byte[] serverName = statement.serverName();
        byte[] body = statement.body();
        out.space(5).put(PARSE).putInt(4 + serverName.length + 1 + body.length);
        out.insert(serverName);
        out.space(1).put((byte) 0);
        out.insert(body);
        link.counters().serverParses++;
        server.ledger().expectParse(statement, swallow);
        server.statements().add(statement);
        int most = lane.commons().tuning().maxPreparedStatements;
        for (PreparedStatement old = server.statements().overflow(most); old != null; old = server.statements().overflow(most)) {
            out.space(6).put(CLOSE).putInt(4 + 1 + old.serverName().length + 1).put((byte) 'S');
            out.insert(old.serverName());
            out.space(1).put((byte) 0);
            server.ledger().expectOwnClose(old);
            server.statements().remove(old);
        }
    }

    private void close(ByteBuffer in, ServerSession server) {
        link.statements().remove(in, nameFrom, nameTo);
        if (server.invent(CLOSE)) {
            link.answerNow(CLOSE);
        }
    }

    private int broken(byte tag) {
        client.log(Level.ERROR, "failed to parse prepared statement packet type '" + (char) tag + "'");
        client.fail(CloseReason.CLIENT_BROKEN_PACKET);
        return 0;
    }

    private String name(ByteBuffer in) {
        return new String(nameBytes(in), StandardCharsets.UTF_8);
    }

    private byte[] nameBytes(ByteBuffer in) {
        byte[] name = new byte[nameTo - nameFrom];
        in.get(nameFrom, name);
        return name;
    }

    /** What stands behind the name of a Parse: the query and its parameter types. */
    private byte[] body(ByteBuffer in) {
        byte[] body = new byte[frameEnd - nameTo - 1];
        in.get(nameTo + 1, body);
        return body;
    }
}
