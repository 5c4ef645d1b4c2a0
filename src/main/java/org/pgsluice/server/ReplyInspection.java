package org.pgsluice.server;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.PoolMode;
import org.pgsluice.log.Level;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.prepared.PreparedStatement;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.Frames;
import org.pgsluice.wire.Notification;
import org.pgsluice.wire.PgError;

/** Looks into the few messages of a server that change what is known of it or of its client. On the server's reactor. */
final class ReplyInspection {
    /** Whole CommandCompletes, type and length included, by their tags. */
    private static final int DO_LENGTH = Frames.HEADER + 3;

    /** The longest that may reset a setting. */
    private static final int RESET_LENGTH = Frames.HEADER + 6;

    private static final int LISTEN_LENGTH = Frames.HEADER + 7;

    private static final int DEALLOCATE_LENGTH = Frames.HEADER + 11;
    private static final int DISCARD_ALL_LENGTH = Frames.HEADER + 12;
    private static final int DEALLOCATE_ALL_LENGTH = Frames.HEADER + 15;

    /** Longer errors are not looked into: none that says that a session ends, or that names a statement, is. */
    private static final int LONGEST_ERROR = 16 * 1024;

    private static final String IN_HOT_STANDBY = "in_hot_standby";

    private final ServerSession server;
    private boolean withheld;
    private byte @Nullable [] instead;

    ReplyInspection(ServerSession server) {
        this.server = server;
    }

    /** Whether a message must be here whole, for {@link #inspect}. */
    boolean mustBeWhole(byte tag, int length) {
        return switch (tag) {
            case BackendTag.READY_FOR_QUERY, BackendTag.PARAMETER_STATUS, BackendTag.NOTIFICATION_RESPONSE -> true;
            case BackendTag.COMMAND_COMPLETE -> switch (length + 1) {
                case LISTEN_LENGTH, DEALLOCATE_LENGTH, DISCARD_ALL_LENGTH, DEALLOCATE_ALL_LENGTH -> true;
                default -> length + 1 >= DO_LENGTH && length + 1 <= RESET_LENGTH;
            };
            case BackendTag.DATA_ROW -> server.own().takesRows();
            case BackendTag.ERROR_RESPONSE -> server.own().underWay() || length <= LONGEST_ERROR;
            default -> false;
        };
    }

    /** Looks into a message that is here whole, before the ledger is told of it. Why the server is to be closed for it, or null. */
    @Nullable CloseReason inspect(byte tag, ByteBuffer in, int at, int length) {
        withheld = false;
        instead = null;
        switch (tag) {
            case BackendTag.READY_FOR_QUERY -> {
                return ready(length == 5 ? in.get(at + Frames.HEADER) : 0);
            }
            case BackendTag.PARAMETER_STATUS -> {
                return parameter(in, at, length);
            }
            case BackendTag.DATA_ROW -> {
                return server.own().row(in.slice(at + Frames.HEADER, length - 4)) ? null : CloseReason.SERVER_STATE_UNKNOWN;
            }
            case BackendTag.ERROR_RESPONSE -> {
                if (server.own().underWay()) {
                    return ownQueryFailed(PgError.read(in.duplicate().limit(at + 1 + length).position(at + Frames.HEADER)));
                }
                error(new ErrorReply(in, at));
            }
            case BackendTag.NOTIFICATION_RESPONSE -> {
                return notification(in, at, length);
            }
            default -> command(in, at + Frames.HEADER);
        }
        return null;
    }

    /** Whether the message that was inspected last is kept from the client. */
    boolean withheld() {
        return withheld;
    }

    /** What the client gets in place of the message that was inspected last; null for the message itself. */
    byte @Nullable [] instead() {
        return instead;
    }

    private @Nullable CloseReason ready(int status) {
        if (status != 'I' && status != 'T' && status != 'E') {
            server.log(Level.WARNING, CloseReason.SERVER_BROKEN_READY.text(null));
            return CloseReason.SERVER_BROKEN_READY;
        }
        server.status((byte) status);
        server.own().onReady();
        server.journal().ready(server.vars());
        if (status != 'I' && server.tenant() != null && server.mode(server.books().config()) == PoolMode.STATEMENT) {
            return CloseReason.SERVER_TRANSACTION_IN_STATEMENT_MODE;
        }
        withheld = server.redo().onReady();
        return null;
    }

    /** For whom it is, the server's tenant says: nobody hears what an earlier client has listened to. */
    private @Nullable CloseReason notification(ByteBuffer in, int at, int length) {
        Tenant tenant = server.tenant();
        if (tenant != null && server.mode(server.books().config()) != PoolMode.SESSION) {
            Notification notification = Notification.read(in, at, length);
            if (notification == null) {
                return CloseReason.SERVER_BROKEN_NOTIFICATION;
            }
            withheld = !tenant.onNotification(notification);
        }
        return null;
    }

    private void command(ByteBuffer in, int text) {
        Tenant asker = server.own().underWay() ? null : server.tenant();
        if (asker != null) {
            settings(asker, in, text);
        }
        if (startsWith(in, text, "DISCARD ALL") || startsWith(in, text, "DEALLOCATE ALL")) {
            server.journal().forgotAll(asker == null ? null : asker.names());
        } else if (asker != null && startsWith(in, text, "DEALLOCATE")) {
            asker.onDeallocated();
        } else if (asker != null && startsWith(in, text, "LISTEN")) {
            server.listens(true);
        }
    }

    /**
     * A query of ours failed; its error is never a reply to the client's. A bridge may be refused for the values that the client wants; a server that cannot be
     * reset or checked is not to be used. Why the server is to be closed, or null.
     */
    private @Nullable CloseReason ownQueryFailed(PgError error) {
        boolean expected = server.own().failed(error);
        // What a client has prepared is its own affair.
        Level level = expected && server.own().preparing() ? Level.DEBUG : Level.WARNING;
        server.log(level, server.own().purpose() + " query failed: " + error.severity() + " " + error.message());
        if (expected) {
            return null;
        }
        // A server that ends just then says nothing about the query.
        return error.severity().equals("FATAL") ? CloseReason.SERVER_CRASHED : switch (server.own().purpose()) {
            case BRIDGE -> CloseReason.SERVER_INVALID_PARAMETER;
            case RESET -> CloseReason.SERVER_RESET_FAILED;
            case ASK, ASK_AGAIN -> CloseReason.SERVER_STATE_UNKNOWN;
            case CLEAN -> CloseReason.SERVER_NOT_CLEAN;
            case CHECK, NONE -> CloseReason.SERVER_CHECK_FAILED;
        };
    }

    private void error(ErrorReply error) {
        Tenant tenant = server.tenant();
        if (tenant != null && error.isFatal()) {
            tenant.onFatal();
        }
        ReplyLedger ledger = server.ledger();
        byte[] called = ledger.failed ? null : ledger.ring.firstCalled();
        PreparedStatement statement = ledger.named();
        if (called != null) {
            PreparedStatement of = ledger.ring.statement(0);
            instead = error.renamed(of == null ? PreparedStatement.nobodysName() : of.serverName(), called);
        }
        if (statement != null) {
            refused(statement, error.sqlState());
        }
    }

    /**
     * An error answers a request that names a statement as the server knows it. If the server turns out not to have it, then another client's SQL has removed
     * it, and what else it has is not known either. A statement whose result has changed since it was prepared is of no use to anybody any more.
     */
    private void refused(PreparedStatement statement, String state) {
        switch (state) {
            // invalid_sql_statement_name, duplicate_prepared_statement
            case "26000", "42P05" -> {
                server.journal().doubt();
                withheld = server.redo().onRefused(server.ledger(), false);
            }
            // feature_not_supported: cached plan must not change result type
            case "0A000" -> {
                server.journal().stale(statement);
                withheld = server.redo().onRefused(server.ledger(), true);
            }
            default -> {}
        }
    }

    private @Nullable CloseReason parameter(ByteBuffer in, int at, int length) {
        byte[] body = new byte[length - 4];
        in.get(at + Frames.HEADER, body);
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
        if (tenant == null && !server.own().underWay()) {
            server.vars().reconfigured(index);
        }
        boolean swallowed = server.own().underWay() && !server.ledger().settled();
        withheld = tenant != null && !swallowed && !tenant.onParameter(index);
        return null;
    }

    /** A command of the client's has ended: some may have been a RESET, in whatever words. */
    private void settings(Tenant asker, ByteBuffer in, int text) {
        if (startsWith(in, text, "RESET") || startsWith(in, text, "DISCARD ALL")) {
            server.vars().settingsForgotten();
            asker.onSettings(true);
        } else if (startsWith(in, text, "SET") || startsWith(in, text, "DO") || startsWith(in, text, "CALL")) {
            server.vars().settingsForgotten();
            asker.onSettings(false);
        } else if (startsWith(in, text, "LOAD")) {
            server.inquiry().loads();
        }
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
