package org.pgsluice.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.pgsluice.net.Gather;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.PoolTerms;
import org.pgsluice.prepared.UnnamedStatement;
import org.pgsluice.server.Lane;
import org.pgsluice.server.Redo;
import org.pgsluice.server.ServerSession;
import org.pgsluice.sql.SessionEffects;
import org.pgsluice.vars.TrackedNames;
import org.pgsluice.wire.Frames;
import org.pgsluice.wire.FrontendTag;
import org.pgsluice.wire.MessageWriter;

/**
 * Walks the messages of a logged-in client: header by header, each noted in the server's ledger, runs of them on to the server in one write. What becomes of a
 * message is for {@link RequestRules} to say. Where a message ends in the next read, the count of what is left of it is all that is kept.
 */
final class RequestStream {
    private static final byte[] FLUSH = {FrontendTag.FLUSH, 0, 0, 0, 4};
    private static final byte[] DISCARD_SEQUENCES = new MessageWriter().begin(FrontendTag.QUERY).cstring("DISCARD SEQUENCES").end().toBytes();

    private final Link link;
    private final ClientSession client;
    private final Lane lane;
    private final NamedStatements named;
    private final UnnamedRules unnamed;
    private final Forgetting forgetting;
    private final Suspecting suspecting;
    private final RequestRules rules;
    private final SlowStatement slow;
    /** The server that may be written to while {@link #scan} runs; null when there is none yet. */
    private @Nullable ServerSession server;
    private long bodyLeft;
    private boolean bodyDropped;
    /** The next message waits for replies to those before. */
    private boolean holding;
    /** From where in the buffer the messages are noted in {@link Redo}; -1 for nowhere. */
    private int redoFrom = -1;
    /** The server was asked to send the replies that it has. */
    private boolean flushed;

    RequestStream(Link link, ClientSession client, Lane lane) {
        this.link = link;
        this.client = client;
        this.lane = lane;
        this.forgetting = new Forgetting(link);
        this.named = new NamedStatements(link, lane, forgetting);
        this.unnamed = new UnnamedRules(lane.commons().catalog());
        this.suspecting = new Suspecting(link, lane, unnamed.statement());
        this.rules = new RequestRules(link, client, lane, named, unnamed, forgetting, suspecting);
        this.slow = new SlowStatement(client);
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
        return rules.answering();
    }

    /** What waited for a server is answered with an error. */
    void withdrawn() {
        rules.withdrawn();
    }

    /** Whether the next message waits for replies to those before. */
    boolean holding() {
        ServerSession linked = link.server();
        return holding || (linked != null && linked.redo().isUnderWay());
    }

    /** Does again what the server has refused only because it did not have a statement. */
    void doAgain(Redo redo) {
        byte[] messages = redo.take();
        if (messages != null) {
            scan(ByteBuffer.wrap(messages));
            redo.repeated();
        }
    }

    /** Whether the message that waits for a server asks for the last value of a sequence. */
    boolean asksForSequences() {
        return rules.asksForSequences();
    }

    Forgetting forgetting() {
        return forgetting;
    }

    /** Replies have come: the message that waited for them is to be looked at again. */
    void goOn() {
        holding = false;
    }

    Suspecting suspecting() {
        return suspecting;
    }

    SlowStatement slow() {
        return slow;
    }

    UnnamedStatement unnamed() {
        return unnamed.statement();
    }

    /** Goes on where another process was. */
    void restore(ClientImage.LinkImage image) {
        bodyLeft = image.bodyLeft();
        bodyDropped = image.bodyDropped();
        rules.answering(image.answering());
        suspecting.restored();
    }

    /**
     * Passes on what {@code in} holds and consumes it, up to the first message that must be seen whole or has to wait for a server.
     *
     * @return how many bytes that message needs, 0 when unknown
     */
    int scan(ByteBuffer in) {
        server = link.bridging() ? null : link.server();
        Gather out = lane.gather();
        // What a client before left in it when it was closed must not go out now, behind a server that this one only begins to get.
        out.drop();
        redoFrom = -1;
        if (server != null) {
            out.begin(in, server.outbox());
            if (server.redo().isRecording()) {
                redoFrom = in.position();
            }
        }
        PoolTerms terms = link.pool().terms(lane.books().config());
        rules.begin(terms);
        slow.begin(terms);
        holding = false;
        int start = in.position();
        try {
            int needed = walk(in, out);
            if (link.server() != null && !client.isClosed()) {
                out.flush();
                link.counters().clientBytes += in.position() - start;
            }
            return needed;
        } catch (IOException e) {
            link.answers().flush();
            ServerSession broken = link.server();
            if (broken != null) {
                broken.close(CloseReason.SERVER_CRASHED);
            }
            return 0;
        } finally {
            link.answers().flush();
            unnamed.endOfBuffer(in, in.position());
            if (redoFrom >= 0 && server != null) {
                server.redo().add(in, redoFrom, in.position());
            }
            server = null;
        }
    }

    private int walk(ByteBuffer in, Gather out) throws IOException {
        int at = in.position();
        int end = in.limit();
        while (at < end) {
            if (bodyLeft > 0) {
                at = restOfBody(in, at, end, out);
                if (link.bridging()) {
                    return 0;
                }
                continue;
            }
            if (end - at < Frames.HEADER) {
                return Frames.HEADER;
            }
            RequestVerdict verdict = rules.judge(in, at, end, server);
            assert lane.books().marks().seen(verdict);
            switch (verdict) {
                case PASS, RENAME -> {
                    boolean first = server == null;
                    ServerSession to = reach(in, out);
                    if (to == null) {
                        rules.waits(verdict, in.get(at));
                        return 0;
                    }
                    if (first && rules.asksForSequences()) {
                        sequenceAsked();
                        continue; // the server has something to do with the answer
                    }
                    to.inquiry().goesOn();
                    advances(in.get(at), to);
                    if (slow.wants()) {
                        slow.runs(in, at, end, rules.ofUnnamed(), named);
                    }
                    at = verdict == RequestVerdict.PASS ? pass(in, at, end, to, out) : rename(in, at, to, out);
                    if (client.isClosed() || link.bridging()) {
                        return 0;
                    }
                }
                case ANSWER -> at = answer(in, at);
                case DROP -> at = body(in, at, end, true);
                case HOLD -> {
                    if (rules.forgetsSequences() && server != null) {
                        forgetSequences(server, out);
                    } else {
                        hold(out);
                    }
                    return rules.needed();
                }
                case LEAVE -> {
                    if (server != null) {
                        out.flush();
                    }
                    client.close(CloseReason.CLIENT_CLOSE_REQUEST);
                    return 0;
                }
                case REFUSE -> {
                    return 0;
                }
            }
        }
        return 0;
    }

    /** The server to write to; null when the client must wait for one, or was closed. */
    private @Nullable ServerSession reach(ByteBuffer in, Gather out) {
        ServerSession to = server;
        if (to == null) {
            link.answers().flush();
            // A client that does not take our answers is closed by that, and must not wait for a server any more.
            to = client.isClosed() ? null : link.serverForRequest();
            if (to != null) {
                server = to;
                out.begin(in, to.outbox());
            }
        } else if (link.listening().carries(to)) {
            return null;
        }
        return to;
    }

    private int restOfBody(ByteBuffer in, int at, int end, Gather out) throws IOException {
        int here = (int) Math.min(bodyLeft, end - at);
        if (!bodyDropped) {
            out.run(at, at + here);
        }
        bodyLeft -= here;
        unnamed.rest(in, at, at + here, bodyLeft == 0);
        in.position(at + here);
        if (suspecting.rest(in, at, at + here, bodyLeft == 0) && server != null) {
            link.bridge().awaitReset(server);
        }
        return at + here;
    }

    private int pass(ByteBuffer in, int at, int end, ServerSession to, Gather out) throws IOException {
        rules.answering(false);
        flushed = false;
        to.redo().onRequest(in.get(at), !rules.ofUnnamed() && isOfSegment(in.get(at)));
        note(in, at, to, out);
        int next = body(in, at, end, false);
        out.run(at, next);
        if (ResetQuery.mayEnd(in, at, next, suspecting.found()) && (!ResetQuery.endsCopy(in.get(at)) || to.ledger().copy().isOfQuery())) {
            link.bridge().awaitReset(to);
        }
        return next;
    }

    private int rename(ByteBuffer in, int at, ServerSession to, Gather out) throws IOException {
        rules.answering(false);
        flushed = false;
        if (forgetting.isDue()) {
            return forget(in, at, to, out);
        }
        to.redo().onRequest(in.get(at), true);
        boolean recording = to.redo().isRecording();
        int next = named.pass(in, at, to, out);
        if (!recording && to.redo().isRecording()) {
            redoFrom = at;
        }
        bodyLeft = named.name().left(next);
        bodyDropped = false;
        in.position(next);
        return next;
    }

    private int forget(ByteBuffer in, int at, ServerSession to, Gather out) throws IOException {
        to.redo().onRequest(in.get(at), false);
        forgetting.pass(in, at, to, out, () -> note(in, at, to, out));
        int next = at + 1 + Frames.length(in, at);
        in.position(next);
        if (ResetQuery.mayEnd(in, at, next, suspecting.found())) {
            link.bridge().awaitReset(to);
        }
        return next;
    }

    /** Whether a message does nothing by itself that a failed segment would leave behind, or that ends it. */
    private static boolean isOfSegment(byte tag) {
        return switch (tag) {
            case FrontendTag.BIND, FrontendTag.EXECUTE, FrontendTag.DESCRIBE, FrontendTag.CLOSE, FrontendTag.PARSE, FrontendTag.SYNC, FrontendTag.FLUSH -> true;
            default -> false;
        };
    }

    private int answer(ByteBuffer in, int at) {
        byte tag = in.get(at);
        if (tag == FrontendTag.SYNC) {
            rules.answering(false);
            link.answerReady();
        } else if (tag != FrontendTag.FLUSH) {
            named.answer(in, tag);
            rules.answering(true);
        }
        int next = at + 1 + Frames.length(in, at);
        in.position(next);
        return next;
    }

    /** Takes in what is here of a message; where the run of it ends. */
    private int body(ByteBuffer in, int at, int end, boolean dropped) {
        int length = Frames.length(in, at);
        int here = Math.min(1 + length, end - at);
        bodyLeft = 1L + length - here;
        bodyDropped = dropped;
        in.position(at + here);
        return at + here;
    }

    /** A statement that goes on may advance a sequence: whose last values they are. */
    private void advances(byte tag, ServerSession to) {
        boolean executes = tag == FrontendTag.QUERY || tag == FrontendTag.BIND;
        if (executes && (suspecting.effects() & (SessionEffects.NEXTVAL | SessionEffects.OPAQUE)) != 0) {
            to.inquiry().sequencesAreOf(client.id());
        }
    }

    /** Has the server forget the last values of sequences, which are another client's; the next message waits for that. */
    private void forgetSequences(ServerSession to, Gather out) throws IOException {
        out.insert(DISCARD_SEQUENCES);
        to.ledger().expectSwallowed(FrontendTag.QUERY);
        to.inquiry().sequencesAreOf(client.id());
        holding = true;
        flushed = true;
        if (to.status() == 'I') {
            sequenceAsked();
        }
    }

    /** The client asks for the last value of a sequence in a transaction of its own: its like will do so again. */
    private void sequenceAsked() {
        String application = client.vars().value(TrackedNames.APPLICATION_NAME);
        link.pool().sequenceAsked(application == null ? "" : application);
    }

    /** Leaves the next message where it is. If it waits for replies the server must send them, even if the client has not asked for them yet. */
    private void hold(Gather out) throws IOException {
        if (server != null && rules.needed() == 0) {
            holding = true;
            if (!flushed) {
                flushed = true;
                out.insert(FLUSH);
            }
        }
    }

    /** Notes in the ledger which reply is due for a message that goes on as it is. */
    private void note(ByteBuffer in, int at, ServerSession to, Gather out) throws IOException {
        byte tag = in.get(at);
        switch (tag) {
            case FrontendTag.COPY_DATA, FrontendTag.FLUSH -> {}
            case FrontendTag.COPY_DONE, FrontendTag.COPY_FAIL -> to.ledger().expectCopyEnd();
            default -> {
                link.times().requestBegins(lane.now());
                if (rules.ofUnnamed()) {
                    unnamed.pass(in, at, named.name().to() + 1, named.name().frameEnd(), to, out);
                } else {
                    to.ledger().expect(tag);
                }
            }
        }
    }
}
