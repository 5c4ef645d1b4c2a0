package org.pgsluice.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.pgsluice.it.Sql.execute;
import static org.pgsluice.it.Sql.value;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** LISTEN of clients that share servers, on a real PostgreSQL: what a driver's users see. */
class ListenIT {
    private static final int WAIT_MILLIS = 5_000;

    private static PooledDatabase database;

    @BeforeAll
    static void start() throws Exception {
        assumeThat(PoolerProcess.isOurs()).as("PgBouncer has no LISTEN in transaction mode").isTrue();
        database = PooledDatabase.open(PostgresServer.NEWEST, ListenIT.class, "pool_mode = transaction", "session_state = carry", "default_pool_size = 2");
    }

    @AfterAll
    static void stop() throws Exception {
        if (database != null) {
            database.close();
        }
    }

    /** The next {@code count} notifications as channel and payload; whatever more came with them too. */
    private static List<String> heard(Connection connection, int count) throws SQLException {
        List<String> all = new ArrayList<>();
        long until = System.nanoTime() + WAIT_MILLIS * 1_000_000L;
        while (all.size() < count && System.nanoTime() < until) {
            PGNotification[] some = connection.unwrap(PGConnection.class).getNotifications(100);
            for (int i = 0; some != null && i < some.length; i++) {
                all.add(some[i].getName() + " " + some[i].getParameter());
            }
        }
        return all;
    }

    @Test
    void listenersOfOneChannelShareOneServerAndHearEverythingInOrder() throws Exception {
        List<Connection> listeners = new ArrayList<>();
        try (Connection outside = database.direct(); Connection other = database.connect()) {
            for (int i = 0; i < 8; i++) {
                Connection listener = database.connect();
                listeners.add(listener);
                execute(listener, "LISTEN orders");
                execute(other, "SELECT 1");
            }
            List<String> sent = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                execute(i % 2 == 0 ? outside : other, "NOTIFY orders, '" + i + "'");
                sent.add("orders " + i);
            }
            for (Connection listener : listeners) {
                assertThat(heard(listener, 30)).isEqualTo(sent);
            }
            assertThat(value(outside, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")).isIn("2", "3");
        } finally {
            for (Connection listener : listeners) {
                listener.close();
            }
        }
    }

    @Test
    void transactionsAndNamesAreAsInASession() throws Exception {
        String payload = "x".repeat(7_999);
        try (Connection outside = database.direct(); Connection listener = database.connect(); Connection other = database.connect()) {
            listener.setAutoCommit(false);
            execute(listener, "LISTEN never");
            listener.rollback();
            execute(listener, "LISTEN \"Ein \"\"Käfig\"\"\"");
            java.sql.Savepoint savepoint = listener.setSavepoint();
            execute(listener, "LISTEN never");
            listener.rollback(savepoint);
            listener.commit();
            listener.setAutoCommit(true);
            execute(other, "BEGIN");
            execute(outside, "NOTIFY never; NOTIFY \"Ein \"\"Käfig\"\"\", '" + payload + "'");
            execute(other, "COMMIT");

            assertThat(heard(listener, 1)).containsExactly("Ein \"Käfig\" " + payload);
            assertThat(value(listener, "SELECT string_agg(c, ',') FROM pg_listening_channels() AS c")).isEqualTo("Ein \"Käfig\"");
            execute(listener, "DO $$ BEGIN EXECUTE 'LISTEN inside'; EXECUTE 'UNLISTEN \"Ein \"\"Käfig\"\"\"'; END $$");
            execute(listener, "NOTIFY inside, 'own'; NOTIFY \"Ein \"\"Käfig\"\"\"");
            // Without a look at the socket: it has come with the answer.
            PGNotification[] own = listener.unwrap(PGConnection.class).getNotifications();
            assertThat(own).hasSize(1);
            assertThat(own[0].getName() + " " + own[0].getParameter()).isEqualTo("inside own");
            assertThat(other.unwrap(PGConnection.class).getNotifications()).isNullOrEmpty();
        }
    }

    @Test
    void listenersAreToldWhenTheirServerIsLost() throws Exception {
        try (Connection outside = database.direct(); Connection listener = database.connect(); Connection other = database.connect()) {
            execute(listener, "LISTEN lost");
            execute(outside, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%LISTEN%' AND pid <> pg_backend_pid()");

            assertThatThrownBy(() -> heard(listener, 1)).isInstanceOfSatisfying(SQLException.class, error -> {
                assertThat(error.getSQLState()).isEqualTo("57P01");
                assertThat(error.getMessage()).contains("notifications may be lost");
            });
            execute(other, "LISTEN lost");
            execute(outside, "NOTIFY lost, 'again'");
            assertThat(heard(other, 1)).containsExactly("lost again");
        }
    }
}
