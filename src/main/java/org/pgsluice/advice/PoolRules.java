package org.pgsluice.advice;

import org.pgsluice.admin.view.AdviceRow.Severity;
import org.pgsluice.admin.view.Counts;
import org.pgsluice.admin.view.DatabaseRow;
import org.pgsluice.admin.view.PoolLimitsRow;
import org.pgsluice.admin.view.PoolRow;
import org.pgsluice.admin.view.PoolerState;
import org.pgsluice.admin.view.UserRow;

/** Whether pools have the servers that their clients need: neither too few nor far too many, and none that cannot be had. */
final class PoolRules {
    /** A wait that a new connection may take, too. */
    private static final long SHORT_WAIT_MICROS = 50_000;
    private static final long LONG_WAIT_MICROS = 1_000_000;
    /** From here on, clients keep servers longer for themselves than for queries. */
    private static final long MUCH_THINKING_PERCENT = 50;
    /** Fewer servers than that are not worth a word. */
    private static final int FEW_SERVERS = 10;
    private static final int AMPLE = 4;

    private PoolRules() {}

    /** Clients wait, and the pool is full: the limit that keeps it from growing is the one to raise, if PostgreSQL can do more at a time. */
    static void tooSmall(Facts facts, Findings findings) {
        for (PoolRow pool : facts.pools()) {
            PoolLimitsRow limits = facts.limits(pool);
            if (limits == null || pool.clientsWaiting() == 0 || pool.maxWaitMicros() < SHORT_WAIT_MICROS || !limits.lastFailure().isEmpty()
                    || isPaused(facts, pool)) {
                continue;
            }
            Severity severity = pool.maxWaitMicros() < LONG_WAIT_MICROS ? Severity.NOTICE : Severity.WARNING;
            String waiting = Figures.count(pool.clientsWaiting(), "client") + Figures.verb(pool.clientsWaiting(), " waits", " wait")
                    + " for a server, the first for " + Figures.time(pool.maxWaitMicros()) + "; ";
            DatabaseRow database = facts.database(pool.database());
            UserRow user = facts.user(pool.user());
            if (database != null && database.maxConnections() > 0 && database.currentConnections() >= database.maxConnections()) {
                findings.of(severity, "limit_of_database", pool.database(), pool.user()).says(pool.maxWaitMicros(),
                        waiting + "its database has all " + database.maxConnections() + " servers that it may have", "max_db_connections",
                        "Raise it if PostgreSQL may take more connections, or make the pools of this database smaller.");
            } else if (user != null && user.maxUserConnections() > 0 && user.currentConnections() >= user.maxUserConnections()) {
                findings.of(severity, "limit_of_user", pool.database(), pool.user()).says(pool.maxWaitMicros(),
                        waiting + "its user has all " + user.maxUserConnections() + " servers that it may have", "max_user_connections",
                        "Raise it if PostgreSQL may take more connections of this user.");
            } else if (limits.size() > 0 && shared(pool, limits) >= limits.size()) {
                full(facts, findings, pool, limits, severity, waiting);
            }
        }
    }

    private static void full(Facts facts, Findings findings, PoolRow pool, PoolLimitsRow limits, Severity severity, String waiting) {
        long thinking = facts.thinkingPercent(pool.database());
        String use = "all " + limits.size() + " servers are in use";
        if (thinking >= MUCH_THINKING_PERCENT) {
            findings.of(severity, "held_in_transaction", pool.database(), pool.user()).says(thinking,
                    waiting + use + ", for " + thinking + " % of the time without a query", "idle_transaction_timeout",
                    "Have the application end its transactions before it does anything else. A larger pool helps only for a while.");
        } else {
            findings.of(severity, "pool_too_small", pool.database(), pool.user()).says(pool.maxWaitMicros(), waiting + use, "pool_size",
                    "Raise it by half if PostgreSQL has processors to spare. If it has not, make its queries faster.");
        }
    }

    /** More servers than pool_size: somebody has waited for reserve_pool_timeout. */
    static void reserveInUse(Facts facts, Findings findings) {
        for (PoolRow pool : facts.pools()) {
            PoolLimitsRow limits = facts.limits(pool);
            int over = limits == null || limits.size() <= 0 ? 0 : shared(pool, limits) - limits.size();
            if (limits != null && limits.reserve() > 0 && over > 0) {
                findings.of(Severity.NOTICE, "reserve_in_use", pool.database(), pool.user()).says(over,
                        over + " of " + limits.reserve() + " servers of the reserve are open beside pool_size = " + limits.size(), "pool_size",
                        "Raise it if this lasts. The reserve is for bursts.");
            }
        }
    }

    /** Far more servers than are busy on average, and now. In session mode each belongs to a client, and their number says nothing. */
    static void tooLarge(Facts facts, Findings findings) {
        for (DatabaseRow database : facts.databases()) {
            Counts recent = facts.recent(database.name());
            long period = facts.periodMicros(database.name());
            int open = 0;
            int active = 0;
            boolean bySession = false;
            for (PoolRow pool : facts.pools(database)) {
                open += open(pool);
                active += pool.serversActive();
                bySession |= pool.poolMode().equals("session");
            }
            if (recent == null || period <= 0 || bySession || open < FEW_SERVERS) {
                continue;
            }
            long tenths = 10 * recent.xactTime() / period;
            if (10L * open > AMPLE * (tenths + 10) && open > AMPLE * (active + 1)) {
                boolean kept = database.minPoolSize() > tenths / 10 + 1;
                findings.of(Severity.NOTICE, "pool_too_large", database.name(), null).says(open,
                        open + " servers are open, and on average " + tenths / 10 + "." + tenths % 10 + " of them in a transaction",
                        kept ? "min_pool_size" : "server_idle_timeout",
                        kept ? "Lower it: each open connection takes memory and snapshots of PostgreSQL."
                                : "Lower it if PostgreSQL lacks memory; or lower pool_size, which bursts have filled.");
            }
        }
    }

    /** No server can be logged in to. */
    static void unreachable(Facts facts, Findings findings) {
        for (PoolRow pool : facts.pools()) {
            PoolLimitsRow limits = facts.limits(pool);
            if (limits != null && !limits.lastFailure().isEmpty()) {
                Severity severity = pool.clientsWaiting() > 0 ? Severity.WARNING : Severity.NOTICE;
                findings.of(severity, "no_server", pool.database(), pool.user()).says(pool.clientsWaiting(),
                        "no server can be had, and " + Figures.count(pool.clientsWaiting(), "client") + Figures.verb(pool.clientsWaiting(), " waits", " wait")
                                + ": " + limits.lastFailure(),
                        "[databases] " + pool.database(), "See that PostgreSQL is up and that host, port, user and password are right.");
            }
        }
    }

    /** Somebody paused or disabled it, and may have forgotten. */
    static void heldBack(Facts facts, Findings findings) {
        int waiting = facts.pools().stream().mapToInt(PoolRow::clientsWaiting).sum();
        if (facts.state() != PoolerState.ACTIVE) {
            findings.of(waiting > 0 ? Severity.WARNING : Severity.NOTICE, "paused").says(waiting,
                    "the pooler is paused, and " + Figures.count(waiting, "client") + Figures.verb(waiting, " waits", " wait"), "",
                    "Give RESUME on the console when you are through.");
        }
        for (DatabaseRow database : facts.databases()) {
            int queue = facts.pools(database).stream().mapToInt(PoolRow::clientsWaiting).sum();
            if (database.paused()) {
                findings.of(queue > 0 ? Severity.WARNING : Severity.NOTICE, "database_paused", database.name(), null).says(queue,
                        "the database is paused, and " + Figures.count(queue, "client") + Figures.verb(queue, " waits", " wait"), "",
                        "Give RESUME " + database.name() + " on the console when you are through.");
            }
            if (database.disabled()) {
                findings.of(Severity.NOTICE, "database_disabled", database.name(), null).says(database.currentClientConnections(),
                        "the database takes no new clients", "", "Give ENABLE " + database.name() + " on the console when you are through.");
            }
        }
    }

    private static boolean isPaused(Facts facts, PoolRow pool) {
        DatabaseRow database = facts.database(pool.database());
        return facts.state() != PoolerState.ACTIVE || database != null && database.paused();
    }

    private static int open(PoolRow pool) {
        return pool.serversActive() + pool.serversIdle() + pool.serversUsed() + pool.serversTested() + pool.serversLogin() + pool.serversBeingCanceled();
    }

    /** Those that count in pool_size. */
    private static int shared(PoolRow pool, PoolLimitsRow limits) {
        return open(pool) - limits.apart();
    }
}
