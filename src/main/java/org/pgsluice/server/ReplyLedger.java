package org.pgsluice.server;

import static org.pgsluice.wire.FrontendTag.BIND;
import static org.pgsluice.wire.FrontendTag.CLOSE;
import static org.pgsluice.wire.FrontendTag.COPY_DONE;
import static org.pgsluice.wire.FrontendTag.DESCRIBE;
import static org.pgsluice.wire.FrontendTag.EXECUTE;
import static org.pgsluice.wire.FrontendTag.FUNCTION_CALL;
import static org.pgsluice.wire.FrontendTag.PARSE;
import static org.pgsluice.wire.FrontendTag.QUERY;
import static org.pgsluice.wire.FrontendTag.SYNC;

import org.jspecify.annotations.Nullable;
import org.pgsluice.prepared.PreparedStatement;
import org.pgsluice.wire.BackendTag;

/**
 * Which replies are due on a server connection, in order, and to whom: to the client (forward), to us (swallow), or to the client from us (invent). Every
 * message of the server must fit the request at the head; what fits none is a violation, after which the connection is closed and nothing is forwarded. This is
 * how no client ever sees another's reply. A ring of shorts; pure, for the thread of the server's reactor.
 *
 * <p>The rules follow the manual's "Message Flow": after an error in the extended protocol the server skips to the next Sync; while it reads COPY data it
 * ignores Sync.
 */
public final class ReplyLedger {
    /** What to do with a message of the server. */
    public enum Verdict {
        FORWARD,
        SWALLOW,
        VIOLATION
    }

    private static final int SWALLOWED = 0x100;
    private static final int INVENTED = 0x200;
    /** It has an effect that {@link ReplyEffects} is told of. */
    static final int EFFECT = 0x400;
    /** A Parse or a Close of the unnamed statement. */
    static final int UNNAMED = 0x800;
    /** A Parse that must fail, since the server has a statement of that name. */
    private static final int DUPLICATE = 0x1000;
    static final int TAG = 0xff;

    private final ReplyEffects effects;
    final ReplyRing ring = new ReplyRing();
    final CopyReplies copy;
    boolean failed;
    boolean unsynced;
    int segment;
    /** The position behind the last request that ends with a ReadyForQuery of its own. */
    private long border;
    /** The position behind the last Sync. */
    private long lastSync;

    public ReplyLedger(ReplyEffects effects) {
        this.effects = effects;
        this.copy = new CopyReplies(ring, effects);
    }

    /** Nothing is due: no request waits for its reply, and the server is not skipping to a Sync. */
    public boolean settled() {
        return ring.size() == 0 && !failed;
    }

    /** Whether the server skips what goes to it now: it skips to the next Sync, and that has not gone yet. */
    public boolean skipping() {
        return failed && lastSync <= ring.taken();
    }

    /** Requests of the extended protocol were answered and no Sync yet: their transaction is open, whatever the last ReadyForQuery said. */
    public boolean unsynced() {
        return unsynced;
    }

    /** How many requests wait for their replies. */
    public int size() {
        return ring.size();
    }

    /** Which segment the next request belongs to: they are counted by their Syncs. */
    public int segment() {
        return segment;
    }

    /** Whether a ReadyForQuery is due: what comes now is done even if something under way fails, and the transaction's state may be another by then. */
    public boolean readyDue() {
        return border > ring.taken();
    }

    /** Whether the server will have sent all that is due without being sent more: the last request is one that ReadyForQuery ends. */
    public boolean endsByItself() {
        int last = ring.size() == 0 ? 0 : ring.get(ring.size() - 1) & TAG;
        return last == QUERY || last == SYNC || last == FUNCTION_CALL;
    }

    /** How many requests were noted in all. */
    long position() {
        return ring.taken() + ring.size();
    }

    /** How many requests were noted before the one whose reply is next. */
    long headPosition() {
        return ring.taken();
    }

    /** The statement, known to servers under a name of ours, that the request names whose reply is next; null for none. */
    @Nullable PreparedStatement named() {
        return failed || (ring.first() & (INVENTED | DUPLICATE)) != 0 ? null : ring.statement(0);
    }

    /** Whether the server reads COPY data. */
    public boolean copyIn() {
        return copy.isRunning();
    }

    /** What is known of such data. */
    public CopyReplies copy() {
        return copy;
    }

    /** Whether a replication stream runs, data both ways without an end. */
    public boolean streams() {
        return copy.isBoth();
    }

    /** Whether an error fell into a COPY such that one ReadyForQuery more or less may come: the connection must not be used again. */
    public boolean doubtful() {
        return copy.isDoubtful();
    }

    /** Whether a query of ours would show how many replies are still to come: whatever comes before its answer is the client's. */
    boolean wantsProbe() {
        return copy.isLoose() && ring.size() == 0;
    }

    // ---------------------------------------------------------------- requests

    /** A request goes to the server whose reply goes to the client. Flush, Terminate and CopyData have none. */
    public void expect(byte request) {
        add(request, null, null);
    }

    /** A request of ours goes to the server; its reply is swallowed. */
    public void expectSwallowed(byte request) {
        add(request | SWALLOWED, null, null);
    }

    /** A Bind or Describe goes to the server under the name that we gave the statement, null for nobody's. The client calls it {@code called}. */
    public void expectUse(byte request, @Nullable PreparedStatement statement, byte[] called) {
        add(request, statement, called);
    }

    /** A Parse goes to the server. It has an effect. */
    public void expectParse(PreparedStatement statement, boolean swallow, byte[] called) {
        add(swallow ? PARSE | EFFECT | SWALLOWED : PARSE | EFFECT, statement, called);
    }

    /** A Parse goes to the server which has a statement of that name: it must fail. */
    public void expectDuplicate(@Nullable PreparedStatement statement, byte[] called) {
        add(PARSE | DUPLICATE, statement, called);
    }

    /** A Close of ours goes to the server. It has an effect. */
    public void expectOwnClose(PreparedStatement statement) {
        add(CLOSE | SWALLOWED | EFFECT, statement, null);
    }

    /** A Parse or Close of the unnamed statement goes to the server; {@code ours}: the client did not send it. */
    public void expectUnnamed(byte request, boolean ours) {
        add(ours ? request | UNNAMED | SWALLOWED : request | UNNAMED, null, null);
    }

    /** How many Parses of its unnamed statement the client has under way. */
    public int unnamedParses() {
        return ring.count(UNNAMED | SWALLOWED | TAG, UNNAMED | PARSE);
    }

    /** The client ends its COPY data. It may do so before it knows that the server reads them; a server that does not ignores it. */
    public void expectCopyEnd() {
        if (ring.size() > 0) {
            add(COPY_DONE, null, null);
        }
    }

    /** Whether a request that is ours to answer can be answered at once: nothing is due before it. {@code midMessage}: the rest of a reply is still to come. */
    public boolean answersAtOnce(boolean midMessage) {
        return settled() && !midMessage;
    }

    /** A request of the client's is answered by us, in its place among the others. It has an effect. */
    public void invent(byte request) {
        add(request | INVENTED | EFFECT, null, null);
    }

    /**
     * After a reply: the next request that is ours to answer, if it is at the head; it is taken off.
     *
     * @return the request's tag, 0 for none
     */
    public byte nextInvented() {
        int first = ring.first();
        if (failed || (first & INVENTED) == 0) {
            return 0;
        }
        pop();
        effects.done();
        return (byte) (first & TAG);
    }

    // ---------------------------------------------------------------- replies

    /** A message of that type came from the server. */
    public Verdict onReply(byte tag) {
        int first = ring.first();
        int request = first & TAG;
        copy.onReply(tag, request);
        return switch (tag) {
            case BackendTag.DATA_ROW -> inResult(request, first);
            case BackendTag.READY_FOR_QUERY -> ready(request, first);
            case BackendTag.COMMAND_COMPLETE -> complete(request, first);
            case BackendTag.ROW_DESCRIPTION -> request == DESCRIBE ? popped(first) : request == QUERY ? verdict(first) : violation();
            case BackendTag.BIND_COMPLETE -> request == BIND ? popped(first) : violation();
            case BackendTag.PARSE_COMPLETE -> request == PARSE ? parsed(first) : violation();
            case BackendTag.NOTICE_RESPONSE, BackendTag.NOTIFICATION_RESPONSE, BackendTag.PARAMETER_STATUS -> sideMessage(tag, first);
            default -> rare(tag, request, first);
        };
    }

    private Verdict rare(byte tag, int request, int first) {
        return switch (tag) {
            case BackendTag.ERROR_RESPONSE -> error(request, first);
            case BackendTag.NO_DATA -> request == DESCRIBE ? popped(first) : violation();
            case BackendTag.PARAMETER_DESCRIPTION -> request == DESCRIBE && !failed ? verdict(first) : violation();
            case BackendTag.CLOSE_COMPLETE -> request == CLOSE ? closed(first) : violation();
            case BackendTag.EMPTY_QUERY_RESPONSE -> request == EXECUTE ? popped(first) : request == QUERY ? verdict(first) : violation();
            case BackendTag.PORTAL_SUSPENDED -> request == EXECUTE ? popped(first) : violation();
            case BackendTag.COPY_DATA, BackendTag.COPY_DONE, BackendTag.COPY_OUT_RESPONSE -> inResult(request, first);
            case BackendTag.COPY_IN_RESPONSE, BackendTag.COPY_BOTH_RESPONSE -> {
                copy.begins(request == EXECUTE || request == QUERY, tag == BackendTag.COPY_BOTH_RESPONSE);
                yield inResult(request, first);
            }
            case BackendTag.FUNCTION_CALL_RESPONSE -> request == FUNCTION_CALL ? verdict(first) : violation();
            default -> violation();
        };
    }

    private Verdict inResult(int request, int first) {
        return (request == QUERY || request == EXECUTE) && !failed ? verdict(first) : violation();
    }

    private Verdict complete(int request, int first) {
        if ((request != QUERY && request != EXECUTE) || failed) {
            return violation();
        }
        if (!copy.completes()) {
            return violation();
        }
        return request == EXECUTE ? popped(first) : verdict(first);
    }

    private Verdict error(int request, int first) {
        copy.fails();
        if ((first & UNNAMED) != 0 && request == PARSE && !failed) {
            ring.set(0, first & ~UNNAMED, null, null);
            effects.unnamedFailed((first & SWALLOWED) != 0);
        } else if ((first & EFFECT) != 0 && !failed) {
            effects.failed();
        }
        switch (request) {
            case PARSE, BIND, DESCRIBE, EXECUTE, CLOSE -> failed = true;
            // Nobody asked: the session is about to end, and whoever was told so must not be parted from it.
            case 0 -> failed = true;
            default -> {}
        }
        // An error of an invented or swallowed Parse answers the Bind that needed it; only what we asked for ourselves stays ours.
        return request == QUERY ? verdict(first) : Verdict.FORWARD;
    }

    private Verdict ready(int request, int first) {
        unsynced = false;
        if (copy.takesReady(request)) {
            return Verdict.FORWARD;
        }
        if (failed) {
            failed = false;
            int sync = skip();
            return sync == 0 ? lateReady() : verdict(sync);
        }
        if (request == QUERY) {
            effects.unnamedDestroyed((first & SWALLOWED) != 0);
        }
        if (request == SYNC || request == QUERY || request == FUNCTION_CALL) {
            pop();
            return verdict(first);
        }
        return lateReady();
    }

    /** Takes off what the server skipped, up to the Sync; that entry, 0 when there is none. */
    private int skip() {
        int undone = 0;
        int sync = 0;
        while (ring.size() > 0 && sync == 0) {
            int entry = ring.first();
            pop();
            if ((entry & EFFECT) != 0) {
                undone++;
            } else if ((entry & (UNNAMED | SWALLOWED)) == UNNAMED && (entry & TAG) == PARSE) {
                effects.unnamedSkipped();
            } else if ((entry & TAG) == SYNC) {
                sync = entry;
            }
        }
        if (undone > 0) {
            effects.undone(undone);
        }
        return sync;
    }

    private Verdict lateReady() {
        return copy.takesLateReady() ? Verdict.FORWARD : violation();
    }

    private static Verdict sideMessage(byte tag, int first) {
        // While a query of ours runs, its notices and parameter reports are ours too; a notification is for whoever listens.
        return (first & SWALLOWED) != 0 && (first & TAG) == QUERY && tag != BackendTag.NOTIFICATION_RESPONSE ? Verdict.SWALLOW : Verdict.FORWARD;
    }

    private Verdict parsed(int first) {
        if (failed || (first & DUPLICATE) != 0) {
            return violation();
        }
        if ((first & UNNAMED) != 0) {
            effects.unnamedParsed((first & SWALLOWED) != 0);
        }
        return popped(first);
    }

    private Verdict closed(int first) {
        if (!failed && (first & UNNAMED) != 0) {
            effects.unnamedDestroyed((first & SWALLOWED) != 0);
        }
        return popped(first);
    }

    /** The last reply to a request of the extended protocol. */
    private Verdict popped(int first) {
        if (failed) {
            return violation();
        }
        unsynced = true;
        pop();
        if ((first & EFFECT) != 0 && (first & INVENTED) == 0) {
            effects.done();
        }
        return verdict(first);
    }

    private static Verdict verdict(int entry) {
        return (entry & SWALLOWED) != 0 ? Verdict.SWALLOW : (entry & INVENTED) != 0 ? Verdict.VIOLATION : Verdict.FORWARD;
    }

    private static Verdict violation() {
        return Verdict.VIOLATION;
    }

    // ---------------------------------------------------------------- the ring

    private void add(int entry, @Nullable PreparedStatement statement, byte @Nullable [] called) {
        ring.add(entry, statement, called);
        int request = entry & TAG;
        if (request == SYNC) {
            segment++;
            lastSync = ring.taken() + ring.size();
        }
        if (request == SYNC || request == QUERY || request == FUNCTION_CALL) {
            border = ring.taken() + ring.size();
        }
    }

    /** Takes the head off, and ends of COPY data behind it: no COPY read them, so the server ignores them. */
    private void pop() {
        ring.shift();
        while ((ring.first() & TAG) == COPY_DONE) {
            ring.shift();
        }
    }

    /** Takes in what another process had noted. */
    void restore(int entry, @Nullable PreparedStatement statement) {
        add(entry, statement, null);
    }

    @Override
    public String toString() {
        return ring + (failed ? " failed" : "") + (copyIn() ? " copy" : "");
    }
}
