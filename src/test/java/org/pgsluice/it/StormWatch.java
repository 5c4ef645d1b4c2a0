package org.pgsluice.it;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Counts server connections, at the pooler and at PostgreSQL, ten times a second. PostgreSQL may know more for a while, since a backend whose connection was
 * closed notices it when its query ends. A thread of its own.
 */
final class StormWatch implements Runnable {
    private static final long BACKEND_ENDS_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Storm storm;
    private final Map<String, Long> unknownSince = new HashMap<>();

    StormWatch(Storm storm) {
        this.storm = storm;
    }

    @Override
    public void run() {
        try (Connection console = storm.database.console();
                Connection direct = storm.database.direct()) {
            while (storm.phase() != Storm.Phase.OVER) {
                look(console, direct);
                LockSupport.parkNanos(100_000_000);
            }
        } catch (Throwable e) {
            storm.fault("watch", e);
        }
    }

    private void look(Connection console, Connection direct) throws SQLException {
        Set<String> backends = backends(direct, storm.database.name());
        Set<String> servers = servers(console, storm.database.name());
        require(servers.size() <= Saboteur.POOL_SIZE, "the pooler has " + servers.size() + " servers");
        unknownSince.keySet().retainAll(backends);
        long now = System.nanoTime();
        for (String backend : backends) {
            if (servers.contains(backend)) {
                unknownSince.remove(backend);
            } else {
                require(now - unknownSince.computeIfAbsent(backend, pid -> now) < BACKEND_ENDS_NANOS, "the pooler does not know backend " + backend);
            }
        }
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }

    static String from(String database) {
        return "FROM pg_stat_activity WHERE datname = '" + database + "' AND usename = 'app' AND backend_type = 'client backend'";
    }

    /** Process ids of the backends. */
    static Set<String> backends(Connection direct, String database) throws SQLException {
        Set<String> pids = new TreeSet<>();
        try (Statement statement = direct.createStatement();
                ResultSet rows = statement.executeQuery("SELECT pid " + from(database))) {
            while (rows.next()) {
                pids.add(rows.getString(1));
            }
        }
        return pids;
    }

    /** Process ids of the pooler's servers but those that carry cancel requests; of one that logs in something else that is unique. */
    static Set<String> servers(Connection console, String database) throws SQLException {
        Set<String> pids = new HashSet<>();
        try (Statement statement = console.createStatement();
                ResultSet rows = statement.executeQuery("SHOW SERVERS")) {
            while (rows.next()) {
                if (rows.getString("database").equals(database) && !rows.getString("state").equals("active_cancel")) {
                    String pid = rows.getString("remote_pid");
                    pids.add(pid.equals("0") ? "login of " + rows.getString("id") : pid);
                }
            }
        }
        return pids;
    }
}
