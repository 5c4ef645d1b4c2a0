package org.pgsluice.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pgsluice.it.Sql.execute;
import static org.pgsluice.it.Sql.value;

import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a client keeps its server. */
class PoolModeIT {
    @ParameterizedTest
    @ValueSource(strings = {"session", "transaction", "statement"})
    void roundTrip(String mode) throws Exception {
        try (PooledDatabase database = open(mode, "default_pool_size = 5");
                Connection connection = database.connect()) {
            execute(connection, "CREATE TABLE guests (name text)");
            execute(connection, "INSERT INTO guests VALUES ('Zoë')");

            assertThat(value(connection, "SELECT name FROM guests")).isEqualTo("Zoë");
            assertThatThrownBy(() -> execute(connection, "SELECT 1/0")).isInstanceOf(SQLException.class).hasMessageContaining("division by zero");
            assertThat(value(connection, "SELECT current_user")).isEqualTo("app");
        }
    }

    @Test
    void sessionKeepsItsServerUntilItEnds() throws Exception {
        try (PooledDatabase database = open("session", "default_pool_size = 2")) {
            String pid;
            try (Connection first = database.connect();
                    Connection second = database.connect()) {
                pid = value(first, "SELECT pg_backend_pid()");

                assertThat(value(second, "SELECT pg_backend_pid()")).isNotEqualTo(pid);
                assertThat(value(first, "SELECT pg_backend_pid()")).isEqualTo(pid);
            }
            try (Connection third = database.connect();
                    Connection fourth = database.connect()) {
                assertThat(pid).isIn(value(third, "SELECT pg_backend_pid()"), value(fourth, "SELECT pg_backend_pid()"));
            }
        }
    }

    @Test
    void sessionLeavesNothingToTheNext() throws Exception {
        try (PooledDatabase database = open("session", "default_pool_size = 1")) {
            try (Connection first = database.connect()) {
                execute(first, "SET work_mem = '77MB'");
                execute(first, "CREATE TEMP TABLE secret AS SELECT 42 AS answer");
            }
            try (Connection second = database.connect()) {
                assertThat(value(second, "SHOW work_mem")).isNotEqualTo("77MB");
                assertThat(value(second, "SELECT to_regclass('pg_temp.secret')")).isNull();
            }
        }
    }

    @Test
    void transactionsOfManyClientsShareAServer() throws Exception {
        try (PooledDatabase database = open("transaction", "default_pool_size = 1");
                Connection first = database.connect();
                Connection second = database.connect()) {
            String pid = value(first, "SELECT pg_backend_pid()");
            first.setAutoCommit(false);
            assertThat(value(first, "SELECT pg_backend_pid()")).isEqualTo(pid);
            first.commit();

            assertThat(value(second, "SELECT pg_backend_pid()")).isEqualTo(pid);
        }
    }

    @Test
    void statementModeRefusesATransaction() throws Exception {
        try (PooledDatabase database = open("statement", "default_pool_size = 1");
                Connection connection = database.connect()) {
            assertThatThrownBy(() -> {
                        execute(connection, "BEGIN");
                        execute(connection, "SELECT 1");
                    })
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("transaction blocks not allowed in statement pooling mode");
        }
    }

    private static PooledDatabase open(String mode, String size) throws Exception {
        return PooledDatabase.open(PostgresServer.NEWEST, PoolModeIT.class, "pool_mode = " + mode, size);
    }
}
