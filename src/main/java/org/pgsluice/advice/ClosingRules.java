package org.pgsluice.advice;

import java.util.EnumMap;
import java.util.Map;
import org.pgsluice.admin.view.AdviceRow.Severity;
import org.pgsluice.admin.view.ClosingRow;
import org.pgsluice.pool.CloseReason;

/** Connections that were closed for a reason that somebody can do something about. Those of the last minutes are urgent, older ones are news. */
final class ClosingRules {
    private static final Map<CloseReason, Remedy> REMEDIES = remedies();

    private ClosingRules() {}

    /** What to change, and how. */
    private record Remedy(String setting, String text) {}

    static void closed(Facts facts, Findings findings) {
        for (ClosingRow row : facts.closings()) {
            Remedy remedy = REMEDIES.get(row.reason());
            if (remedy == null) {
                continue;
            }
            boolean now = row.recent() > 0;
            long count = now ? row.recent() : row.total();
            findings.of(now ? Severity.WARNING : Severity.NOTICE, (row.ofServers() ? "servers_closed_" : "clients_closed_") + row.reason().label()).says(count,
                    Figures.count(count, row.ofServers() ? "server" : "client") + Figures.verb(count, " was", " were") + " closed "
                            + (now ? "in the last minutes" : "since the start") + ": " + words(row.reason()),
                    remedy.setting, remedy.text);
        }
    }

    /** What the reason says always; of one that varies in all its words, its name. */
    private static String words(CloseReason reason) {
        return reason.text().equals("%s") ? reason.label().replace('_', ' ') : reason.text().replace(": %s", "").replace("%s", "...");
    }

    private static Map<CloseReason, Remedy> remedies() {
        Map<CloseReason, Remedy> all = new EnumMap<>(CloseReason.class);
        clients(all);
        servers(all);
        return all;
    }

    private static void clients(Map<CloseReason, Remedy> all) {
        all.put(CloseReason.MAX_CLIENT_CONN, new Remedy("max_client_conn", "Raise it, and the limit of open files with it."));
        all.put(CloseReason.MAX_DB_CLIENT_CONNECTIONS, new Remedy("max_db_client_connections", "Raise it, or have the application open fewer connections."));
        all.put(CloseReason.MAX_USER_CLIENT_CONNECTIONS,
                new Remedy("max_user_client_connections", "Raise it, or have the application open fewer connections."));
        all.put(CloseReason.QUERY_WAIT_TIMEOUT,
                new Remedy("pool_size", "Clients waited for query_wait_timeout. Raise pool_size, or see what keeps the servers."));
        all.put(CloseReason.QUERY_TIMEOUT_WAITING, new Remedy("pool_size", "Logins waited for a pool's first server. See that PostgreSQL takes connections."));
        all.put(CloseReason.CLIENT_PARAMETER_REFUSED,
                new Remedy("ignore_startup_parameters", "Name the parameter there. The log says which it was."));
        all.put(CloseReason.CLIENT_CONFIG_ERROR, new Remedy("auth_type", "Settings do not fit together for these clients. The log says which."));
        all.put(CloseReason.CLIENT_NO_SUCH_DATABASE, new Remedy("[databases]", "Add the database, or * for all. The log says which it was."));
        all.put(CloseReason.CLIENT_AUTHENTICATION_FAILED, new Remedy("auth_file", "Compare the secret with the application's. The log says whose it was."));
        all.put(CloseReason.CLIENT_WITHOUT_RULE, new Remedy("auth_hba_file", "Add a line for these clients. The log says which they were."));
        all.put(CloseReason.CLIENT_TLS_REQUIRED, new Remedy("client_tls_sslmode", "Set sslmode = require at the clients, or allow plain connections."));
        all.put(CloseReason.CLIENT_TLS_FAILED, new Remedy("client_tls_protocols", "See the log: the other side names a protocol, cipher or certificate."));
        all.put(CloseReason.CLIENT_LOGIN_TIMEOUT, new Remedy("client_login_timeout", "See the log for who connects and does not log in."));
        all.put(CloseReason.CLIENT_LOGIN_TIMEOUT_SERVER_DOWN, new Remedy("[databases]", "See that PostgreSQL takes connections."));
        all.put(CloseReason.CLIENT_STATEMENT_MEMORY,
                new Remedy("max_prepared_statement_memory", "Raise it with the heap, or have clients deallocate statements."));
        all.put(CloseReason.CLIENT_MESSAGE_TOO_LARGE, new Remedy("max_packet_size", "Have the application send smaller Parse or Bind messages."));
        all.put(CloseReason.LOGIN_MEMORY, new Remedy("client_login_timeout", "Too many connections do not finish their login. See who opens them."));
        all.put(CloseReason.LOGIN_FAILURES, new Remedy("max_login_failures", "Somebody guesses passwords, or an application has an old one."));
        all.put(CloseReason.CLIENT_NOT_PINNED, new Remedy("max_pinned_servers", "Raise it, or see SHOW PINS for what holds the others."));
        all.put(CloseReason.CLIENT_NOTIFICATIONS_UNREAD, new Remedy("max_notification_backlog", "Have the client read its notifications, or raise it."));
    }

    private static void servers(Map<CloseReason, Remedy> all) {
        all.put(CloseReason.SERVER_CRASHED, new Remedy("", "See PostgreSQL's log. A firewall that drops idle connections needs tcp_keepalive settings."));
        all.put(CloseReason.SERVER_CONNECT_FAILED, new Remedy("[databases]", "See that PostgreSQL listens at that host and port."));
        all.put(CloseReason.SERVER_CONNECT_TIMEOUT, new Remedy("server_connect_timeout", "See the network between pooler and PostgreSQL."));
        all.put(CloseReason.SERVER_DNS_FAILED, new Remedy("[databases]", "The host's name cannot be looked up. SHOW DNS_HOSTS has what is known."));
        all.put(CloseReason.SERVER_LOGIN_REFUSED, new Remedy("[databases]", "PostgreSQL refuses logins. The log has its words, often max_connections."));
        all.put(CloseReason.SERVER_AUTHENTICATION_FAILED, new Remedy("auth_file", "The secret does not do for PostgreSQL. The log says whose it was."));
        all.put(CloseReason.SERVER_REFUSED_SSL, new Remedy("server_tls_sslmode", "PostgreSQL has ssl = off. Turn it on, or ask for less."));
        all.put(CloseReason.SERVER_TLS_FAILED, new Remedy("server_tls_ca_file", "See the log: a certificate is not trusted or has another name."));
        all.put(CloseReason.SERVER_LEFT_BY_CLIENT,
                new Remedy("", "Clients hang up within a transaction. Have them end it, or see why they are killed."));
        all.put(CloseReason.SERVER_EVICTED,
                new Remedy("max_db_connections", "Pools take servers from each other. Raise the limit, or make the pools smaller."));
        all.put(CloseReason.SERVER_RESET_FAILED, new Remedy("server_reset_query", "It fails. Try it by hand in psql."));
        all.put(CloseReason.SERVER_RESET_TIMEOUT, new Remedy("server_reset_query", "It takes too long. Try it by hand in psql."));
        all.put(CloseReason.SERVER_CHECK_FAILED, new Remedy("server_check_query", "It fails. Try it by hand in psql."));
        all.put(CloseReason.SERVER_CHECK_TIMEOUT, new Remedy("server_check_query", "PostgreSQL does not answer it in time. See what it does."));
        all.put(CloseReason.SERVER_TRANSACTION_IN_STATEMENT_MODE, new Remedy("pool_mode", "The application begins transactions. Set it to transaction."));
        all.put(CloseReason.QUERY_TIMEOUT, new Remedy("query_timeout", "Queries ran longer than it allows. Make them faster, or raise it."));
        all.put(CloseReason.IDLE_TRANSACTION_TIMEOUT,
                new Remedy("idle_transaction_timeout", "Clients forgot transactions. Have the application end them sooner."));
        all.put(CloseReason.TRANSACTION_TIMEOUT, new Remedy("transaction_timeout", "Transactions took longer than it allows."));
        all.put(CloseReason.SERVER_NOT_CLEAN,
                new Remedy("session_state", "A session had something that could not be taken away. The log says whose; nobody else got it."));
        all.put(CloseReason.SERVER_STATE_UNKNOWN, new Remedy("session_state", "PostgreSQL did not say what a session had. Nobody else got it."));
        all.put(CloseReason.SERVER_UNEXPECTED_PACKET, new Remedy("", "A reply fitted no request and was not forwarded. Please report what the log says."));
        all.put(CloseReason.SERVER_COPY_IN_DOUBT, new Remedy("", "A COPY failed in a way that leaves its replies in doubt. The server was not used again."));
    }
}
