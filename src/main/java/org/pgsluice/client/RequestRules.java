package org.pgsluice.client;

import static org.pgsluice.client.RequestVerdict.ANSWER;
import static org.pgsluice.client.RequestVerdict.DROP;
import static org.pgsluice.client.RequestVerdict.HOLD;
import static org.pgsluice.client.RequestVerdict.LEAVE;
import static org.pgsluice.client.RequestVerdict.PASS;
import static org.pgsluice.client.RequestVerdict.REFUSE;

import java.nio.ByteBuffer;
import org.pgsluice.config.PoolMode;
import org.pgsluice.log.Level;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.server.Lane;
import org.pgsluice.server.Tuning;
import org.pgsluice.wire.Frames;
import org.pgsluice.wire.FrontendTag;

/** Says of each message of a logged-in client what becomes of it. Only a message that may name a prepared statement is looked into. On the client's reactor. */
final class RequestRules {
    private final Link link;
    private final ClientSession client;
    private final Lane lane;
    private final NamedStatements named;
    private boolean renames;
    private int needed;
    /** Without a server, we have answered requests of the client's ourselves and owe it the answer to its Sync. */
    private boolean answering;

    RequestRules(Link link, ClientSession client, Lane lane, NamedStatements named) {
        this.link = link;
        this.client = client;
        this.lane = lane;
        this.named = named;
    }

    /** The settings that hold for the messages that come now. */
    void begin() {
        renames = lane.commons().tuning().maxPreparedStatements > 0 && link.pool().mode(lane.books().config()) != PoolMode.SESSION;
    }

    /** After {@link RequestVerdict#HOLD}: how many bytes of the message must be here, 0 when it waits for something else. */
    int needed() {
        return needed;
    }

    boolean answering() {
        return answering;
    }

    void answering(boolean owed) {
        answering = owed;
    }

    /** Judges the message at {@code at}, whose header is here. {@code linked}: the client has a server that may be written to. */
    RequestVerdict judge(ByteBuffer in, int at, int end, boolean linked) {
        Tuning tuning = lane.commons().tuning();
        byte tag = in.get(at);
        int length = Frames.length(in, at);
        needed = 0;
        if (length < 4 || length >= tuning.maxPacketSize) {
            client.badHeader(in, at);
            return REFUSE;
        }
        return switch (tag) {
            case FrontendTag.BIND, FrontendTag.PARSE, FrontendTag.DESCRIBE, FrontendTag.CLOSE -> renames ? ofStatement(in, at, end, tag, length, linked) : PASS;
            case FrontendTag.SYNC, FrontendTag.FLUSH -> answering && !linked && length == 4 ? ANSWER : PASS;
            case FrontendTag.EXECUTE, FrontendTag.FUNCTION_CALL -> PASS;
            case FrontendTag.QUERY -> tuning.disablePqexec ? noSimpleQuery() : PASS;
            default -> rare(tag, linked);
        };
    }

    private RequestVerdict rare(byte tag, boolean linked) {
        return switch (tag) {
            case FrontendTag.TERMINATE -> LEAVE;
            // Without a server they are late data of a COPY that has failed: PostgreSQL would ignore them too.
            case FrontendTag.COPY_DATA, FrontendTag.COPY_DONE, FrontendTag.COPY_FAIL -> linked ? PASS : link.bridging() ? HOLD : DROP;
            default -> {
                client.log(Level.ERROR, "unknown pkt from client: " + (tag & 0xff) + "/0x" + Integer.toHexString(tag & 0xff));
                yield refuse(CloseReason.CLIENT_UNKNOWN_PACKET);
            }
        };
    }

    private RequestVerdict ofStatement(ByteBuffer in, int at, int end, byte tag, int length, boolean linked) {
        int look = named.look(in, at, end, tag, length);
        if (look == NamedStatements.UNNAMED) {
            return PASS;
        }
        if (client.isClosed()) {
            return REFUSE;
        }
        if (look > 0) {
            needed = look;
            return HOLD;
        }
        return !linked && named.answers(in, tag) ? ANSWER : RequestVerdict.RENAME;
    }

    private RequestVerdict noSimpleQuery() {
        client.log(Level.ERROR, "client used \"Query\" packet type");
        return refuse(CloseReason.CLIENT_PQEXEC_DISALLOWED);
    }

    private RequestVerdict refuse(CloseReason reason) {
        client.fail(reason);
        return REFUSE;
    }
}
