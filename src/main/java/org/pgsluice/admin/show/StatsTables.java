package org.pgsluice.admin.show;

import static org.pgsluice.admin.show.Column.numeric;
import static org.pgsluice.admin.show.Column.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.pgsluice.admin.view.Counts;
import org.pgsluice.admin.view.Part;
import org.pgsluice.admin.view.Snapshot;
import org.pgsluice.admin.view.StatsRow;
import org.pgsluice.config.ConsoleVersion;

/** SHOW STATS, STATS_TOTALS, STATS_AVERAGES and TOTALS: the same counters under four sets of names. Immutable. */
final class StatsTables {
    private static final StatsTables NEWEST = new StatsTables(12);
    private static final StatsTables BEFORE_LOGIN_COUNTS = new StatsTables(11);

    private final int counters;
    private final ShowTable<StatsRow> stats;
    private final ShowTable<StatsRow> statsTotals;
    private final ShowTable<StatsRow> statsAverages;
    private final ShowTable<Total> totals;

    /** @param counters so many of them are shown, from the first on */
    private StatsTables(int counters) {
        this.counters = counters;
        stats = perDatabase(new Names("total_", "total_received", "total_sent", "total_"), new Names("avg_", "avg_recv", "avg_sent", "avg_"));
        statsTotals = perDatabase(new Names("", "bytes_received", "bytes_sent", ""), null);
        statsAverages = perDatabase(null, new Names("", "bytes_received", "bytes_sent", "avg_"));
        totals = ShowTable.of(Set.of(Part.STATS), this::sums, List.of(text("name", Total::name), numeric("value", Total::value)));
    }

    /** Those with the counters of that release. */
    static StatsTables of(ConsoleVersion version) {
        return version == ConsoleVersion.BEFORE_LOGIN_COUNTS ? BEFORE_LOGIN_COUNTS : NEWEST;
    }

    ShowTable<StatsRow> stats() {
        return stats;
    }

    ShowTable<StatsRow> statsTotals() {
        return statsTotals;
    }

    ShowTable<StatsRow> statsAverages() {
        return statsAverages;
    }

    ShowTable<Total> totals() {
        return totals;
    }

    /** How a table names its counters: a prefix of most, two names for the bytes, a prefix of those that count parses, binds and logins. */
    private record Names(String prefix, String received, String sent, String latePrefix) {}

    private record Counter(String name, ToLongFunction<Counts> value) {}

    /** One row of SHOW TOTALS. */
    record Total(String name, long value) {}

    private List<Counter> counters(Names names) {
        List<Counter> all = List.of(
                new Counter(names.prefix + "server_assignment_count", Counts::serverAssignments),
                new Counter(names.prefix + "xact_count", Counts::xacts),
                new Counter(names.prefix + "query_count", Counts::queries),
                new Counter(names.received, Counts::clientBytes),
                new Counter(names.sent, Counts::serverBytes),
                new Counter(names.prefix + "xact_time", Counts::xactTime),
                new Counter(names.prefix + "query_time", Counts::queryTime),
                new Counter(names.prefix + "wait_time", Counts::waitTime),
                new Counter(names.latePrefix + "client_parse_count", Counts::clientParses),
                new Counter(names.latePrefix + "server_parse_count", Counts::serverParses),
                new Counter(names.latePrefix + "bind_count", Counts::binds),
                new Counter(names.latePrefix + "client_login_count", Counts::clientLogins));
        return all.subList(0, counters);
    }

    private ShowTable<StatsRow> perDatabase(@Nullable Names totals, @Nullable Names averages) {
        List<Column<StatsRow>> columns = new ArrayList<>();
        columns.add(text("database", StatsRow::database));
        if (totals != null) {
            for (Counter counter : counters(totals)) {
                columns.add(numeric(counter.name, row -> counter.value.applyAsLong(row.total())));
            }
        }
        if (averages != null) {
            for (Counter counter : counters(averages)) {
                columns.add(numeric(counter.name, row -> counter.value.applyAsLong(row.average())));
            }
        }
        return ShowTable.of(Part.STATS, List.copyOf(columns));
    }

    private List<Total> sums(Snapshot snapshot) {
        Counts total = Counts.ZERO;
        Counts older = Counts.ZERO;
        long micros = 0;
        for (StatsRow row : snapshot.rows(Part.STATS)) {
            total = total.plus(row.total());
            older = older.plus(row.older());
            micros = Math.max(micros, row.periodMicros());
        }
        List<Total> rows = new ArrayList<>();
        add(rows, "total_", total);
        add(rows, "avg_", total.averageSince(older, micros));
        return rows;
    }

    private void add(List<Total> rows, String prefix, Counts counts) {
        for (Counter counter : counters(new Names(prefix, prefix + "client_bytes", prefix + "server_bytes", prefix + "ps_"))) {
            // Logins have nothing to do with prepared statements; the other three of the late names have.
            String name = counter.name.equals(prefix + "ps_client_login_count") ? prefix + "client_login_count" : counter.name;
            rows.add(new Total(name, counter.value.applyAsLong(counts)));
        }
    }
}
