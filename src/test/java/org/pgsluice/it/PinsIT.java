package org.pgsluice.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pgsluice.it.Sql.execute;
import static org.pgsluice.it.Sql.value;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** What an operator sees of servers that stay with their clients, and how long they do. */
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
