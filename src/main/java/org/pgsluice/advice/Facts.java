package org.pgsluice.advice;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pgsluice.admin.view.ClosingRow;
import org.pgsluice.admin.view.ConfigRow;
import org.pgsluice.admin.view.Counts;
import org.pgsluice.admin.view.DatabaseRow;
import org.pgsluice.admin.view.ListCounts;
import org.pgsluice.admin.view.Part;
import org.pgsluice.admin.view.PinRow;
import org.pgsluice.admin.view.PoolLimitsRow;
import org.pgsluice.admin.view.PoolRow;
import org.pgsluice.admin.view.PoolerState;
import org.pgsluice.admin.view.SessionStateRow;
import org.pgsluice.admin.view.Snapshot;
import org.pgsluice.admin.view.SocketRow;
import org.pgsluice.admin.view.StatsRow;
import org.pgsluice.admin.view.UserRow;

/** A snapshot, asked the way rules ask. */
final class Facts {
    /** The console's database, of which no advice is given. */
    private static final String CONSOLE = "pgbouncer";

    private final Snapshot snapshot;
    private final long nowMicros;
    private final Map<String, DatabaseRow> databases = new HashMap<>();
    private final Map<String, UserRow> users = new HashMap<>();
    private final Map<String, StatsRow> stats = new HashMap<>();
    private final Map<Key, PoolLimitsRow> limits = new HashMap<>();
    private final Map<String, String> config = new HashMap<>();
    private final Set<Long> pinnedClients = new HashSet<>();
    private final List<PoolRow> pools;
    private final List<DatabaseRow> shownDatabases;
    private final Map<String, List<PoolRow>> poolsByDatabase = new HashMap<>();
    private final Map<String, List<SocketRow>> clientsByDatabase = new HashMap<>();
    private final Map<Key, List<SocketRow>> clientsByPool = new HashMap<>();

    private record Key(String database, String user) {}

    Facts(Snapshot snapshot, long nowMicros) {
        this.snapshot = snapshot;
        this.nowMicros = nowMicros;
        snapshot.rows(Part.DATABASES).forEach(row -> databases.put(row.name(), row));
        snapshot.rows(Part.USERS).forEach(row -> users.put(row.name(), row));
        snapshot.rows(Part.STATS).forEach(row -> stats.put(row.database(), row));
        snapshot.rows(Part.POOL_LIMITS).forEach(row -> limits.put(new Key(row.database(), row.user()), row));
        for (ConfigRow row : snapshot.rows(Part.CONFIG)) {
            config.put(row.key(), row.value() == null ? "" : row.value());
        }
        for (PinRow row : snapshot.rows(Part.PINS)) {
            pinnedClients.add(row.client());
        }
        pools = snapshot.rows(Part.POOLS).stream().filter(row -> !row.database().equals(CONSOLE)).toList();
        shownDatabases = snapshot.rows(Part.DATABASES).stream().filter(row -> !row.name().equals(CONSOLE)).toList();
        pools.forEach(row -> add(poolsByDatabase, row.database(), row));
        for (SocketRow row : snapshot.rows(Part.CLIENTS)) {
            String database = row.database();
            String user = row.user();
            if (database != null && user != null) {
                add(clientsByDatabase, database, row);
                add(clientsByPool, new Key(database, user), row);
            }
        }
    }

    private static <K, R> void add(Map<K, List<R>> groups, K key, R row) {
        groups.computeIfAbsent(key, _ -> new ArrayList<>(1)).add(row);
    }

    /** All pools but the console's. */
    List<PoolRow> pools() {
        return pools;
    }

    /** The pools of a database: not to be looked for among all, of which there may be as many as databases. */
    List<PoolRow> pools(DatabaseRow database) {
        return poolsByDatabase.getOrDefault(database.name(), List.of());
    }

    /** All databases but the console's. */
    List<DatabaseRow> databases() {
        return shownDatabases;
    }

    @Nullable DatabaseRow database(String name) {
        return databases.get(name);
    }

    List<UserRow> users() {
        return snapshot.rows(Part.USERS);
    }

    @Nullable UserRow user(String name) {
        return users.get(name);
    }

    List<PoolLimitsRow> limits() {
        return snapshot.rows(Part.POOL_LIMITS);
    }

    @Nullable PoolLimitsRow limits(PoolRow pool) {
        return limits.get(new Key(pool.database(), pool.user()));
    }

    /** What each pool did about its clients' sessions. */
    List<SessionStateRow> sessions() {
        return snapshot.rows(Part.SESSION_STATE);
    }

    List<ClosingRow> closings() {
        return snapshot.rows(Part.CLOSINGS);
    }

    /** The clients of a pool. A forced user's clients stand under their own names, so those count by the database. */
    List<SocketRow> clients(PoolRow pool) {
        DatabaseRow database = database(pool.database());
        boolean forced = database != null && database.forceUser() != null;
        return forced ? clientsByDatabase.getOrDefault(pool.database(), List.of())
                : clientsByPool.getOrDefault(new Key(pool.database(), pool.user()), List.of());
    }

    boolean isPinned(SocketRow client) {
        return pinnedClients.contains(client.id());
    }

    /** For how long a client has sent nothing, microseconds. */
    long idleMicros(SocketRow client) {
        return Math.max(0, nowMicros - Math.max(client.requestMicros(), client.connectMicros()));
    }

    /** What a database did in the last period; null when it did nothing yet. */
    @Nullable Counts recent(String database) {
        StatsRow row = stats.get(database);
        return row == null ? null : row.total().minus(row.older());
    }

    /** The length of that period, microseconds. */
    long periodMicros(String database) {
        StatsRow row = stats.get(database);
        return row == null ? 0 : row.periodMicros();
    }

    /** Of the time that clients of the database were in transactions lately, how many parts in a hundred no query ran. */
    long thinkingPercent(String database) {
        Counts recent = recent(database);
        if (recent == null || recent.xactTime() <= 0) {
            return 0;
        }
        return Figures.percent(Math.max(0, recent.xactTime() - recent.queryTime()), recent.xactTime());
    }

    /** A whole number of the configuration; 0 where it is not one. */
    int setting(String name) {
        try {
            return Integer.parseInt(config.getOrDefault(name, ""));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    @Nullable ListCounts lists() {
        List<ListCounts> rows = snapshot.rows(Part.LISTS);
        return rows.isEmpty() ? null : rows.getFirst();
    }

    PoolerState state() {
        List<PoolerState> rows = snapshot.rows(Part.STATE);
        return rows.isEmpty() ? PoolerState.ACTIVE : rows.getFirst();
    }
}
