package org.pgsluice.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many clients on few servers while connections break and the console is busy: no client ever gets a row, setting, transaction or lock of another's, and what
 * was committed is there once. After that all works without any error. {@code -Dcrosstalk.seconds} makes it longer, {@code -Dcrosstalk.seed} has clients and
 * saboteur choose the same again, though not at the same moments.
 */
class CrossTalkStressIT {
    private static final int DRIVERS = 36;
    private static final int WIRES = 12;
    private static final double SECONDS = Double.parseDouble(System.getProperty("crosstalk.seconds", "10"));

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "nio"})
    void nobodySeesAnother(String engine) throws Exception {
        assumeThat(PoolerProcess.isOurs()).as("engines are ours").isTrue();
        long seed = Long.getLong("crosstalk.seed", System.nanoTime());
        try (PooledDatabase database = open(engine)) {
            Storm storm = new Storm(database, seed, DRIVERS, WIRES);
            prepare(storm);
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                run(storm, threads, new Saboteur(storm, new SplittableRandom(~seed)));
            }
            storm.check("afterwards", () -> afterwards(storm));
            storm.requireFaultless();
            System.out.println(engine + ": " + storm.brief());
        }
    }

    private static PooledDatabase open(String engine) throws Exception {
        return PooledDatabase.open(PostgresServer.NEWEST, CrossTalkStressIT.class,
                "auth_type = plain",
                "pool_mode = transaction",
                "engine = " + engine,
                "reactors = 2",
                "default_pool_size = " + Saboteur.POOL_SIZE,
                "max_db_connections = " + Saboteur.POOL_SIZE,
                "max_prepared_statements = 5",
                "max_client_conn = 200",
                "track_extra_parameters = IntervalStyle, search_path",
                "server_check_query = SELECT 1",
                "server_login_retry = 1",
                "suspend_timeout = 2",
                "stats_period = 5");
    }

    private static void prepare(Storm storm) throws SQLException {
        try (Connection connection = storm.database.connect()) {
            Sql.execute(connection, Deeds.TABLE);
            Sql.execute(connection, Tally.TABLE);
            for (StormClient client : storm.clients) {
                Sql.execute(connection, "CREATE SCHEMA " + client.token);
                Sql.execute(connection, "CREATE TABLE " + client.token + ".mine AS SELECT '" + client.token + "'::text AS who");
            }
        }
    }

    private static void run(Storm storm, ExecutorService threads, Saboteur saboteur) throws Exception {
        storm.clients.forEach(threads::execute);
        threads.execute(new StormWatch(storm));
        Future<?> sabotage = threads.submit(saboteur);
        storm.last(SECONDS);
        storm.enter(Storm.Phase.SETTLING);
        sabotage.get();
        storm.awaitRest();
        try (Connection console = storm.database.console();
                Connection direct = storm.database.direct()) {
            storm.await("the pooler's servers are PostgreSQL's backends", () -> sameServers(storm, console, direct));
            storm.enter(Storm.Phase.CALM);
            storm.last(1 + SECONDS / 5);
            storm.await("all clients are served", () -> storm.clients.stream().allMatch(client -> client.calmChores() >= 5));
            storm.enter(Storm.Phase.OVER);
            storm.awaitThrough();
            storm.check("rest", () -> requireRest(storm, console, direct));
        } finally {
            storm.release();
        }
    }

    private static boolean sameServers(Storm storm, Connection console, Connection direct) {
        try {
            return StormWatch.backends(direct, storm.database.name()).equals(StormWatch.servers(console, storm.database.name()));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** All clients are connected and want nothing. */
    private static void requireRest(Storm storm, Connection console, Connection direct) throws SQLException {
        Map<String, String> pool = pool(storm, console);
        assertThat(pool).containsEntry("cl_active", String.valueOf(DRIVERS + WIRES));
        for (String none : List.of("cl_waiting", "cl_active_cancel_req", "cl_waiting_cancel_req", "maxwait",
                "sv_active", "sv_active_cancel", "sv_being_canceled", "sv_login")) {
            assertThat(pool).containsEntry(none, "0");
        }
        String backends = StormWatch.from(storm.database.name());
        int servers = 0;
        for (String some : List.of("sv_idle", "sv_used", "sv_tested")) {
            servers += Integer.parseInt(pool.get(some));
        }
        assertThat(Sql.value(direct, "SELECT count(*) " + backends)).isEqualTo(String.valueOf(servers));
        assertThat(Sql.value(direct, "SELECT count(*) " + backends + " AND state <> 'idle'")).isEqualTo("0");
        assertThat(Sql.value(direct, "SELECT count(*) FROM pg_locks WHERE pid IN (SELECT pid " + backends + ")")).isEqualTo("0");
    }

    private static Map<String, String> pool(Storm storm, Connection console) throws SQLException {
        Map<String, String> pool = new TreeMap<>();
        try (Statement statement = console.createStatement();
                ResultSet rows = statement.executeQuery("SHOW POOLS")) {
            while (rows.next()) {
                if (rows.getString("database").equals(storm.database.name())) {
                    for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                        pool.put(rows.getMetaData().getColumnName(i), rows.getString(i));
                    }
                }
            }
        }
        return pool;
    }

    /** All clients have gone: what they wrote, and what the pooler says. */
    private static void afterwards(Storm storm) throws Exception {
        try (Connection console = storm.database.console();
                Connection direct = storm.database.direct()) {
            storm.await("no client is left", () -> {
                try {
                    return pool(storm, console).get("cl_active").equals("0");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            long most = 0;
            for (StormClient client : storm.clients) {
                try (Statement statement = direct.createStatement();
                        ResultSet rows = statement.executeQuery(client.deeds.query())) {
                    List<String> found = new ArrayList<>();
                    while (rows.next()) {
                        found.add(rows.getString(1));
                    }
                    client.deeds.compare(found);
                    most += client.deeds.count() + client.deeds.doubts();
                }
            }
            assertThat(Long.parseLong(Sql.value(direct, "SELECT count(*) FROM deeds"))).as("rows of anybody").isLessThanOrEqualTo(most);
            storm.tally.check(direct);
        }
        assertThat(storm.database.pooler().log().lines()).noneMatch(CrossTalkStressIT::isConfused);
    }

    /** A line of the log that should not be there, whatever was broken. */
    private static boolean isConfused(String line) {
        return StormClient.isConfusion(line) || line.contains("Exception") || line.contains("query failed: ERROR");
    }
}
