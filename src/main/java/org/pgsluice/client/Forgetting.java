package org.pgsluice.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.pgsluice.net.Gather;
import org.pgsluice.prepared.ClientStatements;
import org.pgsluice.prepared.Deallocations;
import org.pgsluice.server.ReplyLedger;
import org.pgsluice.server.ServerSession;
import org.pgsluice.wire.Frames;
import org.pgsluice.wire.FrontendTag;

/**
 * SQL that makes a client's statements be forgotten: {@code DEALLOCATE} of a name, or of all. Whether it was done shows in the replies; until then no message
 * that names a statement goes on. A name of the client's is not the server's: a statement without a text is put in its place, so that PostgreSQL says what it
 * would. On the client's reactor.
 */
final class Forgetting {
    private static final byte[] SOMEBODY_ELSES = {};
    private static final String STAND_IN = "pgbouncer_d";

    private final Link link;
    /** The client's names whose DEALLOCATE is under way, in order; an empty one where it is not the client's. */
    private final ArrayDeque<byte[]> names = new ArrayDeque<>(0);
    private boolean underWay;
    private @Nullable Deallocations found;

    Forgetting(Link link) {
        this.link = link;
    }

    /** A statement is used that forgets others. */
    void begins() {
        underWay = true;
    }

    /** All replies have come. */
    void settled() {
        if (underWay) {
            underWay = false;
            names.clear();
        }
    }

    /** Whether a message that names a statement must wait. */
    boolean holds(ServerSession server) {
        if (!underWay) {
            return false;
        }
        if (server.ledger().settled()) {
            settled();
            return false;
        }
        return true;
    }

    /** What becomes of a message in whose SQL, from {@code from} to {@code to}, something is forgotten. */
    RequestVerdict judge(ByteBuffer in, int from, int to, @Nullable ServerSession server) {
        found = Deallocations.in(in, from, to);
        if (found == null || (server != null && server.ledger().skipping())) {
            found = null;
            return RequestVerdict.PASS;
        }
        if (server != null && (holds(server) || leavesOpen(server, found))) {
            found = null;
            return RequestVerdict.HOLD;
        }
        return RequestVerdict.RENAME;
    }

    /** Whether a name may or may not be the client's: its Parse or Close is under way in an earlier segment. */
    private static boolean leavesOpen(ServerSession server, Deallocations all) {
        int segment = server.ledger().segment();
        for (Deallocations.Name name : all.names()) {
            if (server.journal().waits(segment, ByteBuffer.wrap(name.name()), 0, name.name().length)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the message that was judged last is to be passed on by {@link #pass}. */
    boolean isDue() {
        return found != null;
    }

    /** Passes on the whole message that was judged so, with stand-ins for the client's names. What is due for it is for the caller to note. */
    void pass(ByteBuffer in, int at, ServerSession server, Gather out, Noting noting) throws IOException {
        Deallocations all = found;
        found = null;
        if (all == null) {
            throw new IllegalStateException("nothing was found in the message");
        }
        settled();
        underWay = true;
        int frameEnd = at + 1 + Frames.length(in, at);
        int grown = 0;
        for (Deallocations.Name name : all.names()) {
            boolean own = link.statements().get(ByteBuffer.wrap(name.name()), 0, name.name().length) != null;
            if (own) {
                byte[] standIn = standIn(names.size());
                prepare(standIn, server.ledger(), out);
                grown += standIn.length - (name.to() - name.from());
            }
            names.add(own ? name.name() : SOMEBODY_ELSES);
        }
        noting.note();
        out.space(Frames.HEADER).put(in.get(at)).putInt(Frames.length(in, at) + grown);
        int from = at + Frames.HEADER;
        int index = 0;
        for (byte[] name : names) {
            Deallocations.Name written = all.names().get(index);
            if (name.length > 0) {
                out.run(from, written.from());
                out.insert(standIn(index));
                from = written.to();
            }
            index++;
        }
        out.run(from, frameEnd);
    }

    /** Notes what is due for a message. */
    interface Noting {
        void note() throws IOException;
    }

    private static byte[] standIn(int index) {
        return (STAND_IN + index).getBytes(StandardCharsets.US_ASCII);
    }

    /** Makes sure that the server has the stand-in: it may have one from a DEALLOCATE that failed. */
    private static void prepare(byte[] standIn, ReplyLedger ledger, Gather out) throws IOException {
        out.space(Frames.HEADER + 1).put(FrontendTag.CLOSE).putInt(4 + 1 + standIn.length + 1).put((byte) 'S');
        out.insert(standIn);
        out.space(1 + Frames.HEADER).put((byte) 0).put(FrontendTag.PARSE).putInt(4 + standIn.length + 1 + 1 + 2);
        out.insert(standIn);
        out.space(4).put((byte) 0).put((byte) 0).putShort((short) 0);
        ledger.expectSwallowed(FrontendTag.CLOSE);
        ledger.expectSwallowed(FrontendTag.PARSE);
    }

    /** The server has done a DEALLOCATE of a name. */
    void deallocated(@Nullable ClientStatements of) {
        byte[] name = names.poll();
        if (name != null && of != null && name.length > 0) {
            of.remove(ByteBuffer.wrap(name), 0, name.length);
        }
    }
}
