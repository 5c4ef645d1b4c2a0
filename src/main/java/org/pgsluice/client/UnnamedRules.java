package org.pgsluice.client;

import static org.pgsluice.wire.FrontendTag.BIND;
import static org.pgsluice.wire.FrontendTag.CLOSE;
import static org.pgsluice.wire.FrontendTag.DESCRIBE;
import static org.pgsluice.wire.FrontendTag.PARSE;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.pgsluice.net.Gather;
import org.pgsluice.prepared.StatementCatalog;
import org.pgsluice.prepared.UnnamedStatement;
import org.pgsluice.server.ReplyLedger;
import org.pgsluice.server.ServerSession;
import org.pgsluice.wire.Frames;

/**
 * Makes a client's unnamed statement its own on whichever server it gets: before it is used where it was not prepared it is prepared again, or what another
 * client has left is closed. A batch that prepares it and uses it goes on as it is. On the client's reactor.
 */
final class UnnamedRules {
    private final UnnamedStatement statement;
    /** While a buffer is walked: where the text of the latest Parse begins in it, -1 for nowhere, how long it is, and whether the client has used it. */
    private int textFrom = -1;

    private int textLength;
    private boolean used;
    /** Whether more of that text comes with the next read. */
    private boolean cut;

    UnnamedRules(StatementCatalog catalog) {
        this.statement = new UnnamedStatement(catalog);
    }

    UnnamedStatement statement() {
        return statement;
    }

    /** What becomes of a message about the unnamed statement. */
    RequestVerdict judge(byte tag, ServerSession server) {
        if ((tag != BIND && tag != DESCRIBE) || isParsedIn(server)) {
            return RequestVerdict.PASS;
        }
        ReplyLedger ledger = server.ledger();
        // Only when all that was asked before is answered it is known what the client's statement is, and whose the server has.
        return ledger.settled() || ledger.skipping() || ledger.copyIn() ? RequestVerdict.PASS : RequestVerdict.HOLD;
    }

    /** Whether a Parse of it went to that server in the segment that its next message belongs to. */
    boolean isParsedIn(ServerSession server) {
        return statement.parsedIn(server.id(), server.ledger().segment());
    }

    /** Notes the message at {@code at}, which goes on, and puts before it what it needs. {@code from} is where the text of a Parse begins. */
    void pass(ByteBuffer in, int at, int from, int frameEnd, ServerSession server, Gather out) throws IOException {
        ReplyLedger ledger = server.ledger();
        byte tag = in.get(at);
        switch (tag) {
            case PARSE -> {
                endOfBuffer(in, at);
                statement.parseSent(server.id(), ledger.segment());
                textFrom = from;
                textLength = frameEnd - from;
                used = false;
                ledger.expectUnnamed(PARSE, false);
            }
            case CLOSE -> ledger.expectUnnamed(CLOSE, false);
            default -> {
                if (isParsedIn(server)) {
                    used = true;
                } else if (ledger.settled()) {
                    carry(server, out);
                }
                ledger.expect(tag);
            }
        }
    }

    private void carry(ServerSession server, Gather out) throws IOException {
        if (!server.journal().hasUnnamed()) {
            ByteBuffer text = statement.text();
            if (text != null) {
                out.space(Frames.HEADER + 1).put(PARSE).putInt(4 + 1 + text.remaining()).put((byte) 0);
                out.insert(text.array(), text.arrayOffset() + text.position(), text.remaining());
                server.ledger().expectUnnamed(PARSE, true);
            } else if (!server.journal().lacksUnnamed()) {
                out.space(Frames.HEADER + 2).put(CLOSE).putInt(4 + 2).put((byte) 'S').put((byte) 0);
                server.ledger().expectUnnamed(CLOSE, true);
            }
        }
        statement.carriedIn(server.id(), server.ledger().segment());
    }

    /** The buffer up to {@code end} is through: what the next one will have overwritten is kept. */
    void endOfBuffer(ByteBuffer in, int end) {
        if (textFrom >= 0) {
            int to = Math.min(end, textFrom + textLength);
            if (!used || textLength <= UnnamedStatement.SMALL) {
                statement.text(in, textFrom, to, textLength);
                cut = to - textFrom < textLength;
            }
            textFrom = -1;
        }
    }

    /** The rest of a message, from {@code from} to {@code to}. */
    void rest(ByteBuffer in, int from, int to, boolean last) {
        if (cut) {
            statement.more(in, from, to);
            cut = !last;
        }
    }
}
