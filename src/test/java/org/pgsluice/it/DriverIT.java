package org.pgsluice.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pgsluice.it.Sql.execute;
import static org.pgsluice.it.Sql.value;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import org.postgresql.largeobject.LargeObject;
import org.postgresql.largeobject.LargeObjectManager;

/** What the JDBC driver can do, through one server connection in transaction mode. */
class DriverIT {
    private static PooledDatabase database;

    @BeforeAll
    static void start() throws Exception {
        database = PooledDatabase.open(PostgresServer.NEWEST, DriverIT.class, "pool_mode = transaction", "default_pool_size = 1");
    }

    @AfterAll
    static void stop() throws Exception {
        database.close();
    }

    @Test
    void consoleOverTcpShowsSocketsWithoutTheirSecrets() throws Exception {
        try (Connection connection = database.connect();
                Connection console = database.console();
                Statement statement = console.createStatement();
                ResultSet rows = statement.executeQuery("SHOW FDS")) {
            int clients = 0;
            while (rows.next()) {
                clients += rows.getString("task").equals("client") ? 1 : 0;
                assertThat(rows.getLong("cancel")).isZero();
                assertThat(rows.getString("scram_client_key")).isNull();
            }

            assertThat(connection.isValid(5)).isTrue();
            assertThat(clients).isPositive();
        }
    }

    @Test
    void failedCopyInLeavesTheServerUsable() throws Exception {
        try (Connection connection = database.connect();
                Connection other = database.connect()) {
            execute(connection, "CREATE TABLE numbers (n int)");
            CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();

            assertThatThrownBy(() -> copy.copyIn("COPY numbers FROM STDIN", new StringReader("1\nx\n"))).hasMessageContaining("invalid input syntax");
            copy.copyIn("COPY numbers FROM STDIN").cancelCopy();

            assertThat(value(other, "SELECT count(*) FROM numbers")).isEqualTo("0");
        }
    }

    @Test
    void copiesMegabytesBothWays() throws Exception {
        int rows = 100_000;
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < rows; i++) {
            text.append(i).append("\tthe quick brown fox jumps over the lazy dog\n");
        }
        try (Connection connection = database.connect()) {
            execute(connection, "CREATE TABLE foxes (n int, what text)");
            CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();

            assertThat(copy.copyIn("COPY foxes FROM STDIN", new StringReader(text.toString()))).isEqualTo(rows);

            StringWriter out = new StringWriter();
            assertThat(copy.copyOut("COPY (TABLE foxes ORDER BY n) TO STDOUT", out)).isEqualTo(rows);
            assertThat(out.toString().contentEquals(text)).isTrue();
        }
    }

    @Test
    void largeObjectsOverFunctionCalls() throws Exception {
        byte[] bytes = new byte[1_000_000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31 >> 3);
        }
        try (Connection connection = database.connect()) {
            connection.setAutoCommit(false);
            LargeObjectManager objects = connection.unwrap(PGConnection.class).getLargeObjectAPI();
            long id = objects.createLO();
            try (LargeObject object = objects.open(id);
                    OutputStream out = object.getOutputStream()) {
                out.write(bytes);
            }
            connection.commit();

            try (LargeObject object = objects.open(id);
                    InputStream in = object.getInputStream()) {
                assertThat(in.readAllBytes()).isEqualTo(bytes);
            }
            connection.commit();
        }
    }

    @Test
    void cancelEndsTheStatementAndNothingElse() throws Exception {
        try (Connection connection = database.connect();
                Statement slow = connection.createStatement()) {
            CompletableFuture<Void> answer = CompletableFuture.runAsync(() -> {
                try {
                    slow.execute("SELECT pg_sleep(60)");
                } catch (SQLException e) {
                    throw new IllegalStateException(e.getSQLState());
                }
            });
            awaitOne("SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)' AND state = 'active'");

            slow.cancel();

            assertThatThrownBy(() -> answer.get(20, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class).hasMessageContaining("57014");
            for (int i = 0; i < 20; i++) {
                assertThat(value(connection, "SELECT " + i)).isEqualTo(String.valueOf(i));
            }
        }
    }

    @Test
    void noticesComeToWhoCausedThem() throws Exception {
        try (Connection connection = database.connect();
                Connection other = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("DO $$ BEGIN RAISE NOTICE 'for you'; END $$");
            try (Statement quiet = other.createStatement()) {
                quiet.execute("SELECT 1");

                assertThat((Throwable) statement.getWarnings()).hasMessage("for you");
                assertThat((Throwable) quiet.getWarnings()).isNull();
            }
        }
    }

    @Test
    void streamsFiftyMegabytesThroughAPortal() throws Exception {
        try (Connection connection = database.connect()) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.setFetchSize(500);
                assertThat(bytesOf(statement)).isEqualTo(50_000L * 1_000);
            }
            connection.commit();
        }
    }

    @Test
    void streamsFiftyMegabytesAtOnce() throws Exception {
        try (Connection connection = database.connect("adaptiveFetch", "false");
                Statement statement = connection.createStatement()) {
            assertThat(bytesOf(statement)).isEqualTo(50_000L * 1_000);
        }
    }

    @Test
    void rowOfTwentyMegabytes() throws Exception {
        try (Connection connection = database.connect();
                PreparedStatement echo = connection.prepareStatement("SELECT length(?::text), ?::text")) {
            String text = "0123456789".repeat(2_000_000);
            echo.setString(1, text);
            echo.setString(2, text);
            try (ResultSet rows = echo.executeQuery()) {
                rows.next();
                assertThat(rows.getInt(1)).isEqualTo(text.length());
                assertThat(rows.getString(2).equals(text)).isTrue();
            }
        }
    }

    @Test
    void batchIsOnePipeline() throws Exception {
        try (Connection connection = database.connect("prepareThreshold", PoolerProcess.keepsPreparedStatements() ? "1" : "0")) {
            execute(connection, "CREATE TABLE batch (n int UNIQUE)");
            connection.setAutoCommit(false);
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO batch VALUES (?)")) {
                for (int i = 0; i < 2_000; i++) {
                    insert.setInt(1, i);
                    insert.addBatch();
                }
                assertThat(insert.executeBatch()).hasSize(2_000).containsOnly(1);
                connection.commit();

                insert.setInt(1, 5);
                insert.addBatch();
                assertThatThrownBy(insert::executeBatch).hasMessageContaining("duplicate key");
                connection.rollback();
            }
            assertThat(value(connection, "SELECT count(*) FROM batch")).isEqualTo("2000");
        }
    }

    private static long bytesOf(Statement statement) throws SQLException {
        long bytes = 0;
        try (ResultSet rows = statement.executeQuery("SELECT repeat(chr(97 + i % 26), 1000) FROM generate_series(1, 50000) i")) {
            for (int i = 1; rows.next(); i++) {
                String text = rows.getString(1);
                assertThat(text.charAt(999)).isEqualTo((char) (97 + i % 26));
                bytes += text.length();
            }
        }
        return bytes;
    }

    private static void awaitOne(String sql) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        try (Connection direct = database.direct()) {
            while (!value(direct, sql).equals("1")) {
                assertThat(System.nanoTime()).as(sql).isLessThan(deadline);
            }
        }
    }
}
