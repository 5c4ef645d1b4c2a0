package org.pgsluice.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pgsluice.it.Sql.execute;
import static org.pgsluice.it.Sql.value;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** What holds servers to their clients, what an operator sees of that, and how long it lasts. */
@DisabledIfSystemProperty(named = "pooler", matches = ".+", disabledReason = "no other pooler has it")
class PinsIT {
    @Test
    void serverThatStaysIsShownAndFreeAgainWhenItsClientIsIdleForTooLong() throws Exception {
        try (PooledDatabase database = PooledDatabase.open(PostgresServer.NEWEST, PinsIT.class, "pool_mode = transaction", "session_state = carry",
                        "default_pool_size = 1", "pinned_idle_timeout = 2");
                Connection holder = database.connect();
                Connection other = database.connect();
                Connection console = database.console();
                Statement show = console.createStatement()) {
            execute(holder, "SELECT pg_advisory_lock(11)");
            // It has its answer before the server is asked what it has left; this one comes behind that.
            int pid = Integer.parseInt(value(holder, "SELECT pg_backend_pid()"));
            try (ResultSet pins = show.executeQuery("SHOW PINS")) {
                assertThat(pins.next()).isTrue();
                assertThat(pins.getString("reason")).isEqualTo("advisory lock");
                assertThat(pins.getString("user")).isEqualTo("app");
                assertThat(pins.getInt("remote_pid")).isEqualTo(pid);
                assertThat(pins.next()).isFalse();
            }
            assertThat(value(other, "SELECT pg_try_advisory_lock(11)")).isEqualTo("f");

            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (!value(other, "SELECT pg_try_advisory_xact_lock(11)").equals("t")) {
                assertThat(System.nanoTime()).as("the lock is free in time").isLessThan(deadline);
            }
            // The server is asked once more before it is free.
            while (hasRows(show, "SHOW PINS")) {
                assertThat(System.nanoTime()).as("the pin ends in time").isLessThan(deadline);
            }
            try (ResultSet counters = show.executeQuery("SHOW SESSION_STATE")) {
                assertThat(counters.next()).isTrue();
                assertThat(counters.getLong("pins_lock")).isPositive();
                assertThat(counters.getLong("questions")).isPositive();
            }
            assertThat(sqlStateOf(holder)).isEqualTo("57P05");
        }
    }

    /**
     * How a tool that migrates a database sees to it that nobody else does, as PostgreSQL's log has it; docs/session-state.md names the versions. PostgreSQL
     * gives a lock back only on the connection that has it.
     */
    private record MigrationLock(String tool, String take, String giveBack) {}

    private static final List<MigrationLock> MIGRATION_LOCKS = List.of(
            new MigrationLock("Flyway", "SELECT pg_try_advisory_lock(77433833903597)", "SELECT pg_advisory_unlock(77433833903597)"),
            new MigrationLock("Rails", "SELECT pg_try_advisory_lock(6939591962871035475)", "SELECT pg_advisory_unlock(6939591962871035475)"),
            // It waits for it.
            new MigrationLock("golang-migrate", "SELECT pg_advisory_lock(?)", "SELECT pg_advisory_unlock(?)"),
            new MigrationLock("Liquibase",
                    "UPDATE public.databasechangeloglock SET LOCKED = TRUE, LOCKEDBY = 'h (::1)', LOCKGRANTED = NOW() WHERE ID = 1 AND LOCKED = FALSE",
                    "UPDATE public.databasechangeloglock SET LOCKED = FALSE, LOCKEDBY = NULL, LOCKGRANTED = NULL WHERE ID = 1"),
            new MigrationLock("a project of its own", "SELECT pg_try_advisory_lock(hashtext('migrations'))",
                    "SELECT pg_advisory_unlock(hashtext('migrations'))"));

    /** Whether the one who does this has the lock: it is told true or nothing, or has changed a row. */
    private static boolean holds(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            if (sql.indexOf('?') >= 0) {
                statement.setLong(1, 1_560_208_929L);
            }
            if (!statement.execute()) {
                return statement.getUpdateCount() == 1;
            }
            try (ResultSet result = statement.getResultSet()) {
                return result.next() && !result.getString(1).equals("f");
            }
        }
    }

    @Test
    void locksOfToolsThatMigrateHoldAsLongAsTheirConnections() throws Exception {
        try (PooledDatabase database = PooledDatabase.open(PostgresServer.NEWEST, PinsIT.class, "pool_mode = transaction", "session_state = carry",
                        "default_pool_size = 2");
                Connection first = database.connect();
                Connection second = database.connect();
                Connection application = database.connect();
                Connection direct = database.direct();
                Connection console = database.console();
                Statement show = console.createStatement()) {
            execute(direct, "GRANT ALL ON SCHEMA public TO app");
            execute(first, "CREATE TABLE databasechangeloglock (ID INTEGER NOT NULL, LOCKED BOOLEAN NOT NULL, LOCKGRANTED TIMESTAMP WITHOUT TIME ZONE,"
                    + " LOCKEDBY VARCHAR(255), CONSTRAINT DATABASECHANGELOGLOCK_PKEY PRIMARY KEY (ID))");
            execute(first, "INSERT INTO databasechangeloglock (ID, LOCKED) VALUES (1, FALSE)");
            for (MigrationLock lock : MIGRATION_LOCKS) {
                String take = lock.take.replace("pg_advisory_lock(?)", "pg_try_advisory_lock(?)");
                assertThat(holds(first, lock.take)).as(lock.tool).isTrue();
                application.setAutoCommit(false);
                execute(application, "SELECT 1");
                execute(first, "SET search_path TO public");
                execute(first, "CREATE TABLE IF NOT EXISTS migrated (tool text)");
                application.commit();
                assertThat(holds(second, take)).as(lock.tool).isFalse();
                execute(application, "SELECT 1");
                execute(first, "INSERT INTO migrated VALUES ('" + lock.tool + "')");
                assertThat(holds(first, lock.giveBack)).as(lock.tool).isTrue();
                application.commit();
                assertThat(holds(second, take)).as(lock.tool).isTrue();
                assertThat(holds(second, lock.giveBack)).as(lock.tool).isTrue();
            }
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (hasRows(show, "SHOW PINS")) {
                assertThat(System.nanoTime()).as("nobody is held any more").isLessThan(deadline);
            }
        }
    }

    private static boolean hasRows(Statement statement, String sql) throws SQLException {
        try (ResultSet result = statement.executeQuery(sql)) {
            return result.next();
        }
    }

    private static String sqlStateOf(Connection closed) {
        try {
            return value(closed, "SELECT 1");
        } catch (SQLException e) {
            return e.getSQLState();
        }
    }
}
