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
import org.pgsluice.prepared.PreparedStatement;
import org.pgsluice.server.Ground;
import org.pgsluice.server.Lane;
import org.pgsluice.server.Reading;
import org.pgsluice.server.ReplyLedger;
import org.pgsluice.server.ServerSession;
import org.pgsluice.server.StatementJournal;
import org.pgsluice.vars.Carried;
import org.pgsluice.vars.TrackedVars;
import org.pgsluice.wire.Frames;

/**
 * Makes a client's named prepared statements work on whichever server it gets: Parse, Bind, Describe and Close go on under the server's names, a missing Parse
 * is put before, one that the server has is answered by us. What names mean is as in PostgreSQL, which gives the errors itself. Manual of the setting:
 * max_prepared_statements.
 */
final class NamedStatements {
    private final Link link;
    private final Lane lane;
    private final Forgetting forgetting;
    private final StatementName name = new StatementName();
    /** The statement of the Parse that was judged last, until it is answered or passed on; its use is ours. */
    private @Nullable PreparedStatement parsed;

    NamedStatements(Link link, Lane lane, Forgetting forgetting) {
        this.link = link;
        this.lane = lane;
        this.forgetting = forgetting;
    }

    /** Where the name stands in the message that is looked at. */
    StatementName name() {
        return name;
    }

    // ---------------------------------------------------------------- verdicts

    /**
     * What becomes of the message whose name was found, without a server. A Close is answered, and so is a Parse of a text that PostgreSQL has accepted before:
     * a client that only prepares its statements waits for nobody.
     */
    RequestVerdict judge(ByteBuffer in, byte tag) {
        if (isOfSql(in, null)) {
            return RequestVerdict.RENAME;
        }
        if (tag == CLOSE) {
            return RequestVerdict.ANSWER;
        }
        if (tag == PARSE && named(in) == null) {
            byte[] body = name.body(in);
            TrackedVars vars = link.client().vars();
            parsed = lane.commons().catalog().acquireProven(body, Reading.of(body, vars), Ground.of(link.pool(), vars));
            if (parsed != null) {
                return RequestVerdict.ANSWER;
            }
            return lane.commons().catalog().hasRoom(name.frameEnd() - name.to()) ? RequestVerdict.RENAME : RequestVerdict.REFUSE;
        }
        return RequestVerdict.RENAME;
    }

    /** What becomes of the message whose name was found, with the server that it would go to. */
    RequestVerdict judge(ByteBuffer in, byte tag, ServerSession server) {
        ReplyLedger ledger = server.ledger();
        if (ledger.skipping()) {
            return RequestVerdict.PASS;
        }
        StatementJournal journal = server.journal();
        int segment = ledger.segment();
        if (forgetting.holds(server) || journal.waits(segment, in, name.from(), name.to())) {
            return RequestVerdict.HOLD;
        }
        PreparedStatement statement = tag == CLOSE ? named(in) : readable(in, server);
        if (tag == PARSE && statement == null && !isOfSql(in, server)) {
            byte[] body = name.body(in);
            statement = lane.commons().catalog().acquireIfRoom(body, Reading.of(body, server.vars()));
            if (statement == null) {
                return RequestVerdict.REFUSE;
            }
            // Whether an answer of ours would be right is known only when what is under way is through.
            if (journal.waits(segment, statement) || (ledger.readyDue() && server.statements().touch(statement))) {
                lane.commons().catalog().release(statement);
                return RequestVerdict.HOLD;
            }
            parsed = statement;
        } else if (statement != null && tag != CLOSE && journal.waits(segment, statement)) {
            return RequestVerdict.HOLD;
        }
        return RequestVerdict.RENAME;
    }

    /** Notes what the statement of a Parse or a Bind, whose name was found, may do to the session. */
    void suspect(ByteBuffer in, int end, byte tag, Suspecting suspecting) {
        PreparedStatement statement = tag == PARSE ? parsed : named(in);
        if (statement != null) {
            suspecting.named(statement, tag != PARSE, in, name.to(), name.frameEnd(), end);
        } else if (tag == BIND) {
            suspecting.bindUnknown();
        } else if (tag == PARSE) {
            suspecting.parse(in, name.to() + 1, name.frameEnd(), end, false);
        }
    }

    // ---------------------------------------------------------------- what follows from them

    /** Answers the message that was judged so. */
    void answer(ByteBuffer in, byte tag) {
        PreparedStatement statement = parsed;
        if (tag == CLOSE) {
            link.statements().remove(in, name.from(), name.to());
        } else if (statement != null) {
            parsed = null;
            link.counters().clientParses++;
            link.statements().put(name.bytes(in), statement, true);
        }
        link.times().requestBegins(lane.now());
        link.answers().now(tag);
    }

    /**
     * Passes on the message that was judged so, or has it answered in its turn.
     *
     * @return up to where the input is used; what follows of the message, see {@link StatementName#left}, goes on as it is
     */
    int pass(ByteBuffer in, int at, ServerSession server, Gather out) throws IOException {
        byte tag = in.get(at);
        link.times().requestBegins(lane.now());
        return switch (tag) {
            case PARSE -> parse(in, at, server, out);
            case CLOSE -> close(in, at, server, out);
            default -> use(in, at, tag, server, out);
        };
    }

    private int use(ByteBuffer in, int at, byte tag, ServerSession server, Gather out) throws IOException {
        if (tag == BIND) {
            link.counters().binds++;
        }
        PreparedStatement statement = named(in);
        if (statement == null) {
            return unknown(in, at, tag, server, out);
        }
        if (statement.forgets()) {
            forgetting.begins();
        }
        byte[] called = link.statements().called(in, name.from(), name.to());
        boolean redoes = begins(server);
        if (!server.statements().touch(statement)) {
            sendParse(statement, called, server, out);
        }
        server.ledger().expectUse(tag, statement, called);
        if (redoes) {
            server.redo().begun(server.ledger(), link.statements().isFirstUse(in, name.from(), name.to()));
        }
        return rename(in, at, tag, statement.serverName(), out);
    }

    /** Whether a segment that can be done again begins with this message. */
    private static boolean begins(ServerSession server) {
        boolean begins = server.ledger().settled() && !server.ledger().unsynced() && server.status() == 'I';
        if (begins) {
            server.redo().begin(server.ledger());
        }
        return begins;
    }

    /** Whether a name that is not of the protocol is one that the client has prepared by SQL. PostgreSQL has one space of names for both. */
    boolean isOfSql(ByteBuffer in, @Nullable ServerSession server) {
        Carried known = (server == null ? link.client().vars() : server.vars()).carrying().statements();
        return known != Carried.NONE && named(in) == null && known.value(new String(name.bytes(in), StandardCharsets.ISO_8859_1)) != null;
    }

    /**
     * PostgreSQL itself says that it does not know the name, or does what it is asked if the client has prepared it by SQL. A name that servers use must not
     * reach it: it would be another client's.
     */
    private int unknown(ByteBuffer in, int at, byte tag, ServerSession server, Gather out) throws IOException {
        if (PreparedStatement.isServerName(in, name.from(), name.to())) {
            server.ledger().expectUse(tag, null, name.bytes(in));
            return rename(in, at, tag, PreparedStatement.nobodysName(), out);
        }
        server.ledger().expect(tag);
        int here = Math.min(in.limit(), name.frameEnd());
        out.run(at, here);
        return here;
    }

    private int rename(ByteBuffer in, int at, byte tag, byte[] serverName, Gather out) throws IOException {
        int grown = serverName.length - (name.to() - name.from());
        out.space(Frames.HEADER).put(tag).putInt(Frames.length(in, at) + grown);
        out.run(at + Frames.HEADER, name.from());
        out.insert(serverName);
        int here = tag == DESCRIBE ? name.frameEnd() : Math.min(in.limit(), name.frameEnd());
        out.run(name.to(), here);
        return here;
    }

    private int parse(ByteBuffer in, int at, ServerSession server, Gather out) throws IOException {
        PreparedStatement existing = named(in);
        if (existing == null && isOfSql(in, server)) {
            server.ledger().expectDuplicate(null, name.bytes(in));
            int here = Math.min(in.limit(), name.frameEnd());
            out.run(at, here);
            return here;
        }
        if (existing != null) {
            duplicate(in, existing, server, out);
            return name.frameEnd();
        }
        PreparedStatement statement = parsed == null ? acquire(name.body(in), server) : parsed;
        parsed = null;
        link.counters().clientParses++;
        byte[] called = name.bytes(in);
        boolean has = server.statements().touch(statement);
        if (has && server.status() != 'E' && statement.isProvenOn(Ground.of(link.pool(), server.vars()))) {
            if (server.answersAtOnce()) {
                link.statements().put(called, statement, true);
                link.answers().now(PARSE);
            } else {
                server.journal().parse(server.ledger().segment(), statement, false, link.statements(), called);
                server.ledger().invent(PARSE);
            }
            return name.frameEnd();
        }
        boolean redoes = begins(server);
        if (has) {
            // Whether it is accepted here and now must be asked again.
            sendClose(statement, server, out);
        }
        writeParse(statement, statement.body(), server, out);
        server.ledger().expectParse(statement, false, called);
        server.journal().parse(server.ledger().segment(), statement, true, link.statements(), called);
        if (redoes) {
            server.redo().begun(server.ledger(), false);
        }
        pushOut(server, out);
        return name.frameEnd();
    }

    /** The name is in use: PostgreSQL says so, once it has looked at the text, if it has a statement of that name. */
    private void duplicate(ByteBuffer in, PreparedStatement existing, ServerSession server, Gather out) throws IOException {
        link.client().log(Level.LOG, "prepared statement '" + new String(name.bytes(in), StandardCharsets.UTF_8) + "' was already prepared");
        byte[] called = name.bytes(in);
        if (!server.statements().touch(existing)) {
            sendParse(existing, called, server, out);
        }
        writeMessage(existing, name.body(in), out);
        server.ledger().expectDuplicate(existing, called);
    }

    private int close(ByteBuffer in, int at, ServerSession server, Gather out) throws IOException {
        if (named(in) == null) {
            return unknown(in, at, CLOSE, server, out);
        }
        if (server.answersAtOnce()) {
            link.statements().remove(in, name.from(), name.to());
            link.answers().now(CLOSE);
        } else {
            server.journal().closeName(server.ledger().segment(), link.statements(), name.bytes(in));
            server.ledger().invent(CLOSE);
        }
        return name.frameEnd();
    }

    // ---------------------------------------------------------------- messages of ours

    private void sendParse(PreparedStatement statement, byte[] called, ServerSession server, Gather out) throws IOException {
        writeParse(statement, statement.body(), server, out);
        server.ledger().expectParse(statement, true, called);
        server.journal().parse(server.ledger().segment(), statement, true, null, null);
        pushOut(server, out);
    }

    private void writeParse(PreparedStatement statement, byte[] body, ServerSession server, Gather out) throws IOException {
        if (server.journal().isInDoubt()) {
            writeClose(statement, out);
            server.ledger().expectSwallowed(CLOSE);
        }
        writeMessage(statement, body, out);
    }

    private void writeMessage(PreparedStatement statement, byte[] body, Gather out) throws IOException {
        byte[] serverName = statement.serverName();
        link.counters().serverParses++;
        out.space(Frames.HEADER).put(PARSE).putInt(4 + serverName.length + 1 + body.length);
        out.insert(serverName);
        out.space(1).put((byte) 0);
        out.insert(body);
    }

    /** Closes the statements used longest ago, where the server has more than it should. */
    private void pushOut(ServerSession server, Gather out) throws IOException {
        int most = lane.commons().tuning().maxPreparedStatements;
        StatementJournal journal = server.journal();
        int segment = server.ledger().segment();
        for (PreparedStatement old = journal.overflow(segment, most); old != null; old = journal.overflow(segment, most)) {
            sendClose(old, server, out);
        }
    }

    private static void sendClose(PreparedStatement statement, ServerSession server, Gather out) throws IOException {
        writeClose(statement, out);
        server.ledger().expectOwnClose(statement);
        server.journal().close(server.ledger().segment(), statement);
    }

    private static void writeClose(PreparedStatement statement, Gather out) throws IOException {
        byte[] serverName = statement.serverName();
        out.space(Frames.HEADER + 1).put(CLOSE).putInt(4 + 1 + serverName.length + 1).put((byte) 'S');
        out.insert(serverName);
        out.space(1).put((byte) 0);
    }

    /** What the name means. Where the server does not have it and would read the text otherwise than it was read before, that is another statement. */
    private @Nullable PreparedStatement readable(ByteBuffer in, ServerSession server) {
        PreparedStatement statement = named(in);
        if (statement == null || server.statements().touch(statement) || statement.reading().equals(Reading.of(statement.body(), server.vars()))) {
            return statement;
        }
        PreparedStatement anew = acquire(statement.body(), server);
        link.statements().replace(in, name.from(), name.to(), anew);
        return anew;
    }

    private PreparedStatement acquire(byte[] body, ServerSession server) {
        return lane.commons().catalog().acquire(body, Reading.of(body, server.vars()));
    }

    @Nullable PreparedStatement named(ByteBuffer in) {
        return link.statements().get(in, name.from(), name.to());
    }
}
