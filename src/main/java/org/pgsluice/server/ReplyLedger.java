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

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.pgsluice.prepared.PreparedStatement;
import org.pgsluice.wire.BackendTag;

/**
 * Which replies are due on a server connection, in order, and to whom: to the client (forward), to us (swallow), or to the client from us (invent). Every message of the
 * server must fit the request at the head; what fits none is a violation, after which the connection is closed and nothing is forwarded. This is how no client ever sees
 * another's reply. A ring of shorts; pure, for the thread of the server's reactor.
 *
 * <p>The rules follow the manual's "Message Flow": after an error in the extended protocol the server skips to the next Sync; while it reads COPY data it ignores Sync.
 */
public final class ReplyLedger {
    /** What to do with a message of the server. */
    public enum Verdict {
        FORWARD,
        SWALLOW,
        VIOLATION
    }

    /** Told of prepared statements whose messages the server skipped. */
    public interface Undo {
        /** The Parse that the ledger noted for it failed or was skipped. */
        void parseUndone(PreparedStatement statement);

        /** The Close that the ledger noted for it was skipped. */
        void closeUndone(PreparedStatement statement);
    }

    private static final int SWALLOWED = 0x100;
    private static final int INVENTED = 0x200;
    private static final int TAG = 0xff;

    private final Undo undo;
    short[] ring = new short[8];
    private @Nullable PreparedStatement @Nullable [] statements;
    private int head;
    private int size;
    boolean failed;
    boolean copyIn;
    boolean unsynced;
    int ambiguousSyncs;

    public ReplyLedger(Undo undo) {
        this.undo = undo;
    }

    /** Nothing is due: no request waits for its reply, and the server is not skipping to a Sync. */
    public boolean settled() {
        return size == 0 && !failed;
    }

    /** Requests of the extended protocol were answered and no Sync yet: their transaction is open, whatever the last ReadyForQuery said. */
    public boolean unsynced() {
        return unsynced;
    }

    /** How many requests wait for their replies. */
    public int size() {
        return size;
    }

    /** Whether the server will have sent all that is due without being sent more: the last request is one that ReadyForQuery ends. */
    public boolean endsByItself() {
        int last = size == 0 ? 0 : ring[at(size - 1)] & TAG;
        return last == QUERY || last == SYNC || last == FUNCTION_CALL;
    }

    /** Whether the server reads COPY data. */
    public boolean copyIn() {
        return copyIn;
    }

    /** Whether an error fell into a COPY such that one ReadyForQuery more or less may come: the connection must not be used again. */
    public boolean doubtful() {
        return ambiguousSyncs > 0;
    }

    // ---------------------------------------------------------------- requests

    /** A request goes to the server whose reply goes to the client. Flush, Terminate and CopyData have none. */
    public void expect(byte request) {
        add(request, null);
    }

    /** A request of ours goes to the server; its reply is swallowed. */
    public void expectSwallowed(byte request) {
        add(request | SWALLOWED, null);
    }

    /** A Parse goes to the server. */
    public void expectParse(PreparedStatement statement, boolean swallow) {
        add(swallow ? PARSE | SWALLOWED : PARSE, statement);
    }

    /** A Close of ours goes to the server. */
    public void expectOwnClose(PreparedStatement statement) {
        add(CLOSE | SWALLOWED, statement);
    }

    /** The client ends its COPY data. It may do so before it knows that the server reads them; a server that does not ignores it. */
    public void expectCopyEnd() {
        if (size > 0) {
            add(COPY_DONE, null);
        }
    }

    /**
     * A request of the client's is answered by us, in its place among the others.
     *
     * @param midReply whether the rest of a reply is still to come, so that nothing may be put in now
     * @return true when nothing is due before it: then it is to be answered at once and was not noted
     */
    public boolean invent(byte request, boolean midReply) {
        if (settled() && !midReply) {
            return true;
        }
        add(request | INVENTED, null);
        return false;
    }

    /**
     * After a reply: the next request that is ours to answer, if it is at the head; it is taken off.
     *
     * @return the request's tag, 0 for none
     */
    public byte nextInvented() {
        if (size == 0 || failed || (ring[head] & INVENTED) == 0) {
            return 0;
        }
        byte tag = (byte) (ring[head] & TAG);
        pop();
        return tag;
    }

    // ---------------------------------------------------------------- replies

    /** A message of that type came from the server. */
    public Verdict onReply(byte tag) {
        int first = size == 0 ? 0 : ring[head];
        int request = first & TAG;
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
            case BackendTag.CLOSE_COMPLETE -> request == CLOSE ? popped(first) : violation();
            case BackendTag.EMPTY_QUERY_RESPONSE -> request == EXECUTE ? popped(first) : request == QUERY ? verdict(first) : violation();
            case BackendTag.PORTAL_SUSPENDED -> request == EXECUTE ? popped(first) : violation();
            case BackendTag.COPY_DATA, BackendTag.COPY_DONE, BackendTag.COPY_OUT_RESPONSE -> inResult(request, first);
            case BackendTag.COPY_IN_RESPONSE, BackendTag.COPY_BOTH_RESPONSE -> {
                copyIn = request == EXECUTE || request == QUERY;
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
        if (copyIn) {
            copyIn = false;
            if (!dropThroughCopyEnd()) {
                return violation();
            }
        }
        return request == EXECUTE ? popped(first) : verdict(first);
    }

    private Verdict error(int request, int first) {
        if (copyIn) {
            copyIn = false;
            boolean ended = dropThroughCopyEnd();
            if (request == EXECUTE && !ended) {
                // Syncs behind the Execute were either read as part of the COPY or will end the error: the server alone knows.
                ambiguousSyncs += dropSyncs();
            }
        }
        switch (request) {
            case PARSE, BIND, DESCRIBE, EXECUTE, CLOSE -> failed = true;
            // Nobody asked: the session is about to end, and whoever was told so must not be parted from it.
            case 0 -> failed = true;
            default -> {}
        }
        // An error of an invented or swallowed Parse answers the Bind that needed it; only what we asked for ourselves stays ours.
        return size > 0 && request == QUERY ? verdict(first) : Verdict.FORWARD;
    }

    private Verdict ready(int request, int first) {
        unsynced = false;
        if (failed) {
            failed = false;
            while (size > 0) {
                int entry = ring[head];
                drop();
                if ((entry & TAG) == SYNC) {
                    return verdict(entry);
                }
            }
            return lateReady();
        }
        if (request == SYNC || request == QUERY || request == FUNCTION_CALL) {
            pop();
            return verdict(first);
        }
        return lateReady();
    }

    private Verdict lateReady() {
        if (ambiguousSyncs == 0) {
            return violation();
        }
        // The count stays above zero: a connection that was in doubt once is not used again.
        ambiguousSyncs = Math.max(1, ambiguousSyncs - 1);
        return Verdict.FORWARD;
    }

    private static Verdict sideMessage(byte tag, int first) {
        // While a query of ours runs, its notices and parameter reports are ours too; a notification is for whoever listens.
        return (first & SWALLOWED) != 0 && (first & TAG) == QUERY && tag != BackendTag.NOTIFICATION_RESPONSE ? Verdict.SWALLOW : Verdict.FORWARD;
    }

    /** The last reply to a request of the extended protocol. */
    private Verdict parsed(int first) {
        PreparedStatement statement = statementAt(head);
        if (statement != null && !failed) {
            statement.proven(true);
        }
        return popped(first);
    }

    private Verdict popped(int first) {
        if (failed) {
            return violation();
        }
        unsynced = true;
        pop();
        return verdict(first);
    }

    private static Verdict verdict(int entry) {
        return (entry & SWALLOWED) != 0 ? Verdict.SWALLOW : (entry & INVENTED) != 0 ? Verdict.VIOLATION : Verdict.FORWARD;
    }

    private static Verdict violation() {
        return Verdict.VIOLATION;
    }

    // ---------------------------------------------------------------- the ring

    /** Drops what stands behind the head up to the end of the COPY data; whether that end was noted. The head stays. */
    private boolean dropThroughCopyEnd() {
        int end = -1;
        for (int i = 1; i < size; i++) {
            if ((ring[at(i)] & TAG) == COPY_DONE) {
                end = i;
                break;
            }
        }
        if (end < 0) {
            return false;
        }
        // Move the head up to just before what comes next.
        short first = ring[head];
        PreparedStatement statement = statementAt(head);
        for (int i = 0; i < end; i++) {
            shift();
        }
        ring[head] = first;
        setStatement(head, statement);
        return true;
    }

    /** Drops the Syncs right behind the head; how many. */
    private int dropSyncs() {
        int count = 0;
        while (size > 1 && (ring[at(1)] & TAG) == SYNC) {
            short first = ring[head];
            shift();
            ring[head] = first;
            count++;
        }
        return count;
    }

    void add(int entry, @Nullable PreparedStatement statement) {
        if (size == ring.length) {
            grow();
        }
        int slot = at(size);
        ring[slot] = (short) entry;
        setStatement(slot, statement);
        size++;
    }

    /** Takes the head off, and ends of COPY data behind it: no COPY read them, so the server ignores them. */
    private void pop() {
        shift();
        while (size > 0 && (ring[head] & TAG) == COPY_DONE) {
            shift();
        }
    }

    private void shift() {
        setStatement(head, null);
        head = (head + 1) & (ring.length - 1);
        size--;
    }

    /** Takes the head off because the server skipped it. */
    private void drop() {
        PreparedStatement statement = statementAt(head);
        int request = ring[head] & TAG;
        pop();
        if (statement != null) {
            if (request == PARSE) {
                undo.parseUndone(statement);
            } else if (request == CLOSE) {
                undo.closeUndone(statement);
            }
        }
    }

    int at(int index) {
        return (head + index) & (ring.length - 1);
    }

    @Nullable PreparedStatement statementAt(int slot) {
        @Nullable PreparedStatement[] all = statements;
        return all == null ? null : all[slot];
    }

    private void setStatement(int slot, @Nullable PreparedStatement statement) {
        @Nullable PreparedStatement[] all = statements;
        if (all == null) {
            if (statement == null) {
                return;
            }
            all = new PreparedStatement[ring.length];
            statements = all;
        }
        all[slot] = statement;
    }

    private void grow() {
        int capacity = ring.length * 2;
        short[] larger = new short[capacity];
        @Nullable PreparedStatement[] old = statements;
        @Nullable PreparedStatement[] largerStatements = old == null ? null : new PreparedStatement[capacity];
        for (int i = 0; i < size; i++) {
            larger[i] = ring[at(i)];
            if (old != null && largerStatements != null) {
                largerStatements[i] = old[at(i)];
            }
        }
        ring = larger;
        statements = largerStatements;
        head = 0;
    }

    @Override
    public String toString() {
        char[] tags = new char[size];
        for (int i = 0; i < size; i++) {
            tags[i] = (char) (ring[at(i)] & TAG);
        }
        return Arrays.toString(tags) + (failed ? " failed" : "") + (copyIn ? " copy" : "");
    }
}
