package org.pgsluice.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pgsluice.it.Sql.execute;
import static org.pgsluice.it.Sql.value;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** With session_state = carry a client cannot tell that it shares servers: each has a twin with a connection of its own, and both must see the same. */
@DisabledIfSystemProperty(named = "pooler", matches = ".+", disabledReason = "no other pooler has it")
class SessionStateIT {
    private static final Duration LONGEST = Duration.ofSeconds(5);
    private static final List<String> STEPS = List.of(
            "SET work_mem = '%dMB'", "SET LOCAL work_mem = '7%dMB'", "SET LOCAL work_mem TO DEFAULT", "RESET work_mem", "SET lock_timeout = %d",
            "SET search_path = 's%d', public", "SET search_path TO DEFAULT", "RESET TIME ZONE", "SET app.a = 'a%d'",
            "SELECT set_config('app.b', 'b''%d', false)", "SELECT set_config('app.b', 'local', true)",
            "RESET app.a", "RESET ALL", "SET ROLE reader", "RESET ROLE", "SET TIME ZONE 'Etc/GMT+%d'", "SET IntervalStyle = 'iso_8601'",
            "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ", "DO $$BEGIN PERFORM set_config('app.a', 'do%d', false); END$$",
            "DO $$BEGIN EXECUTE 'SET lock_timeout = %d'; END$$", "SELECT hidden('%d')", "BEGIN", "BEGIN", "COMMIT", "COMMIT", "ROLLBACK", "SAVEPOINT s",
            "ROLLBACK TO SAVEPOINT s", "SELECT 1/0", "SET jit = nonsense", "DISCARD ALL", "SELECT 1",
            "PREPARE s%d AS SELECT 1", "PREPARE s1(text) AS SELECT set_config('app.a', $1, false)", "EXECUTE s%d", "EXECUTE s1('%d')", "DEALLOCATE s%d",
            "DEALLOCATE ALL", "DO $$BEGIN EXECUTE 'PREPARE s%d AS SELECT 2'; END$$");
    /** A custom setting that was set once is empty and not unknown any more, for whoever comes next too. */
    private static final String SEEN = "SELECT concat_ws('|', current_setting('work_mem'), current_setting('lock_timeout'), current_setting('search_path'),"
            + " nullif(current_setting('app.a', true), ''), nullif(current_setting('app.b', true), ''),"
            + " current_user, session_user,"
            + " current_setting('TimeZone'), current_setting('IntervalStyle'), current_setting('default_transaction_isolation'), current_setting('jit'),"
            + " (SELECT string_agg(name, ' ' ORDER BY name) FROM pg_prepared_statements WHERE from_sql))";

    private static PooledDatabase database;

    @BeforeAll
    static void start() throws Exception {
        database = PooledDatabase.open(PostgresServer.NEWEST, SessionStateIT.class, "pool_mode = transaction", "default_pool_size = 2",
                "session_state = carry", "session_functions = hidden");
        try (Connection direct = database.direct()) {
            execute(direct, "DO $$BEGIN CREATE ROLE reader; EXCEPTION WHEN duplicate_object THEN NULL; END$$");
            execute(direct, "GRANT reader TO app");
            execute(direct, "GRANT ALL ON SCHEMA public TO app, reader");
            execute(direct, "CREATE FUNCTION hidden(text) RETURNS text LANGUAGE sql AS $$SELECT set_config('lock_timeout', $1, false)$$");
            execute(direct, "CREATE TABLE orders AS SELECT n, 'tenant' || n % 2 AS tenant FROM generate_series(1, 10) n");
            execute(direct, "ALTER TABLE orders ENABLE ROW LEVEL SECURITY");
            execute(direct, "CREATE POLICY own ON orders USING (tenant = current_setting('app.tenant', true))");
            execute(direct, "GRANT ALL ON orders TO app");
        }
    }

    @AfterAll
    static void stop() throws Exception {
        database.close();
    }

    /** A client of the pooler, and one of PostgreSQL that does the same. */
    private record Twins(Connection pooled, Connection own) implements AutoCloseable {
        static Twins connect(String... properties) throws SQLException {
            Connection pooled = database.connect(properties);
            return new Twins(pooled, database.server().connectAsApp(database.name(), properties));
        }

        private static String did(Connection connection, String sql) {
            try {
                execute(connection, sql);
                return "done";
            } catch (SQLException e) {
                return String.valueOf(e.getSQLState());
            }
        }

        private static String sees(Connection connection) {
            try {
                return value(connection, SEEN);
            } catch (SQLException e) {
                return String.valueOf(e.getSQLState());
            }
        }

        void step(String sql, String history) {
            assertThat(did(pooled, sql)).as(history).isEqualTo(did(own, sql));
            assertThat(sees(pooled)).as(history).isEqualTo(sees(own));
        }

        @Override
        public void close() throws SQLException {
            pooled.close();
            own.close();
        }
    }

    @Test
    void everybodySeesWhatASessionOfItsOwnWouldHave() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        StringBuilder history = new StringBuilder("seed " + seed);
        List<Twins> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                String asked = "-c work_mem=" + (i + 20) + "MB -c app.a=login\\ " + i + " -c search_path=login,public -c IntervalStyle=sql_standard";
                clients.add(i % 2 == 0 ? Twins.connect() : Twins.connect("options", asked));
            }
            long end = System.nanoTime() + LONGEST.toNanos();
            int inTransaction = -1;
            while (System.nanoTime() < end) {
                // Two servers: who has one in a transaction is to leave the other to the rest.
                int who = inTransaction >= 0 && random.nextInt(3) > 0 ? inTransaction : random.nextInt(clients.size());
                String sql = STEPS.get(random.nextInt(STEPS.size())).formatted(1 + random.nextInt(9));
                if (sql.equals("BEGIN") && inTransaction >= 0 && inTransaction != who) {
                    continue;
                }
                history.append("\n").append(who).append(": ").append(sql);
                clients.get(who).step(sql, history.toString());
                inTransaction = sql.equals("BEGIN") ? who : inTransaction == who && (sql.equals("COMMIT") || sql.equals("ROLLBACK")) ? -1 : inTransaction;
            }
        } finally {
            for (Twins client : clients) {
                client.close();
            }
        }
    }

    @Test
    void rowsOfATenantAreItsOwn() throws Exception {
        try (Connection even = database.connect("options", "-c app.tenant=tenant0");
                Connection odd = database.connect();
                Connection nobody = database.connect()) {
            execute(odd, "SET app.tenant = 'tenant1'");
            for (int i = 0; i < 10; i++) {
                assertThat(value(even, "SELECT string_agg(DISTINCT tenant, ' ') FROM orders")).isEqualTo("tenant0");
                assertThat(value(odd, "SELECT string_agg(DISTINCT tenant, ' ') FROM orders")).isEqualTo("tenant1");
                assertThat(value(nobody, "SELECT count(*) FROM orders")).isEqualTo("0");
            }
        }
    }

    @Test
    void whatCannotMoveHoldsTheServerUntilItIsGone() throws Exception {
        try (Connection owner = database.connect();
                Connection other = database.connect();
                Connection third = database.connect()) {
            execute(owner, "CREATE TEMP TABLE mine AS SELECT 42 AS x");
            execute(owner, "SELECT pg_advisory_lock(7)");
            execute(other, "SELECT 1");
            assertThat(value(owner, "SELECT x FROM mine")).isEqualTo("42");
            assertThat(value(third, "SELECT count(*) FROM pg_class WHERE relname = 'mine' AND pg_table_is_visible(oid)")).isEqualTo("0");
            assertThat(value(third, "SELECT pg_try_advisory_lock(7)")).isEqualTo("f");
            String pid = value(owner, "SELECT pg_backend_pid()");

            execute(owner, "SELECT pg_advisory_unlock(7)");
            execute(owner, "DROP TABLE mine");

            other.setAutoCommit(false);
            execute(other, "SELECT 1");
            // The only server that is left is the one that was held.
            assertThat(value(third, "SELECT pg_backend_pid()")).isIn(pid, value(owner, "SELECT pg_backend_pid()"));
            other.commit();
        }
    }

    @Test
    void serverOfAClientThatLeftIsCleanAndUsedAgain() throws Exception {
        for (String left : List.of("SELECT pg_advisory_lock(8)", "CREATE TEMP TABLE gone (x int)", "SET ROLE reader", "PREPARE gone AS SELECT 1",
                "BEGIN; DECLARE gone CURSOR WITH HOLD FOR SELECT 1; COMMIT")) {
            String pid;
            try (Connection leaver = database.connect("preferQueryMode", "simple")) {
                execute(leaver, left);
                pid = value(leaver, "SELECT pg_backend_pid()");
            }
            try (Connection next = database.connect()) {
                assertThat(value(next, "SELECT concat_ws(' ', (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'), current_user,"
                        + " (SELECT count(*) FROM pg_class WHERE relname = 'gone'), (SELECT count(*) FROM pg_prepared_statements WHERE from_sql),"
                        + " (SELECT count(*) FROM pg_cursors WHERE is_holdable))")).as(left).isEqualTo("0 app 0 0 0");
                assertThat(value(next, "SELECT count(*) FROM pg_stat_activity WHERE pid = " + pid)).as(left).isEqualTo("1");
            }
        }
    }

    @Test
    void parameterThatPostgresRefusesIsItsErrorAtTheLogin() {
        assertThatThrownBy(() -> database.connect("options", "-c work_mem=nonsense")).isInstanceOfSatisfying(SQLException.class,
                e -> assertThat(e.getSQLState()).isEqualTo("22023"));
        assertThatThrownBy(() -> database.connect("options", "-c nonsense=1")).isInstanceOfSatisfying(SQLException.class,
                e -> assertThat(e.getSQLState()).isEqualTo("42704"));
    }
}
