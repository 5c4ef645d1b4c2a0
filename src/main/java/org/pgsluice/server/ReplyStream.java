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
import org.pgsluice.wire.PgError;

/**
 * Walks the messages of a server that is logged in: header by header, each against the ledger, runs of them on to the client in one write. Only the few messages that
 * matter are looked into. Where a message ends in the next read, the count of what is left of it is all that is kept.
 */
final class ReplyStream {
    /** CommandComplete with DISCARD ALL and DEALLOCATE ALL, type and length included. */
    private static final int DISCARD_ALL_LENGTH = 1 + 4 + 12;

    private static final int DEALLOCATE_ALL_LENGTH = 1 + 4 + 15;

    private final ServerSession server;
    private long bodyLeft;
    private boolean bodySwallowed;

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
     * Handles what {@code in} holds and consumes it, but for the head of a message that must be seen whole.
     *
     * @return how many bytes that message needs, 0 when unknown
     * @throws IOException never for the client's side: that one is told itself
     */
    int scan(ByteBuffer in) throws IOException {
        Tenant tenant = server.tenant();
        Gather out = server.lane().gather();
        if (tenant != null) {
            out.begin(in, tenant.outbox());
        }
        int at = in.position();
        int end = in.limit();
        int runFrom = at;
        int needed = 0;
        while (at < end) {
            if (bodyLeft > 0) {
                int here = (int) Math.min(bodyLeft, end - at);
                bodyLeft -= here;
                at += here;
                if (bodySwallowed) {
                    runFrom = at;
                }
                if (tenant != null) {
                    runFrom = inventDue(tenant, out, runFrom, at);
                }
                continue;
            }
            if (end - at < 5) {
                break;
            }
            byte tag = in.get(at);
            int length = in.getInt(at + 1);
            if (length < 4) {
                passOn(tenant, out, runFrom, at);
                return violation(CloseReason.SERVER_BROKEN_MESSAGE, "'" + (char) tag + "' of length " + length);
            }
            if (mustBeWhole(tag, length)) {
                if (end - at < 1 + length) {
                    needed = 1 + length;
                    break;
                }
                CloseReason wrong = inspect(tag, in, at, length);
                if (wrong != null) {
                    passOn(tenant, out, runFrom, at);
                    server.close(wrong);
                    return 0;
                }
            }
            ReplyLedger.Verdict verdict = server.ledger().onReply(tag);
            if (verdict == ReplyLedger.Verdict.VIOLATION || (tenant == null && verdict == ReplyLedger.Verdict.FORWARD && tag != BackendTag.PARAMETER_STATUS
                    && tag != BackendTag.NOTIFICATION_RESPONSE)) {
                passOn(tenant, out, runFrom, at);
                return unexpected(tag);
            }
            if (tag == BackendTag.ERROR_RESPONSE && server.own().underWay()) {
                return ownQueryFailed(in, at, length);
            }
            boolean swallow = verdict == ReplyLedger.Verdict.SWALLOW || tenant == null;
            if (swallow && tenant != null) {
                pass(tenant, out, runFrom, at);
            }
            int here = Math.min(1 + length, end - at);
            bodyLeft = 1L + length - here;
            bodySwallowed = swallow;
            at += here;
            if (swallow) {
                runFrom = at;
            }
            if (tenant != null) {
                after(tenant, tag);
                runFrom = inventDue(tenant, out, runFrom, at);
            }
        }
        passOn(tenant, out, runFrom, at);
        in.position(Math.min(at, end));
        return needed;
    }

    private static boolean mustBeWhole(byte tag, int length) {
        return switch (tag) {
            case BackendTag.READY_FOR_QUERY, BackendTag.PARAMETER_STATUS -> true;
            case BackendTag.COMMAND_COMPLETE -> length + 1 == DISCARD_ALL_LENGTH || length + 1 == DEALLOCATE_ALL_LENGTH;
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
        byte[] body = new byte[length - 4];
        in.get(at + 5, body);
        int nameEnd = zero(body, 0);
        int valueEnd = nameEnd < 0 ? -1 : zero(body, nameEnd + 1);
        if (valueEnd < 0) {
            return CloseReason.SERVER_BAD_PARAMETER;
        }
        String name = new String(body, 0, nameEnd, StandardCharsets.UTF_8);
        String value = new String(body, nameEnd + 1, valueEnd - nameEnd - 1, StandardCharsets.UTF_8);
        server.vars().set(name, value);
        Tenant tenant = server.tenant();
        boolean swallowed = server.own().underWay() && !server.ledger().settled();
        if (tenant != null && !swallowed) {
            tenant.onParameter(name, value);
        }
        return null;
    }

    /** What a message that goes on changes. */
    private void after(Tenant tenant, byte tag) {
        if (tag == BackendTag.READY_FOR_QUERY && !server.own().underWay()) {
            tenant.onReady(server.status(), server.ledger().settled());
        }
    }

    /**
     * A query of ours failed. The SET before a client's query is a transaction of its own, so its error cannot be the answer to that query, and its values are not to be
     * kept; a server that cannot be reset or checked is not to be used.
     */
    private int ownQueryFailed(ByteBuffer in, int at, int length) {
        boolean lost = false;
        if (in.limit() - at > length) {
            PgError error = PgError.read(in.duplicate().limit(at + 1 + length).position(at + 5));
            server.log(Level.WARNING, server.own().purpose() + " query failed: " + error.severity() + " " + error.message());
            lost = error.severity().equals("FATAL");
        }
        // A server that ends just then says nothing about the query.
        server.close(lost ? CloseReason.SERVER_CRASHED : switch (server.own().purpose()) {
            case BRIDGE -> CloseReason.SERVER_INVALID_PARAMETER;
            case RESET -> CloseReason.SERVER_RESET_FAILED;
            case CHECK, NONE -> CloseReason.SERVER_CHECK_FAILED;
        });
        return 0;
    }

    /** Answers the requests that are ours and whose turn has come. Returns where the next run starts. */
    private int inventDue(Tenant tenant, Gather out, int runFrom, int at) {
        if (bodyLeft > 0) {
            return runFrom;
        }
        byte request = server.ledger().nextInvented();
        if (request == 0) {
            return runFrom;
        }
        pass(tenant, out, runFrom, at);
        while (request != 0) {
            try {
                tenant.invent(request, out);
            } catch (IOException e) {
                tenant.onClientBroken();
            }
            request = server.ledger().nextInvented();
        }
        return at;
    }

    /** Writes all that came before, so that what follows, even an error of ours, stands behind it. */
    private void passOn(@Nullable Tenant tenant, Gather out, int from, int to) {
        if (tenant != null) {
            pass(tenant, out, from, to);
            flush(tenant, out);
        }
    }

    private void pass(Tenant tenant, Gather out, int from, int to) {
        try {
            out.run(from, to);
        } catch (IOException e) {
            tenant.onClientBroken();
        }
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
        return 0;
    }

    private static boolean startsWith(ByteBuffer in, int at, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (in.get(at + i) != text.charAt(i)) {
                return false;
            }
        }
        return in.get(at + text.length()) == 0;
    }

    private static int zero(byte[] bytes, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                return i;
            }
        }
        return -1;
    }
}
