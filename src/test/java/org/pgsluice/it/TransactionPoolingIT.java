package org.pgsluice.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.pgsluice.it.Sql.execute;
import static org.pgsluice.it.Sql.value;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** That clients who share servers do not see each other. */
class TransactionPoolingIT {
    private static PooledDatabase database;

    @BeforeAll
    static void start() throws Exception {
        database = PooledDatabase.open(PostgresServer.NEWEST, TransactionPoolingIT.class, "pool_mode = transaction", "default_pool_size = 3",
                "track_extra_parameters = IntervalStyle, search_path");
    }

    @AfterAll
    static void stop() throws Exception {
        database.close();
    }

    @Test
    void trackedParametersFollowTheirClient() throws Exception {
        try (Connection paris = database.connect("ApplicationName", "paris");
                Connection tokyo = database.connect("ApplicationName", "tokyo")) {
            execute(paris, "SET TIME ZONE 'Europe/Paris'");
            execute(tokyo, "SET TIME ZONE 'Asia/Tokyo'");
            execute(tokyo, "SET application_name = 'tokyo two'");

            for (int i = 0; i < 10; i++) {
                assertThat(value(paris, "SELECT current_setting('application_name') || current_setting('TimeZone')")).isEqualTo("parisEurope/Paris");
                assertThat(value(tokyo, "SELECT current_setting('application_name') || current_setting('TimeZone')")).isEqualTo("tokyo twoAsia/Tokyo");
            }
        }
    }

    @Test
    void trackedParametersThatDifferInCaseAloneFollowTheirClient() throws Exception {
        assumeThat(PoolerProcess.isOurs()).as("PgBouncer takes them for the same").isTrue();
        try (Connection upper = database.connect("ApplicationName", "CASE");
                Connection lower = database.connect("ApplicationName", "case")) {
            for (int i = 0; i < 10; i++) {
                assertThat(value(upper, "SHOW application_name")).isEqualTo("CASE");
                assertThat(value(lower, "SHOW application_name")).isEqualTo("case");
            }
        }
    }

    @Test
    void trackedParametersOfTheStartupOptionsReachTheServer() throws Exception {
        assumeThat(PoolerProcess.keepsPreparedStatements()).as("PgBouncer reads options since 1.20").isTrue();
        try (Connection connection = database.connect("options", "-c application_name=by\\ options -c IntervalStyle=iso_8601");
                Connection other = database.connect("ApplicationName", "other")) {
            for (int i = 0; i < 5; i++) {
                assertThat(value(connection, "SHOW IntervalStyle")).isEqualTo("iso_8601");
                assertThat(value(other, "SHOW IntervalStyle")).isEqualTo("postgres");
            }
        }
    }

    @Test
    void valuesOfTheStartupPacketComeBackAfterAReset() throws Exception {
        assumeThat(PoolerProcess.isOurs()).as("PgBouncer leaves the server's").isTrue();
        // Without assumeMinServerVersion the driver says its name by a SET, which a RESET takes from a session of PostgreSQL's own, too.
        try (Connection shop = database.connect("assumeMinServerVersion", "9.0", "ApplicationName", "shop",
                        "options", "-c search_path=tenant-1 -c IntervalStyle=iso_8601");
                Connection other = database.connect("assumeMinServerVersion", "9.0", "ApplicationName", "other")) {
            String values = "SELECT concat_ws(' ', current_setting('application_name'), current_setting('search_path'),"
                    + " current_setting('IntervalStyle'))";
            for (String reset : List.of("RESET ALL", "DISCARD ALL", "RESET application_name", "SET search_path TO DEFAULT",
                    "DO $$BEGIN EXECUTE 'RESET ALL'; END$$")) {
                for (String before : List.of("SELECT 1", "SET application_name = 'x'", "SET IntervalStyle = 'postgres'", "SET search_path = pg_catalog")) {
                    execute(shop, before);
                    execute(shop, reset + (reset.endsWith("ALL") ? "" : "; RESET ALL"));
                    execute(other, "SELECT 1");
                    assertThat(value(shop, values))
                            .as(before + "; " + reset).isEqualTo("shop tenant-1 iso_8601");
                }
            }
            assertThat(value(other, values))
                    .isEqualTo("other \"$user\", public postgres");
        }
    }

    @Test
    void valueThatPostgresRefusesIsItsError() throws Exception {
        assumeThat(PoolerProcess.isOurs()).as("PgBouncer says something else").isTrue();
        try (Connection connection = database.connect("options", "-c search_path=a\\ b")) {
            assertThatThrownBy(() -> execute(connection, "SELECT 1")).isInstanceOfSatisfying(SQLException.class,
                    e -> assertThat(e.getSQLState()).isEqualTo("22023"));
        } catch (SQLException e) {
            assertThat(e.getSQLState()).isEqualTo("22023");
        }
    }

    @Test
    void preparedStatementsOfTheSameNameStayApart() throws Exception {
        assumeThat(PoolerProcess.keepsPreparedStatements()).isTrue();
        List<Connection> connections = new ArrayList<>();
        List<PreparedStatement> statements = new ArrayList<>();
        try {
            for (int client = 0; client < 8; client++) {
                Connection connection = database.connect("prepareThreshold", "1");
                connections.add(connection);
                statements.add(connection.prepareStatement("SELECT " + client + " * 1000 + ?::int"));
            }

            for (int round = 0; round < 20; round++) {
                for (int client = 0; client < 8; client++) {
                    assertThat(value(statements.get(client), round)).isEqualTo(client * 1000 + round);
                }
            }
        } finally {
            for (Connection connection : connections) {
                connection.close();
            }
        }
    }

    @Test
    void everyAnswerComesToWhoAsked() throws Exception {
        String threshold = PoolerProcess.keepsPreparedStatements() ? "1" : "0";
        List<Callable<Integer>> clients = new ArrayList<>();
        for (int client = 0; client < 20; client++) {
            int number = client;
            clients.add(() -> {
                try (Connection connection = database.connect("prepareThreshold", threshold)) {
                    return transactions(connection, number, 100);
                }
            });
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Integer> client : threads.invokeAll(clients)) {
                assertThat(client.get()).isEqualTo(100);
            }
        }
    }

    @Test
    void deathOfTheServerEndsItsClientOnly() throws Exception {
        try (Connection victim = database.connect();
                Connection other = database.connect();
                Connection direct = database.direct()) {
            victim.setAutoCommit(false);
            String pid = value(victim, "SELECT pg_backend_pid()");

            assertThat(value(direct, "SELECT pg_terminate_backend(" + pid + ", 5000)")).isEqualTo("t");

            assertThatThrownBy(() -> value(victim, "SELECT 1")).isInstanceOf(SQLException.class);
            assertThat(value(other, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void clientThatVanishesInATransactionLeavesNoLock() throws Exception {
        try (Connection other = database.connect()) {
            execute(other, "CREATE TABLE locked (n int)");
            Connection vanishing = database.connect();
            vanishing.setAutoCommit(false);
            execute(vanishing, "LOCK TABLE locked");

            vanishing.abort(Runnable::run);

            execute(other, "SET statement_timeout = '20s'; INSERT INTO locked VALUES (1)");
            assertThat(value(other, "SELECT count(*) FROM locked")).isEqualTo("1");
        }
    }

    @Test
    void consoleAnswersTheDriver() throws Exception {
        assumeThat(PoolerProcess.isOurs()).as("PgBouncer refuses the driver's SET").isTrue();
        try (Connection client = database.connect();
                Connection console = database.console()) {
            assertThat(value(client, "SELECT 1")).isEqualTo("1");
            try (var statement = console.createStatement();
                    ResultSet rows = statement.executeQuery("SHOW POOLS")) {
                List<String> names = new ArrayList<>();
                while (rows.next()) {
                    names.add(rows.getString("database") + "/" + rows.getString("user") + "/" + rows.getString("pool_mode"));
                }
                assertThat(names).contains("transactionpoolingit/app/transaction");
            }
        }
    }

    /** Each in a transaction of its own with two answers that carry the client's number; returns how many were right. */
    private static int transactions(Connection connection, int client, int count) throws SQLException {
        int right = 0;
        connection.setAutoCommit(false);
        try (PreparedStatement statement = connection.prepareStatement("SELECT ?::int, pg_backend_pid()")) {
            for (int i = 0; i < count; i++) {
                int asked = client * 1_000_000 + i;
                int pid = Integer.parseInt(value(connection, "SELECT pg_backend_pid()"));
                statement.setInt(1, asked);
                try (ResultSet rows = statement.executeQuery()) {
                    rows.next();
                    right += rows.getInt(1) == asked && rows.getInt(2) == pid ? 1 : 0;
                }
                connection.commit();
            }
        }
        return right;
    }
}
