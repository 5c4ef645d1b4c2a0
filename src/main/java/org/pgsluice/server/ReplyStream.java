package org.pgsluice.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.PoolMode;
import org.pgsluice.log.Level;
import org.pgsluice.net.Gather;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.Frames;
import org.pgsluice.wire.PgError;

/**
 * Walks the messages of a server that is logged in: header by header, each against the ledger, runs of them on to the client in one write. Only the few messages that
 * matter are looked into. Where a message ends in the next read, the count of what is left of it is all that is kept.
 */
final class ReplyStream {
    /** CommandComplete with DISCARD ALL and DEALLOCATE ALL, type and length included. */
    private static final int DISCARD_ALL_LENGTH = 1 + 4 + 12;

    private static final int DEALLOCATE_ALL_LENGTH = 1 + 4 + 15;
    /** The lengths of CommandComplete, without its type, with the shortest and the longest command that may reset a setting: DO, SET, CALL, RESET. */
    private static final int DO_LENGTH = 4 + 3;

    private static final int RESET_LENGTH = 4 + 6;

    private static final String IN_HOT_STANDBY = "in_hot_standby";

    /** In place of a position: the connection was closed. */
    private static final int CLOSED = -1;

    private final ServerSession server;
    private long bodyLeft;
    /** The report that is looked at is not for the client now. */
    private boolean reportHeld;
    private boolean bodySwallowed;
    /** While {@link #scan} runs: from where on nothing has gone to the client yet, and how many bytes the message that it ends at needs. */
    private int runFrom;
    private int needed;

    ReplyStream(ServerSession server) {
        this.server = server;
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
     * Handles what {@code in} holds and consumes it, but for the head of a message that must be seen whole. The client's connection may break meanwhile; it is told itself.
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
        boolean ownError = tag == BackendTag.ERROR_RESPONSE && server.own().underWay();
        if (ownError || mustBeWhole(tag, length)) {
            if (end - at < 1 + length) {
                needed = 1 + length;
                return at;
            }
            CloseReason wrong = ownError ? ownQueryFailed(in, at, length) : inspect(tag, in, at, length);
            if (wrong != null) {
                passOn(tenant, out, at);
                server.close(wrong);
                return CLOSED;
            }
        }
        ReplyLedger.Verdict verdict = server.ledger().onReply(tag);
        if (verdict == ReplyLedger.Verdict.VIOLATION || (tenant == null && verdict == ReplyLedger.Verdict.FORWARD && !isReport(tag))) {
            passOn(tenant, out, at);
            return unexpected(tag);
        }
        boolean swallow = verdict == ReplyLedger.Verdict.SWALLOW || tenant == null || keptBack(tag, at, tenant, out);
        int next = take(at, end, length, swallow, tenant, out);
        if (tag == BackendTag.READY_FOR_QUERY) {
            server.vars().reportsEnd();
        }
        if (tenant != null) {
            after(tenant, tag);
        }
        return next;
    }

    /** Whether the client is not to get a message that is meant for it, or not yet; what it is to hear before it goes out here. */
    private boolean keptBack(byte tag, int at, Tenant tenant, Gather out) {
        if (tag == BackendTag.PARAMETER_STATUS) {
            return reportHeld;
        }
        if (tag != BackendTag.READY_FOR_QUERY) {
            return false;
        }
        byte[] before = tenant.beforeReady(server.status(), server.ledger().settled());
        if (before != null && before.length > 0) {
            pass(tenant, out, at);
            try {
                out.insert(before);
            } catch (IOException e) {
                tenant.onClientBroken();
            }
        }
        return before == null;
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

    private static boolean mustBeWhole(byte tag, int length) {
        return switch (tag) {
            case BackendTag.READY_FOR_QUERY, BackendTag.PARAMETER_STATUS -> true;
            case BackendTag.COMMAND_COMPLETE ->
                length + 1 == DISCARD_ALL_LENGTH || length + 1 == DEALLOCATE_ALL_LENGTH || (length >= DO_LENGTH && length <= RESET_LENGTH);
            default -> false;
        };
    }

    /** Looks into a message that is here whole. Why the server is to be closed for it, or null. */
    private @Nullable CloseReason inspect(byte tag, ByteBuffer in, int at, int length) {
        switch (tag) {
            case BackendTag.READY_FOR_QUERY -> {
                byte status = length == 5 ? in.get(at + 5) : 0;
                if (status != 'I' && status != 'T' && status != 'E') {
                    server.log(Level.WARNING, CloseReason.SERVER_BROKEN_READY.text(null));
                    return CloseReason.SERVER_BROKEN_READY;
                }
                server.status(status);
                if (status != 'I' && server.tenant() != null && server.pool().mode(server.books().config()) == PoolMode.STATEMENT) {
                    return CloseReason.SERVER_TRANSACTION_IN_STATEMENT_MODE;
                }
            }
            case BackendTag.PARAMETER_STATUS -> {
                return parameter(in, at, length);
            }
            default -> {
                int text = at + 5;
                settings(in, text);
                if (startsWith(in, text, "DISCARD ALL") || startsWith(in, text, "DEALLOCATE ALL")) {
                    server.statements().clear();
                    Tenant tenant = server.tenant();
                    if (tenant != null && !server.own().underWay()) {
                        tenant.onStatementsForgotten();
                    }
                }
            }
        }
        return null;
    }

    private @Nullable CloseReason parameter(ByteBuffer in, int at, int length) {
        reportHeld = false;
        byte[] body = new byte[length - 4];
        in.get(at + 5, body);
        int nameEnd = Frames.zero(body, 0);
        int valueEnd = nameEnd < 0 ? -1 : Frames.zero(body, nameEnd + 1);
        if (valueEnd < 0) {
            return CloseReason.SERVER_BAD_PARAMETER;
        }
        String name = new String(body, 0, nameEnd, StandardCharsets.UTF_8);
        String value = new String(body, nameEnd + 1, valueEnd - nameEnd - 1, StandardCharsets.ISO_8859_1);
        int index = server.vars().reported(name, value);
        if (index < 0) {
            if (name.equals(IN_HOT_STANDBY)) {
                server.books().openings().reported(server, name, value);
            }
            return null;
        }
        Tenant tenant = server.tenant();
        boolean swallowed = server.own().underWay() && !server.ledger().settled();
        reportHeld = tenant != null && !swallowed && !tenant.onParameter(index);
        return null;
    }

    /** A command of the client's has ended: some may have been a RESET, in whatever words. */
    private void settings(ByteBuffer in, int text) {
        Tenant tenant = server.tenant();
        if (tenant == null || server.own().underWay()) {
            return;
        }
        if (startsWith(in, text, "RESET") || startsWith(in, text, "DISCARD ALL")) {
            tenant.onSettings(true);
        } else if (startsWith(in, text, "SET") || startsWith(in, text, "DO") || startsWith(in, text, "CALL")) {
            tenant.onSettings(false);
        }
    }

    /** What a message that goes on changes. */
    private void after(Tenant tenant, byte tag) {
        if (tag == BackendTag.READY_FOR_QUERY && !server.own().underWay()) {
            tenant.onReady(server.status(), server.ledger().settled());
        }
    }

    /**
     * A query of ours failed; its error is never a reply to the client's. A bridge may be refused for the values that the client wants; a server that cannot be reset or
     * checked is not to be used. Why the server is to be closed, or null.
     */
    private @Nullable CloseReason ownQueryFailed(ByteBuffer in, int at, int length) {
        PgError error = PgError.read(in.duplicate().limit(at + 1 + length).position(at + 5));
        server.log(Level.WARNING, server.own().purpose() + " query failed: " + error.severity() + " " + error.message());
        if (server.own().failed(error)) {
            return null;
        }
        // A server that ends just then says nothing about the query.
        return error.severity().equals("FATAL") ? CloseReason.SERVER_CRASHED : switch (server.own().purpose()) {
            case BRIDGE -> CloseReason.SERVER_INVALID_PARAMETER;
            case RESET -> CloseReason.SERVER_RESET_FAILED;
            case CHECK, NONE -> CloseReason.SERVER_CHECK_FAILED;
        };
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
        }
        runFrom = to;
    }

    private void flush(Tenant tenant, Gather out) {
        try {
            out.flush();
        } catch (IOException e) {
            tenant.onClientBroken();
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

    private static boolean startsWith(ByteBuffer in, int at, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (at + i >= in.limit() || in.get(at + i) != text.charAt(i)) {
                return false;
            }
        }
        return at + text.length() < in.limit() && in.get(at + text.length()) == 0;
    }
}
