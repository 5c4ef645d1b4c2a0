package org.pgsluice.pooler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.pgsluice.admin.view.ClosingRow;
import org.pgsluice.admin.view.Counts;
import org.pgsluice.admin.view.StatsRow;
import org.pgsluice.admin.view.TimesRow;
import org.pgsluice.config.Settings;
import org.pgsluice.pool.Books;
import org.pgsluice.pool.Database;
import org.pgsluice.pool.Pool;
import org.pgsluice.pool.Registry;
import org.pgsluice.server.Lane;
import org.pgsluice.stats.Counters;

/** Takes the counters' stand every stats_period, for averages and for the log line. On the first reactor. */
public final class Stats {
    private static final long SECOND = 1_000_000_000L;
    private static final long MICRO = 1000;

    private final Lane lane;
    private final Books books;
    private Map<Pool, Counters> older = new HashMap<>();
    private long olderNanos;
    private Map<Pool, Counters> newer = new HashMap<>();
    private long newerNanos;
    private final Closings closings;

    Stats(Lane lane, Lane[] lanes) {
        this.lane = lane;
        this.books = lane.books();
        this.closings = new Closings(lanes);
        this.newerNanos = lane.now();
        this.olderNanos = newerNanos - SECOND;
    }

    void start() {
        lane.reactor().schedule(Math.max(1, books.config().integer(Settings.STATS_PERIOD)) * SECOND, this::period);
    }

    private void period() {
        closings.period();
        older = newer;
        olderNanos = newerNanos;
        newer = new HashMap<>();
        newerNanos = lane.now();
        for (Pool pool : books.registry().pools()) {
            newer.put(pool, pool.totals());
        }
        if (books.config().on(Settings.LOG_STATS)) {
            Counts now = Counts.ZERO;
            Counts before = Counts.ZERO;
            for (Map.Entry<Pool, Counters> entry : newer.entrySet()) {
                now = now.plus(counts(entry.getValue()));
                before = before.plus(counts(older.getOrDefault(entry.getKey(), new Counters())));
            }
            lane.commons().log().info(line(now.averageSince(before, (newerNanos - olderNanos) / MICRO)));
        }
        start();
    }

    private static String line(Counts average) {
        return "stats: " + average.xacts() + " xacts/s, " + average.queries() + " queries/s, " + average.clientParses() + " client parses/s, "
                + average.serverParses() + " server parses/s, " + average.binds() + " binds/s, " + average.clientLogins() + " client logins/s, in "
                + average.clientBytes() + " B/s, out " + average.serverBytes() + " B/s, xact " + average.xactTime() + " us, query " + average.queryTime()
                + " us, wait " + average.waitTime() + " us";
    }

    /** Pools in the order of their databases and users. */
    public static List<Pool> sorted(List<Pool> pools) {
        pools.sort(Comparator.comparing((Pool pool) -> pool.database().name()).thenComparing(pool -> pool.user().name()));
        return pools;
    }

    /** One row for each database that has a pool; averages reach from the stand before the last one until now, as PgBouncer's do. */
    public List<StatsRow> rows() {
        long period = Math.max(1, lane.reactor().freshNanoTime() - olderNanos) / MICRO; // on any reactor that is asked for the table
        Map<Database, StatsRow> rows = new LinkedHashMap<>();
        for (Pool pool : sorted(books.registry().pools())) {
            StatsRow row = new StatsRow(
                    pool.database().name(), counts(pool.totals()), counts(older.getOrDefault(pool, new Counters())), period);
            rows.merge(pool.database(), row, (a, b) -> new StatsRow(a.database(), a.total().plus(b.total()), a.older().plus(b.older()), period));
        }
        return new ArrayList<>(rows.values());
    }

    /** Why connections were closed, and how often. Any thread. */
    public List<ClosingRow> closings() {
        return closings.rows();
    }

    /** How times spread, pool by pool. */
    public List<TimesRow> times() {
        List<TimesRow> rows = new ArrayList<>();
        for (Pool pool : sorted(books.registry().pools())) {
            if (!pool.database().name().equals(Registry.CONSOLE)) {
                Counters c = pool.totals();
                long[] waits = c.waits.counts();
                // Servers that were there at once.
                waits[0] = Math.max(waits[0], c.serverAssignments - Arrays.stream(waits, 1, waits.length).sum());
                rows.add(new TimesRow(pool.database().name(), pool.user().name(), c.transactions, waits, c.waitNanos, c.queryTimes.counts(), c.queryNanos));
            }
        }
        return rows;
    }

    static Counts counts(Counters c) {
        return new Counts(
                c.serverAssignments,
                c.transactions,
                c.queries,
                c.clientBytes,
                c.serverBytes,
                c.transactionNanos / MICRO,
                c.queryNanos / MICRO,
                c.waitNanos / MICRO,
                c.clientParses,
                c.serverParses,
                c.binds,
                c.clientLogins);
    }
}
