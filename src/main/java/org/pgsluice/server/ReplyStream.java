package org.pgsluice.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.pgsluice.log.Level;
import org.pgsluice.net.Gather;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.Frames;
import org.pgsluice.wire.Notification;

/**
 * Walks the messages of a server that is logged in: header by header, each against the ledger, runs of them on to the client in one write. Only the few
 * messages that matter are looked into. Where a message ends in the next read, the count of what is left of it is all that is kept.
 */
final class ReplyStream {
    /** In place of a position: the connection was closed. */
    private static final int CLOSED = -1;

    private final ServerSession server;
    private final ReplyInspection inspection;
    private long bodyLeft;
    private boolean bodySwallowed;
    /** While {@link #scan} runs: from where on nothing has gone to the client yet, and how many bytes the message that it ends at needs. */
    private int runFrom;
    private int needed;

    ReplyStream(ServerSession server) {
        this.server = server;
        this.inspection = new ReplyInspection(server);
    }

    /** How much is to come of the message that is under way. */
    long bodyLeft() {
        return bodyLeft;
    }

    /** Goes on in the middle of a message. */
    void restore(long left, boolean swallowed) {
        bodyLeft = left;
        bodySwallowed = swallowed;
    }

    /** Whether the last message that went on is not complete yet. */
    boolean midMessage() {
        return bodyLeft > 0;
    }

    /** Whether the client has got the beginning of a message and not its end. */
    boolean midForwarded() {
        return bodyLeft > 0 && !bodySwallowed;
    }

    /**
     * Handles what {@code in} holds and consumes it, but for the head of a message that must be seen whole. The client's connection may break meanwhile; it is
     * told itself.
     *
     * @return how many bytes that message needs, 0 when unknown
     */
    int scan(ByteBuffer in) {
        Tenant tenant = server.tenant();
        Gather out = server.lane().gather();
        if (tenant != null) {
            out.begin(in, tenant.outbox());
        }
        int at = in.position();
        int end = in.limit();
        runFrom = at;
        needed = 0;
        while (at < end) {
            int next = bodyLeft > 0 ? restOfBody(at, end) : message(in, at, end, tenant, out);
            if (next == CLOSED) {
                return 0;
            }
            if (next == at) {
                break;
            }
            at = next;
            if (tenant != null) {
                inventDue(tenant, out, at);
            }
        }
        passOn(tenant, out, at);
        in.position(at);
        return needed;
    }

    private int restOfBody(int at, int end) {
        int here = (int) Math.min(bodyLeft, end - at);
        bodyLeft -= here;
        if (bodySwallowed) {
            runFrom = at + here;
        }
        return at + here;
    }

    /**
     * Handles the message that begins at {@code at}.
     *
     * @return where what is here of it ends; {@code at} itself when more of it must come first; {@link #CLOSED} when it ended the connection
     */
    private int message(ByteBuffer in, int at, int end, @Nullable Tenant tenant, Gather out) {
        if (end - at < Frames.HEADER) {
            return at;
        }
        byte tag = in.get(at);
        int length = Frames.length(in, at);
        if (length < 4) {
            passOn(tenant, out, at);
            return violation(CloseReason.SERVER_BROKEN_MESSAGE, "'" + (char) tag + "' of length " + length);
        }
        if (tag == BackendTag.NOTIFICATION_RESPONSE && length > Notification.LONGEST) {
            passOn(tenant, out, at);
            return violation(CloseReason.SERVER_BROKEN_MESSAGE, "'A' of length " + length);
        }
        boolean withheld = false;
        byte[] instead = null;
        if (inspection.mustBeWhole(tag, length)) {
            if (end - at < 1 + length) {
                needed = 1 + length;
                return at;
            }
            CloseReason wrong = inspection.inspect(tag, in, at, length);
            if (wrong != null) {
                passOn(tenant, out, at);
                server.close(wrong);
                return CLOSED;
            }
            withheld = inspection.withheld();
            instead = inspection.instead();
        }
        ReplyLedger.Verdict verdict = server.ledger().onReply(tag);
        assert server.books().marks().seen(verdict);
        if (verdict == ReplyLedger.Verdict.VIOLATION || (tenant == null && verdict == ReplyLedger.Verdict.FORWARD && !isReport(tag))) {
            passOn(tenant, out, at);
            return unexpected(tag);
        }
        withheld |= tag == BackendTag.PARAMETER_DESCRIPTION && server.redo().onDescription();
        boolean swallow = withheld || verdict == ReplyLedger.Verdict.SWALLOW || tenant == null || keptBack(tag, at, tenant, out);
        if (instead != null && !swallow && tenant != null) {
            pass(tenant, out, at);
            insert(instead, tenant, out);
            swallow = true;
        }
        int next = take(at, end, length, swallow, tenant, out);
        if (tag == BackendTag.READY_FOR_QUERY) {
            server.vars().reportsEnd();
        }
        if (tenant != null && !withheld) {
            after(tenant, tag);
        }
        return next;
    }

    /** Whether the client is not to get a ReadyForQuery that is meant for it, or not yet; what it is to hear before it goes out here. */
    private boolean keptBack(byte tag, int at, Tenant tenant, Gather out) {
        if (tag != BackendTag.READY_FOR_QUERY) {
            return false;
        }
        byte[] before = tenant.beforeReady(server.status(), server.ledger().settled());
        if (before != null && before.length > 0) {
            pass(tenant, out, at);
            insert(before, tenant, out);
        }
        return before == null;
    }

    private static void insert(byte[] bytes, Tenant tenant, Gather out) {
        try {
            out.insert(bytes);
        } catch (IOException e) {
            tenant.onClientBroken();
        }
    }

    /** Takes in what is here of a message; where it ends. */
    private int take(int at, int end, int length, boolean swallow, @Nullable Tenant tenant, Gather out) {
        int next = at + Math.min(1 + length, end - at);
        bodyLeft = 1L + length - (next - at);
        bodySwallowed = swallow;
        if (swallow) {
            if (tenant != null) {
                pass(tenant, out, at);
            }
            runFrom = next;
        }
        return next;
    }

    /** A message that a server may send although nobody is linked to it. */
    private static boolean isReport(byte tag) {
        return tag == BackendTag.PARAMETER_STATUS || tag == BackendTag.NOTIFICATION_RESPONSE;
    }

    /** What a message that goes on changes. */
    private void after(Tenant tenant, byte tag) {
        if (tag == BackendTag.READY_FOR_QUERY && !server.own().underWay()) {
            tenant.onReady(server.status(), server.ledger().settled());
            if (server.ledger().wantsProbe() && !tenant.midRequest()) {
                server.probe();
            }
        }
    }

    /** Answers the requests that are ours and whose turn has come, behind all that came up to {@code at}. */
    private void inventDue(Tenant tenant, Gather out, int at) {
        if (bodyLeft > 0) {
            return;
        }
        byte request = server.ledger().nextInvented();
        if (request == 0) {
            return;
        }
        pass(tenant, out, at);
        while (request != 0) {
            try {
                tenant.invent(request, out);
            } catch (IOException e) {
                tenant.onClientBroken();
            }
            request = server.ledger().nextInvented();
        }
    }

    /** Writes all that came before {@code to}, so that what follows, even an error of ours, stands behind it. */
    private void passOn(@Nullable Tenant tenant, Gather out, int to) {
        if (tenant != null) {
            pass(tenant, out, to);
            flush(tenant, out);
        }
    }

    private void pass(Tenant tenant, Gather out, int to) {
        try {
            out.run(runFrom, to);
        } catch (IOException e) {
            tenant.onClientBroken();
        } catch (RuntimeException | Error thrown) {
            // Some may have gone out in part, and nothing may follow them.
            tenant.onClientBroken();
            throw thrown;
        }
        runFrom = to;
    }

    private void flush(Tenant tenant, Gather out) {
        try {
            out.flush();
        } catch (IOException e) {
            tenant.onClientBroken();
        } catch (RuntimeException | Error thrown) {
            tenant.onClientBroken();
            throw thrown;
        }
    }

    /** A message that nobody asked for. */
    private int unexpected(byte tag) {
        if (tag == BackendTag.NOTICE_RESPONSE || tag == BackendTag.ERROR_RESPONSE) {
            return violation(CloseReason.SERVER_DIRTY, null);
        }
        return violation(CloseReason.SERVER_UNEXPECTED_PACKET, String.valueOf((char) tag));
    }

    private int violation(CloseReason reason, @Nullable String detail) {
        server.log(Level.WARNING, reason.text(detail));
        server.close(reason, detail);
        return CLOSED;
    }
}
