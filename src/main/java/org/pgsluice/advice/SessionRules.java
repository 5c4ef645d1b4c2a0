package org.pgsluice.advice;

import org.pgsluice.admin.view.AdviceRow.Severity;
import org.pgsluice.admin.view.Counts;
import org.pgsluice.admin.view.DatabaseRow;
import org.pgsluice.admin.view.PoolLimitsRow;
import org.pgsluice.admin.view.SessionStateRow;

/** What sessions leave behind, and what that costs. */
final class SessionRules {
    /** Fewer executions say nothing about the long run. */
    private static final long SOME_EXECUTIONS = 1_000;
    private static final long MANY_PERCENT = 10;
    private static final long NEAR_PERCENT = 80;

    private SessionRules() {}

    /** Servers prepare statements that clients did not: they had them, and have dropped them for others. */
    static void statementsEvicted(Facts facts, Findings findings) {
        for (DatabaseRow database : facts.databases()) {
            Counts recent = facts.recent(database.name());
            if (recent == null || recent.binds() < SOME_EXECUTIONS) {
                continue;
            }
            long again = recent.serverParses() - recent.clientParses();
            if (again > 0 && Figures.percent(again, recent.binds()) >= MANY_PERCENT) {
                int most = facts.setting("max_prepared_statements");
                findings.of(Severity.NOTICE, "statements_prepared_again", database.name(), null).says(Figures.percent(again, recent.binds()),
                        "for " + Figures.percent(again, recent.binds()) + " % of the executions a server had to prepare a statement again; it keeps "
                                + most,
                        "max_prepared_statements", "Raise it above the number of different statements that clients prepare.");
            }
        }
    }

    /** Servers that stay with their clients: near the bound, the next client that needs one gets an error. */
    static void pinsNearBound(Facts facts, Findings findings) {
        for (PoolLimitsRow pool : facts.limits()) {
            if (pool.mostPinned() > 0 && Figures.percent(pool.pinned(), pool.mostPinned()) >= NEAR_PERCENT) {
                findings.of(pool.pinned() >= pool.mostPinned() ? Severity.WARNING : Severity.NOTICE, "pins_near_bound", pool.database(), pool.user()).says(
                        pool.pinned(),
                        pool.pinned() + " servers stay with their clients for what the sessions have, and " + pool.mostPinned() + " may",
                        "max_pinned_servers", "See SHOW PINS for what holds them. Raise it, or set pinned_idle_timeout.");
            }
        }
    }

    /** The audit has found what no statement gave away: a function changes the session that calls it. */
    static void leaks(Facts facts, Findings findings) {
        for (SessionStateRow pool : facts.sessions()) {
            if (pool.leaks() > 0) {
                findings.of(Severity.WARNING, "session_leaks", pool.database(), pool.user()).says(pool.leaks(),
                        "of " + Figures.count(pool.audits(), "audit") + " of sessions " + pool.leaks() + " found something that no statement gave away",
                        "session_functions", "The log names what it was. Name the functions there that change a session.");
            }
        }
    }

    /** Clients got an error, since their server may not stay with them. */
    static void refusals(Facts facts, Findings findings) {
        for (SessionStateRow pool : facts.sessions()) {
            if (pool.refusals() > 0) {
                findings.of(Severity.NOTICE, "session_refusals", pool.database(), pool.user()).says(pool.refusals(),
                        Figures.count(pool.refusals(), "time") + " since the start a client was refused what it left in its session",
                        "max_pinned_servers", "See SHOW PINS for what holds the servers that stay. Raise it, or have clients end what they begin.");
            }
        }
    }
}
