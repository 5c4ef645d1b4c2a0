package org.pgsluice.advice;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pgsluice.admin.view.AdviceRow;
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
import org.pgsluice.admin.view.Replication;
import org.pgsluice.admin.view.SessionStateRow;
import org.pgsluice.admin.view.Snapshot;
import org.pgsluice.admin.view.SocketBuffers;
import org.pgsluice.admin.view.SocketRow;
import org.pgsluice.admin.view.SocketState;
import org.pgsluice.admin.view.StatsRow;
import org.pgsluice.admin.view.UserRow;
import org.pgsluice.pool.CloseReason;

/** What a pooler with the one pool {@code app/ann} shows. Nothing is wrong with it until a test says so. The last period took 100 s. */
final class Scene {
    static final long SECOND = 1_000_000;
    private static final long NOW = 1_000_000 * SECOND;

    String mode = "transaction";
    int waiting;
    long maxWait;
    int active;
    int idle;
    int size = 10;
    int reserve;
    int apart;
    int pinned;
    int mostPinned = 5;
    String lastFailure = "";
    int audits = 50;
    int leaks;
    int refusals;
    int maxDbConnections;
    int maxUserConnections;
    int maxDbClients;
    int minPoolSize;
    boolean paused;
    boolean disabled;
    PoolerState state = PoolerState.ACTIVE;
    int usedClients = 10;
    private Counts recent = Counts.ZERO;
    private final List<SocketRow> clients = new ArrayList<>();
    private final List<PinRow> pins = new ArrayList<>();
    private final List<ClosingRow> closings = new ArrayList<>();

    Scene waiting(int clients, double seconds) {
        waiting = clients;
        maxWait = (long) (seconds * SECOND);
        return this;
    }

    Scene servers(int inUse, int unused) {
        active = inUse;
        idle = unused;
        return this;
    }

    /** What the database did in the period; times in seconds. */
    Scene did(long transactions, double transactionTime, double queryTime) {
        recent = new Counts(transactions, transactions, transactions, 0, 0, (long) (transactionTime * SECOND), (long) (queryTime * SECOND), 0, 0, 0, 0, 0);
        return this;
    }

    Scene prepared(long byClients, long onServers, long executed) {
        recent = new Counts(0, 0, 0, 0, 0, 0, 0, 0, byClients, onServers, executed, 0);
        return this;
    }

    /** A client that has a server and has sent nothing for so long. */
    Scene holder(double idleSeconds) {
        return client(99, idleSeconds, 0);
    }

    Scene client(long link, double idleSeconds, double runningSeconds) {
        long last = NOW - (long) (idleSeconds * SECOND);
        clients.add(new SocketRow(SocketState.CLIENT_ACTIVE, "ann", "app", Replication.NONE, "::1", 1, "::1", 2, last, last,
                (long) (runningSeconds * SECOND), false, 1, link, 0, "", "", 0, clients.size() + 1, SocketBuffers.NONE));
        return this;
    }

    /** The last client keeps its server for a lock. */
    Scene pinned() {
        pins.add(new PinRow("app", "ann", clients.size(), 99, 1, "advisory lock", 0, 0, 0));
        return this;
    }

    Scene closed(CloseReason reason, boolean ofServers, long total, long lately) {
        closings.add(new ClosingRow(reason, ofServers, total, lately));
        return this;
    }

    Snapshot snapshot() {
        int open = active + idle;
        return Snapshot.of(Part.POOLS, List.of(
                        new PoolRow("app", "ann", 0, waiting, 0, 0, active, 0, 0, idle, 0, 0, 0, maxWait, mode, null),
                        new PoolRow("pgbouncer", "pgbouncer", 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9 * SECOND, "statement", null)))
                .with(Part.POOL_LIMITS, List.of(new PoolLimitsRow("app", "ann", size, reserve, apart, pinned, mostPinned, lastFailure)))
                .with(Part.DATABASES, List.of(new DatabaseRow("app", "h", 5432, "app", null, size, minPoolSize, reserve, 3600, null, null, maxDbConnections,
                        open, maxDbClients, 8, paused, disabled)))
                .with(Part.USERS, List.of(new UserRow("ann", null, null, null, maxUserConnections, open, 0, 8)))
                .with(Part.STATS, List.of(new StatsRow("app", recent, Counts.ZERO, 100 * SECOND)))
                .with(Part.LISTS, List.of(new ListCounts(1, 1, 0, 1, 0, 0, usedClients, 0, 0, open, 0, 0, 0, 0)))
                .with(Part.CONFIG, List.of(config("max_client_conn", "100"), config("max_prepared_statements", "200"), config("logfile", null)))
                .with(Part.CLIENTS, clients)
                .with(Part.PINS, pins)
                .with(Part.CLOSINGS, closings)
                .with(Part.SESSION_STATE, List.of(new SessionStateRow("app", "ann", "carry", 100, audits, leaks, refusals, List.of())))
                .with(Part.STATE, List.of(state));
    }

    private static ConfigRow config(String key, @Nullable String value) {
        return new ConfigRow(key, value, null, true);
    }

    List<AdviceRow> advice() {
        return Advice.of(snapshot(), NOW);
    }
}
