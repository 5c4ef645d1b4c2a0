package org.pgsluice.metrics;

import java.util.List;
import java.util.stream.IntStream;
import org.pgsluice.admin.view.AdviceRow;
import org.pgsluice.admin.view.ClosingRow;
import org.pgsluice.admin.view.ConfigRow;
import org.pgsluice.admin.view.Counts;
import org.pgsluice.admin.view.DatabaseRow;
import org.pgsluice.admin.view.ListCounts;
import org.pgsluice.admin.view.MemRow;
import org.pgsluice.admin.view.Part;
import org.pgsluice.admin.view.PinRow;
import org.pgsluice.admin.view.PoolRow;
import org.pgsluice.admin.view.PoolerState;
import org.pgsluice.admin.view.ReactorRow;
import org.pgsluice.admin.view.Readiness;
import org.pgsluice.admin.view.Replication;
import org.pgsluice.admin.view.Snapshot;
import org.pgsluice.admin.view.SocketBuffers;
import org.pgsluice.admin.view.SocketRow;
import org.pgsluice.admin.view.SocketState;
import org.pgsluice.admin.view.StatsRow;
import org.pgsluice.admin.view.TimesRow;
import org.pgsluice.pool.CloseReason;

/** A pooler with one pool, in which every number is another one. */
public final class SampleSnapshot {
    private static final String USER = "us\\er";

    private SampleSnapshot() {}

    /** With a row of every part that there are metrics of. */
    public static Snapshot of(String database) {
        long[] waits = new long[19];
        waits[0] = 70;
        waits[3] = 5;
        waits[18] = 1;
        long[] queries = new long[19];
        queries[1] = 9;
        return Snapshot.of(Part.VERSION, List.of("PgBouncer 1.26.1"))
                .with(Part.DATABASES, List.of(
                        new DatabaseRow(database, null, 5432, "app", null, 20, 0, 5, 3600, "transaction", null, 50, 7, 0, 9, true, false)))
                .with(Part.STATS, List.of(new StatsRow(database, new Counts(76, 2, 3, 4, 5, 6_000_000, 7_500_000, 8, 9, 10, 11, 12), Counts.ZERO, 1)))
                .with(Part.POOLS, List.of(new PoolRow(database, USER, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 1_250_000, "transaction", null)))
                .with(Part.TIMES, List.of(new TimesRow(database, USER, 2, waits, 2_500_000_000L, queries, 1_500_000L)))
                .with(Part.LISTS, List.of(new ListCounts(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14)))
                .with(Part.CONFIG, List.of(new ConfigRow("max_client_conn", "100", "100", true), new ConfigRow("max_user_connections", "0", "0", true)))
                .with(Part.CLIENTS, List.of(client(database, "psql"), client(database, "psql"), client(database, "")))
                .with(Part.SERVERS, List.of(server(database), server(database)))
                .with(Part.PINS, List.of(new PinRow(database, USER, 1, 2, 3, "lock", 0, 0, 0)))
                .with(Part.REACTORS, List.of(new ReactorRow(0, 1, 2, 3, 4, 5, 6_000_000, 7_000)))
                .with(Part.MEM, List.of(new MemRow("heap", 1, 1000, 0, 0), new MemRow("prepared_statement_cache", 512, 17, 0, 0)))
                .with(Part.CLOSINGS, List.of(new ClosingRow(CloseReason.CLIENT_EOF, false, 13, 2), new ClosingRow(CloseReason.CANCEL_SENT, false, 3, 1)))
                .with(Part.ADVICE, List.of(
                        new AdviceRow(AdviceRow.Severity.WARNING, database, null, "pool_full", 8, "Clients wait.", "pool_size", "Raise it.")))
                .with(Part.READINESS, List.of(new Readiness(true, false, false, PoolerState.ACTIVE)));
    }

    /** Clients, each with an application_name of its own. */
    static List<SocketRow> clients(String database, int count) {
        return IntStream.range(0, count).mapToObj(i -> client(database, "app" + i)).toList();
    }

    private static SocketRow client(String database, String application) {
        return socket(SocketState.CLIENT_ACTIVE, database, application);
    }

    private static SocketRow server(String database) {
        return socket(SocketState.SERVER_IDLE, database, "");
    }

    private static SocketRow socket(SocketState state, String database, String application) {
        return new SocketRow(state, USER, database, Replication.NONE, "192.0.2.1", 5432, "", 0, 0, 0, 0, false, 1, 0, 0, "", application, 0, 1,
                SocketBuffers.NONE);
    }
}
