package org.pgsluice.client;

import org.pgsluice.pool.CloseReason;
import org.pgsluice.wire.SqlState;

/**
 * The SQLSTATE with which a client is told why it is closed: PostgreSQL's where it refuses for the same reason, so that drivers can tell an outage from a
 * mistake.
 */
final class ReasonState {
    private ReasonState() {}

    /** Whether the client could not prove who it is. */
    static boolean isRefusedLogin(CloseReason reason) {
        SqlState state = of(reason);
        return state == SqlState.INVALID_PASSWORD || state == SqlState.INVALID_AUTHORIZATION;
    }

    static SqlState of(CloseReason reason) {
        return switch (reason) {
            case CLIENT_AUTHENTICATION_FAILED, CLIENT_NO_SUCH_USER -> SqlState.INVALID_PASSWORD;
            case CLIENT_TRUST_FAILED, CLIENT_PEER_FAILED, CLIENT_CERTIFICATE_FAILED, CLIENT_REJECTED, CLIENT_WITHOUT_RULE, CLIENT_NOT_ALLOWED,
                    CLIENT_USERNAME_TOO_LONG, LOGIN_FAILURES -> SqlState.INVALID_AUTHORIZATION;
            case CLIENT_NO_SUCH_DATABASE -> SqlState.INVALID_CATALOG_NAME;
            case CLIENT_DATABASE_DISABLED -> SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE;
            case MAX_CLIENT_CONN, MAX_DB_CLIENT_CONNECTIONS, MAX_USER_CLIENT_CONNECTIONS, LOGIN_MEMORY -> SqlState.TOO_MANY_CONNECTIONS;
            case CLIENT_LISTEN_REFUSED -> SqlState.TOO_MANY_CONNECTIONS;
            case CLIENT_NOTIFICATIONS_LOST -> SqlState.ADMIN_SHUTDOWN;
            case CLIENT_NOTIFICATIONS_UNREAD -> SqlState.PROGRAM_LIMIT_EXCEEDED;
            case CLIENT_STATEMENT_MEMORY -> SqlState.OUT_OF_MEMORY;
            case DRAINED, HANDOVER_TIMEOUT -> SqlState.ADMIN_SHUTDOWN;
            case PINNED_IDLE_TIMEOUT -> SqlState.IDLE_SESSION_TIMEOUT;
            case POOLER_SHUTTING_DOWN -> SqlState.CANNOT_CONNECT_NOW;
            default -> SqlState.PROTOCOL_VIOLATION;
        };
    }
}
