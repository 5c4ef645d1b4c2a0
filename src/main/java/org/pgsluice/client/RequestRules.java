package org.pgsluice.client;

import static org.pgsluice.client.RequestVerdict.ANSWER;
import static org.pgsluice.client.RequestVerdict.DROP;
import static org.pgsluice.client.RequestVerdict.HOLD;
import static org.pgsluice.client.RequestVerdict.LEAVE;
import static org.pgsluice.client.RequestVerdict.PASS;
import static org.pgsluice.client.RequestVerdict.REFUSE;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.PoolMode;
import org.pgsluice.log.Level;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.PoolTerms;
import org.pgsluice.prepared.Deallocations;
import org.pgsluice.server.Lane;
import org.pgsluice.server.ServerSession;
import org.pgsluice.server.Tuning;
import org.pgsluice.sql.SessionEffects;
import org.pgsluice.wire.Frames;
import org.pgsluice.wire.FrontendTag;

/** Says of each message of a logged-in client what becomes of it. Only a message that may name a prepared statement is looked into. On the client's reactor. */
final class RequestRules {
    /** DEALLOCATE is not searched for in longer queries. */
    private static final int LONGEST_LOOKED_INTO = 16 * 1024;

    private final Link link;
    private final ClientSession client;
    private final Lane lane;
    private final NamedStatements named;
    private final UnnamedRules unnamed;
    private final Forgetting forgetting;
    private final Suspecting suspecting;
    private boolean carries;
    private boolean renames;
    private int needed;
    private boolean ofUnnamed;
    private boolean forgetsSequences;
    /** The next message is a plain query, which was judged when there was no server for it. */
    private boolean known;
    /** Without a server, we have answered requests of the client's ourselves and owe it the answer to its Sync. */
    private boolean answering;

    RequestRules(Link link, ClientSession client, Lane lane, NamedStatements named, UnnamedRules unnamed, Forgetting forgetting,
            Suspecting suspecting) {
        this.link = link;
        this.client = client;
        this.lane = lane;
        this.named = named;
        this.unnamed = unnamed;
        this.forgetting = forgetting;
        this.suspecting = suspecting;
    }

    /** The settings that hold for the messages that come now. */
    void begin(PoolTerms terms) {
        carries = terms.mode != PoolMode.SESSION && client.replication() == null;
        suspecting.begin(carries && terms.state.carries());
        renames = carries && lane.commons().tuning().maxPreparedStatements > 0;
    }

    /** After {@link RequestVerdict#HOLD}: how many bytes of the message must be here, 0 when it waits for something else. */
    int needed() {
        return needed;
    }

    /** After {@link RequestVerdict#PASS}: the message is about the unnamed statement. */
    boolean ofUnnamed() {
        return ofUnnamed;
    }

    /** After {@link RequestVerdict#HOLD}: the server has to forget the last values of its sequences first, since they are another client's. */
    boolean forgetsSequences() {
        return forgetsSequences;
    }

    /** Whether the message that was judged last asks for the last value of a sequence. */
    boolean asksForSequences() {
        return (suspecting.effects() & SessionEffects.SEQUENCE) != 0 && lane.commons().tuning().ownSequenceValues;
    }

    boolean answering() {
        return answering;
    }

    void answering(boolean owed) {
        answering = owed;
    }

    /** The message that was judged last waits for a server, and is judged again when that is here. A plain query need not be looked into twice. */
    void waits(RequestVerdict verdict, byte tag) {
        known = verdict == PASS && tag == FrontendTag.QUERY && suspecting.isPlain();
    }

    /** The message that waited was taken out. */
    void withdrawn() {
        known = false;
        answering = false;
    }

    /** Judges the message at {@code at}, whose header is here; {@code server} is the one that may be written to, null when there is none yet. */
    RequestVerdict judge(ByteBuffer in, int at, int end, @Nullable ServerSession server) {
        if (known) {
            known = false;
            return PASS;
        }
        Tuning tuning = lane.commons().tuning();
        byte tag = in.get(at);
        int length = Frames.length(in, at);
        needed = 0;
        ofUnnamed = false;
        forgetsSequences = false;
        suspecting.next();
        if (length < 4 || length >= tuning.maxPacketSize) {
            link.answers().flush();
            client.badHeader(in, at);
            return REFUSE;
        }
        return switch (tag) {
            case FrontendTag.BIND, FrontendTag.PARSE, FrontendTag.DESCRIBE, FrontendTag.CLOSE -> carries ? ofStatement(in, at, end, tag, server) : PASS;
            // Without a server nothing is under way that they could end or fetch: PostgreSQL would say that it is idle, or nothing.
            case FrontendTag.SYNC, FrontendTag.FLUSH -> server == null && length == 4 && !link.bridging() ? ANSWER : PASS;
            case FrontendTag.EXECUTE -> PASS;
            case FrontendTag.FUNCTION_CALL -> {
                suspecting.unseen();
                yield PASS;
            }
            case FrontendTag.QUERY -> tuning.disablePqexec ? noSimpleQuery() : simpleQuery(in, at, end, length, server);
            default -> rare(tag, server != null);
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

    private RequestVerdict ofStatement(ByteBuffer in, int at, int end, byte tag, @Nullable ServerSession server) {
        int found = named.name().find(in, at, end, tag);
        if (found > 0) {
            needed = found;
            return HOLD;
        }
        return switch (found) {
            case StatementName.UNNAMED -> {
                ofUnnamed = true;
                if (tag == FrontendTag.PARSE && isToBeSeenWhole(at, end, Frames.length(in, at))) {
                    yield HOLD;
                }
                suspect(in, end, tag, true, server);
                if (waitsForSequences(server)) {
                    yield HOLD;
                }
                yield tag == FrontendTag.PARSE ? parseOfUnnamed(in, end, server) : server == null ? PASS : unnamed.judge(tag, server);
            }
            // What is broken PostgreSQL refuses in its turn, and the session goes on.
            case StatementName.NONE, StatementName.BROKEN -> PASS;
            case StatementName.ENDLESS -> {
                client.log(Level.ERROR, "failed to parse prepared statement packet type '" + (char) tag + "'");
                yield refuse(CloseReason.CLIENT_BROKEN_PACKET);
            }
            default -> renames ? ofNamed(in, end, tag, server) : ofOwnName(in, end, tag);
        };
    }

    /** The server knows the statement by the client's own name, and we do not know its text. */
    private RequestVerdict ofOwnName(ByteBuffer in, int end, byte tag) {
        if (tag == FrontendTag.PARSE) {
            suspect(in, end, tag, false, null);
        } else if (tag == FrontendTag.BIND) {
            suspecting.unseen();
        }
        return PASS;
    }

    private void suspect(ByteBuffer in, int end, byte tag, boolean unnamedOne, @Nullable ServerSession server) {
        StatementName name = named.name();
        if (tag == FrontendTag.PARSE) {
            suspecting.parse(in, name.to() + 1, name.frameEnd(), end, unnamedOne);
        } else if (tag == FrontendTag.BIND) {
            suspecting.bindUnnamed(in, name.to(), name.frameEnd(), end, server != null && unnamed.isParsedIn(server));
        }
    }

    private RequestVerdict ofNamed(ByteBuffer in, int end, byte tag, @Nullable ServerSession server) {
        if (tag == FrontendTag.CLOSE && named.isOfSql(in, server)) {
            suspecting.closeOfSql();
        } else if (tag == FrontendTag.BIND || tag == FrontendTag.PARSE) {
            named.suspect(in, end, tag, suspecting);
            if (waitsForSequences(server)) {
                return HOLD;
            }
        }
        RequestVerdict verdict = server == null ? named.judge(in, tag) : named.judge(in, tag, server);
        return verdict == REFUSE ? refuse(CloseReason.CLIENT_STATEMENT_MEMORY) : verdict;
    }

    /** SQL is looked into only if it is as short as a RESET of all, or for a client that has named statements, which it may deallocate by name. */
    private RequestVerdict simpleQuery(ByteBuffer in, int at, int end, int length, @Nullable ServerSession server) {
        if (isToBeSeenWhole(at, end, length)) {
            return HOLD;
        }
        suspecting.query(in, at, end);
        if (waitsForSequences(server)) {
            return HOLD;
        }
        boolean mayForget = renames && mayHaveNames(server) && length <= LONGEST_LOOKED_INTO;
        if (!mayForget && !ResetQuery.mustBeWhole(in, at, end)) {
            return PASS;
        }
        if (end - at <= length) {
            needed = 1 + length;
            return HOLD;
        }
        return mayForget ? forgetting.judge(in, at + Frames.HEADER, at + length, server) : PASS;
    }

    /** Whether the client has named statements, or has them again when a Close under way is skipped. */
    private boolean mayHaveNames(@Nullable ServerSession server) {
        return link.statementCount() > 0 || (server != null && server.journal().hasUnderWay());
    }

    private RequestVerdict parseOfUnnamed(ByteBuffer in, int end, @Nullable ServerSession server) {
        StatementName name = named.name();
        if (!renames || !mayHaveNames(server) || name.frameEnd() > end || !Deallocations.begins(in, name.to() + 1, name.frameEnd())) {
            return PASS;
        }
        return forgetting.judge(in, name.to() + 1, Math.max(name.to() + 1, Frames.zero(in, name.to() + 1, name.frameEnd())), server);
    }

    /** Whether more of a text has to be here before it goes on, since what it may do must be known by then. Long ones are looked at as they come. */
    private boolean isToBeSeenWhole(int at, int end, int length) {
        boolean waits = suspecting.isOn() && end - at <= length && length <= LONGEST_LOOKED_INTO;
        if (waits) {
            needed = 1 + length;
        }
        return waits;
    }

    /**
     * Whether a message that asks for the last value of a sequence has to wait: the server has another client's, or may have. In the midst of a segment it
     * cannot be told to forget them.
     */
    private boolean waitsForSequences(@Nullable ServerSession server) {
        if (server == null || !asksForSequences() || server.inquiry().hasSequencesOf(client.id()) || server.ledger().skipping()) {
            return false;
        }
        forgetsSequences = server.ledger().settled() && server.status() != 'E' && !server.ledger().unsynced();
        return forgetsSequences || !server.ledger().settled();
    }

    private RequestVerdict noSimpleQuery() {
        client.log(Level.ERROR, "client used \"Query\" packet type");
        return refuse(CloseReason.CLIENT_PQEXEC_DISALLOWED);
    }

    private RequestVerdict refuse(CloseReason reason) {
        link.answers().flush();
        client.fail(reason);
        return REFUSE;
    }
}
