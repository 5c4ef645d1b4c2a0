package org.pgsluice.pool;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.pgsluice.log.Level;

/**
 * Why a connection is closed: every reason there is, for clients and for servers. The texts are PgBouncer's, letter for letter, where it has the same reason:
 * they stand in the log, and are what a client is told. A text with {@code %s} takes a detail. Immutable; any thread.
 */
public enum CloseReason {
    // ---- of both
    INTERNAL_ERROR("internal error"),
    SUSPEND_TIMEOUT("suspend_timeout"),
    DATABASE_REMOVED("database removed"),
    /** It is not closed at all: another process goes on with it. */
    HANDED_OVER(Level.NOISE, "handed over to another process"),

    // ---- the client leaves, or breaks the protocol
    /** A probe that connects and leaves without a byte is not worth a line. */
    CLIENT_PROBE(Level.NOISE, "client left before it sent anything"),
    CLIENT_EOF("client unexpected eof"),
    CLIENT_CLOSE_REQUEST("client close request"),
    CLIENT_BAD_HEADER("bad packet header: '%s'"),
    CLIENT_UNKNOWN_PACKET("unknown pkt"),
    CLIENT_MESSAGE_TOO_LARGE("message is too large to be kept now"),
    CLIENT_BROKEN_PACKET("failed to parse packet"),
    CLIENT_PQEXEC_DISALLOWED("PQexec disallowed"),
    CLIENT_STATEMENT_MEMORY("no memory for more prepared statements (max_prepared_statement_memory)"),
    CONSOLE_VIOLATION("%s"),

    // ---- a login of a client
    CLIENT_BAD_STARTUP("%s"),
    CLIENT_DATA_BEFORE_ENCRYPTION("received unencrypted data after %s request"),
    CLIENT_TLS_REQUIRED("SSL required"),
    CLIENT_TLS_FAILED("TLS handshake failed"),
    CLIENT_PARAMETER_REFUSED("%s"),
    CLIENT_USERNAME_TOO_LONG("username too long"),
    CLIENT_PASSWORD_TOO_LONG("password too long"),
    CLIENT_CONFIG_ERROR("bouncer config error"),
    CLIENT_NO_SUCH_USER("no such user"),
    CLIENT_NO_SUCH_DATABASE("no such database: %s"),
    CLIENT_DATABASE_DISABLED("database \"%s\" is disabled"),
    CLIENT_NOT_ALLOWED("not allowed"),
    CLIENT_TRUST_FAILED("\"trust\" authentication failed"),
    CLIENT_AUTHENTICATION_FAILED("%s"),
    CLIENT_PEER_FAILED("unix socket login rejected"),
    CLIENT_CERTIFICATE_FAILED("certificate authentication failed"),
    CLIENT_REJECTED("login rejected"),
    CLIENT_WITHOUT_RULE("no authentication method is found"),
    CLIENT_AUTH_QUERY_FAILED("%s"),
    CLIENT_SERVER_LOGIN_FAILED("%s"),
    MAX_CLIENT_CONN("no more connections allowed (max_client_conn)"),
    MAX_DB_CLIENT_CONNECTIONS("client connections exceeded (max_db_client_connections)"),
    MAX_USER_CLIENT_CONNECTIONS("client connections exceeded (max_user_client_connections)"),
    LOGIN_FAILURES("too many failed logins from this address"),
    LOGIN_MEMORY("too many unfinished logins"),
    POOLER_SHUTTING_DOWN("pooler is shutting down"),

    // ---- a client's time is over, or somebody ends it
    CLIENT_LOGIN_TIMEOUT("client_login_timeout"),
    CLIENT_LOGIN_TIMEOUT_SERVER_DOWN("client_login_timeout (server down)"),
    CLIENT_IDLE_TIMEOUT("client_idle_timeout"),
    PINNED_IDLE_TIMEOUT("pinned_idle_timeout"),
    /** A login that waits for its pool's first server; a query that waits has {@link #QUERY_WAIT_TIMEOUT}. */
    QUERY_TIMEOUT_WAITING("query_timeout"),
    QUERY_WAIT_TIMEOUT("query_wait_timeout"),
    SERVER_SHUTTING_DOWN("server shutting down"),
    /** PostgreSQL's words for it: drivers know them, and connect anew. */
    DRAINED("terminating connection due to administrator command"),
    CLIENT_NOTIFICATIONS_LOST("terminating connection because notifications may be lost: the server connection that listened was closed (%s)"),
    CLIENT_NOTIFICATIONS_UNREAD("terminating connection because too many notifications were not read (max_notification_backlog)"),
    CLIENT_LISTEN_REFUSED("terminating connection because there is no server connection to listen with: %s"),
    ADMIN_DISCONNECT("admin forced disconnect"),
    HANDOVER_TIMEOUT("handover_timeout: another process serves now"),

    // ---- cancel requests, and the connections that carry them
    CANCEL_UNKNOWN_KEY("failed cancel request"),
    CANCEL_NO_PEER("could not find peer to forward request to"),
    CANCEL_HOPS_EXHAUSTED("failed to forward cancel request because its TTL was exhausted"),
    CANCEL_FOR_CONSOLE("cancel request for console client"),
    CANCEL_FOR_IDLE("cancel request for idle client"),
    CANCEL_FOR_WAITING("cancel request for client that waited for a server"),
    CANCEL_TOO_LATE("not sending cancel request for client that is now idle"),
    CANCEL_WAIT_TIMEOUT("cancel_wait_timeout"),
    CANCEL_UNANSWERED("cancel request was not answered"),
    CANCEL_NOT_SENT("failed to send cancel request"),
    CANCEL_SENT("successfully sent cancel request"),

    // ---- a login to a server
    SERVER_DNS_FAILED("server DNS lookup failed"),
    SERVER_CONNECT_FAILED("connect failed"),
    SERVER_CONNECT_TIMEOUT("connect timeout"),
    SERVER_BAD_SSL_ANSWER("bad sslreq answer"),
    SERVER_UNENCRYPTED_DATA("received unencrypted data after SSL response"),
    SERVER_REFUSED_SSL("server refused SSL"),
    SERVER_TLS_FAILED("TLS handshake error: %s"),
    SERVER_TLS_SETUP("%s"),
    SERVER_UNKNOWN_PACKET("unknown pkt from server"),
    SERVER_BAD_AUTHENTICATION("failed to answer authreq"),
    SERVER_BAD_CANCEL_KEY("bad cancel key"),
    SERVER_BAD_PARAMETER("broken ParameterStatus packet"),
    SERVER_AUTHENTICATION_FAILED("%s"),
    SERVER_KEY_DERIVATION_FAILED("server login failed: %s"),
    SERVER_LOGIN_REFUSED("%s"),

    // ---- a server breaks, or what it did or said is in doubt
    SERVER_CRASHED("server conn crashed?"),
    SERVER_BROKEN_MESSAGE("broken message %s from server"),
    SERVER_BROKEN_NOTIFICATION("broken NotificationResponse from server"),
    SERVER_BROKEN_READY("broken ReadyForQuery from server"),
    SERVER_TRANSACTION_IN_STATEMENT_MODE("transaction blocks not allowed in statement pooling mode"),
    SERVER_DIRTY("idle server got dirty"),
    SERVER_UNEXPECTED_PACKET("got packet '%s' from server when not expected"),
    SERVER_COPY_IN_DOUBT("server state is in doubt after a failed COPY"),
    SERVER_RELEASED_EARLY("server released too early"),
    SERVER_LEFT_BY_CLIENT("client disconnect while server was not ready"),
    SERVER_INVALID_PARAMETER("invalid server parameter"),
    SERVER_RESET_FAILED("reset query failed"),
    SERVER_CHECK_FAILED("test query failed"),
    SERVER_STATE_UNKNOWN("failed to ask for the state of the session"),
    SERVER_NOT_CLEAN("the session of a client could not be cleaned"),
    CLIENT_NOT_PINNED("%s"),
    AUTH_QUERY_COLUMNS("expected 2 columns from auth_query, not %s"),
    AUTH_QUERY_ERROR("error response from auth_query"),
    AUTH_QUERY_IN_TRANSACTION("auth_query left a transaction open"),
    AUTH_QUERY_UNEXPECTED("unexpected response from auth_query"),

    REPLICATION_LOGIN_FAILED("login failed"),

    // ---- a server is not to be used any more
    REPLICATION_OVER("replication client was closed"),
    SERVER_CLOSE_NEEDED("close_needed"),
    SERVER_CONFIG_CHANGED("database configuration changed"),
    SERVER_EVICTED("evicted"),
    SERVER_NOBODY_LISTENS("nobody listens any more"),
    SERVER_IDLE_TIMEOUT("server idle timeout"),
    SERVER_LIFETIME_OVER("server lifetime over"),
    SERVER_PAUSED("pause mode"),
    SERVER_SURPLUS("too many servers in the pool"),
    SERVER_CHECK_TIMEOUT("test query timeout"),
    SERVER_RESET_TIMEOUT("reset query timeout"),
    SERVER_STATE_TIMEOUT("timeout while asking for the state of the session"),
    SERVER_BRIDGE_TIMEOUT("timeout while setting parameters"),
    QUERY_TIMEOUT("query timeout"),
    IDLE_TRANSACTION_TIMEOUT("idle transaction timeout"),
    TRANSACTION_TIMEOUT("transaction timeout");

    private final Level level;
    private final String text;
    private final String label = name().toLowerCase(Locale.ROOT);

    CloseReason(String text) {
        this(Level.LOG, text);
    }

    CloseReason(Level level, String text) {
        this.level = level;
        this.text = text;
    }

    /** At which level the line of the log is written. */
    public Level level() {
        return level;
    }

    /** The word for it where reasons are counted. It never changes. */
    public String label() {
        return label;
    }

    /** The text, with {@code %s} where it varies. */
    public String text() {
        return text;
    }

    /** The text; {@code detail} is what it varies in, and null exactly when it does not. */
    public String text(@Nullable String detail) {
        assert (detail != null) == text.contains("%s") : this + " with detail " + detail;
        return detail == null ? text : text.replace("%s", detail);
    }
}
