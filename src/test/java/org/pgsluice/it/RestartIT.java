package org.pgsluice.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.pgsluice.it.Sql.execute;
import static org.pgsluice.it.Sql.value;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.pgsluice.demo.Account;
import org.pgsluice.tls.TestAuthority;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** That clients notice nothing of a restart with {@code -R}. */
@EnabledOnOs(OS.LINUX)
class RestartIT {
    @BeforeAll
    static void onlyOurs() {
        assumeThat(PoolerProcess.isOurs()).isTrue();
    }

    @Test
    void clientsUnderLoadNoticeNothing() throws Exception {
        try (PooledDatabase database = PooledDatabase.open(
                PostgresServer.NEWEST, RestartIT.class, "pool_mode = transaction", "default_pool_size = 3", "reactors = 2")) {
            AtomicBoolean over = new AtomicBoolean();
            int count = 6;
            CountDownLatch running = new CountDownLatch(count + 1);
            try (ExecutorService clients = Executors.newFixedThreadPool(count + 1)) {
                List<Future<Integer>> results = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    int number = i;
                    results.add(clients.submit(() -> queries(database, number, running, over)));
                }
                results.add(clients.submit(() -> logins(database, running, over)));
                try {
                    assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();
                    for (int i = 0; i < 3; i++) {
                        assertThat(database.pooler().restart()).as("exit code of the old process").isZero();
                    }
                } finally {
                    over.set(true);
                }
                for (Future<Integer> result : results) {
                    assertThat(result.get(60, TimeUnit.SECONDS)).isPositive();
                }
            }
            assertThat(database.pooler().log()).contains("old process killed, resuming work");
        }
    }

    /** Prepared statements, transactions and replies longer than a buffer; how many rounds went well. */
    private static int queries(PooledDatabase database, int number, CountDownLatch running, AtomicBoolean over) throws SQLException {
        int rounds = 0;
        try (Connection connection = database.connect("prepareThreshold", "1", "ApplicationName", "client " + number);
                PreparedStatement statement = connection.prepareStatement("SELECT " + number + " * 1000 + ?::int")) {
            while (!over.get()) {
                assertThat(value(statement, rounds % 1000)).isEqualTo(number * 1000 + rounds % 1000);
                assertThat(value(connection, "SHOW application_name")).isEqualTo("client " + number);
                connection.setAutoCommit(false);
                String pid = value(connection, "SELECT pg_backend_pid()");
                assertThat(value(connection, "SELECT length(string_agg(repeat('x', 1000), '')) FROM generate_series(1, 300)")).isEqualTo("300000");
                assertThat(value(connection, "SELECT pg_backend_pid()")).isEqualTo(pid);
                connection.commit();
                connection.setAutoCommit(true);
                rounds++;
                running.countDown();
            }
        }
        return rounds;
    }

    private static int logins(PooledDatabase database, CountDownLatch running, AtomicBoolean over) throws SQLException {
        int logins = 0;
        while (!over.get()) {
            try (Connection connection = database.connect()) {
                assertThat(value(connection, "SELECT 1")).isEqualTo("1");
            }
            logins++;
            running.countDown();
        }
        return logins;
    }

    @Test
    void sessionsKeepWhatTheyHave() throws Exception {
        try (PooledDatabase database = PooledDatabase.open(PostgresServer.NEWEST, RestartIT.class, "pool_mode = session");
                Connection connection = database.connect();
                ExecutorService asker = Executors.newSingleThreadExecutor()) {
            execute(connection, "CREATE TEMP TABLE kept AS SELECT 42 AS answer");
            Callable<String> slow = () -> value(connection, "SELECT answer FROM kept, pg_sleep(3)");
            Future<String> answer = asker.submit(slow);
            awaitQuery(database, "%FROM kept, pg_sleep%");

            database.pooler().restart();

            assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo("42");
            assertThat(value(connection, "SELECT answer FROM kept")).isEqualTo("42");
        }
    }

    /** Clients that share one server, of whom one keeps another one to itself. */
    @Test
    void whatSharedSessionsHaveGoesAlong() throws Exception {
        try (PooledDatabase database = PooledDatabase.open(
                        PostgresServer.NEWEST, RestartIT.class, "pool_mode = transaction", "session_state = carry", "default_pool_size = 1");
                Connection holder = database.connect("options", "-c work_mem=21MB");
                Connection other = database.connect()) {
            execute(holder, "SELECT pg_advisory_lock(9)");
            execute(holder, "CREATE TEMP TABLE kept AS SELECT 42 AS answer");
            execute(other, "PREPARE s AS SELECT 'prepared'");
            execute(other, "SET lock_timeout = '7s'");
            String pid = value(holder, "SELECT pg_backend_pid()");

            for (int i = 0; i < 2; i++) {
                database.pooler().restart();

                assertThat(value(other, "SELECT pg_try_advisory_lock(9)")).isEqualTo("f");
                assertThat(value(other, "EXECUTE s")).isEqualTo("prepared");
                assertThat(value(other, "SHOW lock_timeout")).isEqualTo("7s");
                assertThat(value(holder, "SELECT answer FROM kept")).isEqualTo("42");
                assertThat(value(holder, "SHOW work_mem")).isEqualTo("21MB");
                assertThat(value(holder, "SELECT pg_backend_pid()")).isEqualTo(pid);
            }

            execute(holder, "SELECT pg_advisory_unlock(9)");
            execute(holder, "DROP TABLE kept");
            try (Connection console = database.console()) {
                assertThat(rows(console, "SHOW PINS")).isZero();
            }
            execute(holder, "DEALLOCATE ALL");
            assertThat(value(other, "EXECUTE s")).isEqualTo("prepared");
        }
    }

    /** Servers that have stayed are counted before anybody can take their places, and are not taken away where fewer may stay by now. */
    @Test
    void whoHasAServerOfItsOwnKeepsItWhereFewerMayStay() throws Exception {
        try (PooledDatabase database = PooledDatabase.open(
                        PostgresServer.NEWEST, RestartIT.class, "pool_mode = transaction", "session_state = carry", "max_pinned_servers = 2");
                Connection first = database.connect();
                Connection second = database.connect();
                Connection third = database.connect()) {
            for (Connection holder : List.of(first, second)) {
                execute(holder, "CREATE TEMP TABLE kept AS SELECT 42 AS answer");
            }
            Path ini = database.pooler().ini();
            Files.writeString(ini, Files.readString(ini).replace("max_pinned_servers = 2", "max_pinned_servers = 1"));

            database.pooler().restart();

            assertThatThrownBy(() -> execute(third, "CREATE TEMP TABLE one_more (answer int)")).hasMessageContaining("max_pinned_servers = 1 is reached");
            for (Connection holder : List.of(first, second)) {
                assertThat(value(holder, "SELECT answer FROM kept")).isEqualTo("42");
            }
        }
    }

    private static int rows(Connection connection, String sql) throws SQLException {
        try (java.sql.Statement statement = connection.createStatement();
                java.sql.ResultSet result = statement.executeQuery(sql)) {
            int rows = 0;
            while (result.next()) {
                rows++;
            }
            return rows;
        }
    }

    /** They stay with the old process, whose listening server knows them. */
    @Test
    void listenersHearOnFromTheOldProcess() throws Exception {
        try (PooledDatabase database = PooledDatabase.open(
                        PostgresServer.NEWEST, RestartIT.class, "pool_mode = transaction", "session_state = carry", "default_pool_size = 2");
                Connection plain = database.connect();
                Connection listener = database.connect()) {
            execute(listener, "LISTEN news");

            Process old = database.pooler().restartBeside();
            execute(plain, "SELECT pg_notify('news', 'after')");

            PGNotification[] heard = listener.unwrap(PGConnection.class).getNotifications(20_000);
            assertThat(heard).extracting(PGNotification::getParameter).containsExactly("after");
            leave(listener);
            assertThat(old.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(value(plain, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void cancelReachesAQueryFromBefore() throws Exception {
        try (PooledDatabase database = PooledDatabase.open(PostgresServer.NEWEST, RestartIT.class, "pool_mode = transaction");
                Connection connection = database.connect();
                java.sql.Statement statement = connection.createStatement();
                ExecutorService asker = Executors.newSingleThreadExecutor()) {
            Future<String> outcome = asker.submit(() -> {
                try {
                    statement.execute("SELECT 'to be cancelled', pg_sleep(50)");
                    return "none";
                } catch (SQLException e) {
                    return e.getSQLState();
                }
            });
            awaitQuery(database, "%to be cancelled%");

            database.pooler().restart();
            statement.cancel();

            assertThat(outcome.get(30, TimeUnit.SECONDS)).isEqualTo("57014");
        }
    }

    @Test
    void encryptedClientsStayWithTheOldProcessUntilTheyLeave(@TempDir Path directory) throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        TestAuthority authority = new TestAuthority(directory.resolve("authority"), "authority");
        authority.sign("pooler", "/CN=pooler", "IP:127.0.0.1");
        Account.current().own(authority.file("pooler.key"));
        try (PooledDatabase database = PooledDatabase.open(PostgresServer.NEWEST, RestartIT.class, "pool_mode = session", "client_tls_sslmode = allow",
                        "client_tls_key_file = " + authority.file("pooler.key"), "client_tls_cert_file = " + authority.file("pooler.crt"));
                Connection plain = database.connect("sslmode", "disable");
                Connection first = database.connect("sslmode", "require")) {
            String pid = value(first, "SELECT pg_backend_pid()");
            execute(plain, "CREATE TEMP TABLE kept AS SELECT 42 AS answer");

            Process oldest = database.pooler().restartBeside();
            assertThat(value(plain, "SELECT answer FROM kept")).isEqualTo("42");
            assertThat(value(first, "SELECT pg_backend_pid()")).isEqualTo(pid);
            try (Connection second = database.connect("sslmode", "require")) {
                assertThat(value(second, "SELECT 2")).isEqualTo("2");
                Process older = database.pooler().restartBeside();
                assertThat(value(second, "SELECT 3")).isEqualTo("3");
                assertThat(value(plain, "SELECT answer FROM kept")).isEqualTo("42");
                assertThat(value(first, "SELECT pg_backend_pid()")).isEqualTo(pid);
                assertThat(oldest.isAlive() && older.isAlive()).isTrue();
                leave(second);
                assertThat(older.waitFor(20, TimeUnit.SECONDS)).isTrue();
                assertThat(older.exitValue()).isZero();
            }
            assertThat(oldest.isAlive()).isTrue();
            leave(first);
            assertThat(oldest.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(oldest.exitValue()).isZero();
            assertThat(Files.readString(database.pooler().ini().resolveSibling("pid")).strip()).isEqualTo(String.valueOf(database.pooler().pid()));
            assertThat(value(plain, "SELECT answer FROM kept")).isEqualTo("42");
            try (Connection next = database.connect("sslmode", "require")) {
                assertThat(value(next, "SELECT 4")).isEqualTo("4");
            }
            assertThat(database.pooler().log()).contains("stays with the old process: it is under TLS", "1 connections stay here until they end",
                    "the last connection that stayed has gone, exiting");
        }
    }

    /** A driver's second close does nothing. */
    private static void leave(Connection connection) throws SQLException {
        connection.close();
    }

    private static void awaitQuery(PooledDatabase database, String pattern) throws SQLException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        try (Connection direct = database.direct()) {
            String sql = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid() AND query LIKE '" + pattern + "'";
            while (!value(direct, sql).equals("1")) {
                assertThat(System.nanoTime()).as("the query is under way in time").isLessThan(deadline);
            }
        }
    }
}
