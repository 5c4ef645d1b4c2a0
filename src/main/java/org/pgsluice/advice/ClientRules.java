package org.pgsluice.advice;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.admin.view.AdviceRow.Severity;
import org.pgsluice.admin.view.DatabaseRow;
import org.pgsluice.admin.view.ListCounts;
import org.pgsluice.admin.view.PoolRow;
import org.pgsluice.admin.view.SocketRow;
import org.pgsluice.admin.view.SocketState;
import org.pgsluice.admin.view.UserRow;

/** Whether there are too many clients, and what they do with their servers. */
final class ClientRules {
    private static final long NEAR_PERCENT = 80;
    private static final long VERY_NEAR_PERCENT = 95;
    /** Of a connection that an application keeps for later: CONN_MAX_AGE, or a pool of its own. */
    private static final long KEPT_MICROS = 60_000_000;
    private static final int MANY_KEPT = 3;
    /** Longer than a program needs between two statements of a transaction. */
    private static final long LONG_THOUGHT_MICROS = 10_000_000;

    private ClientRules() {}

    /** A limit of clients is nearly reached: those beyond it are refused. */
    static void limitNear(Facts facts, Findings findings) {
        ListCounts lists = facts.lists();
        if (lists != null) {
            near(findings, null, null, lists.usedClients(), facts.setting("max_client_conn"), "max_client_conn",
                    "Raise it, and the limit of open files with it. SHOW CLIENTS says whose they are.");
        }
        for (DatabaseRow database : facts.databases()) {
            near(findings, database.name(), null, database.currentClientConnections(), database.maxClientConnections(), "max_db_client_connections",
                    "Raise it, or have the application open fewer connections to this database.");
        }
        for (UserRow user : facts.users()) {
            near(findings, null, user.name(), user.currentClientConnections(), user.maxUserClientConnections(), "max_user_client_connections",
                    "Raise it, or have the application open fewer connections as this user.");
        }
    }

    private static void near(
            Findings findings, @Nullable String database, @Nullable String user, int count, int most,
            String setting, String remedy) {
        if (most > 0 && Figures.percent(count, most) >= NEAR_PERCENT) {
            Severity severity = Figures.percent(count, most) >= VERY_NEAR_PERCENT ? Severity.WARNING : Severity.NOTICE;
            findings.of(severity, "clients_near_limit", database, user).says(count,
                    count + " clients are connected, and " + setting + " allows " + most, setting, remedy);
        }
    }

    /** In session mode a client keeps its server while it does nothing. */
    static void idleInSessionPools(Facts facts, Findings findings) {
        for (PoolRow pool : facts.pools()) {
            if (!pool.poolMode().equals("session")) {
                continue;
            }
            List<SocketRow> idle = holders(facts, pool).stream().filter(client -> facts.idleMicros(client) >= KEPT_MICROS).toList();
            boolean hurts = pool.clientsWaiting() > 0;
            if (idle.size() >= MANY_KEPT && 2 * idle.size() >= pool.serversActive() || hurts && !idle.isEmpty()) {
                findings.of(hurts ? Severity.WARNING : Severity.NOTICE, "idle_in_session_pool", pool.database(), pool.user()).says(idle.size(),
                        idle.size() + " of " + pool.serversActive() + " servers belong to clients that have sent nothing for a minute, the longest for "
                                + Figures.time(longest(facts, idle)) + waiting(pool),
                        "pool_mode", "Set it to transaction, or have the application close what it does not use (in Django: CONN_MAX_AGE = 0).");
            }
        }
    }

    /** In transaction mode a client has a server only in a transaction, or because it is pinned. */
    static void idleInTransaction(Facts facts, Findings findings) {
        for (PoolRow pool : facts.pools()) {
            if (!pool.poolMode().equals("transaction")) {
                continue;
            }
            List<SocketRow> idle = holders(facts, pool).stream()
                    .filter(client -> !facts.isPinned(client) && facts.idleMicros(client) >= LONG_THOUGHT_MICROS)
                    .toList();
            if (!idle.isEmpty()) {
                findings.of(pool.clientsWaiting() > 0 ? Severity.WARNING : Severity.NOTICE, "idle_in_transaction", pool.database(), pool.user()).says(
                        idle.size(),
                        Figures.count(idle.size(), "client") + Figures.verb(idle.size(), " has", " have")
                                + " a transaction open and sent nothing for ten seconds, the longest for " + Figures.time(longest(facts, idle)) + waiting(pool),
                        "idle_transaction_timeout", "Set it, so that a client that forgets its transaction loses its server.");
            }
        }
    }

    private static String waiting(PoolRow pool) {
        return pool.clientsWaiting() == 0 ? "" : ", and " + Figures.count(pool.clientsWaiting(), "client") + Figures.verb(pool.clientsWaiting(), " waits",
                " wait");
    }

    /** Clients that have a server on which no query of theirs runs. */
    private static List<SocketRow> holders(Facts facts, PoolRow pool) {
        return facts.clients(pool).stream()
                .filter(client -> client.state() == SocketState.CLIENT_ACTIVE && client.link() != 0 && client.waitMicros() == 0)
                .toList();
    }

    private static long longest(Facts facts, List<SocketRow> clients) {
        return clients.stream().mapToLong(facts::idleMicros).max().orElse(0);
    }
}
