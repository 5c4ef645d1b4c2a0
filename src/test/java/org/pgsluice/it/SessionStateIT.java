package org.pgsluice.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.pgsluice.it.Sql.execute;
import static org.pgsluice.it.Sql.value;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** With session_state = carry a client cannot tell that it shares servers. {@link TwinSessionsIT} tries that at random. */
@DisabledIfSystemProperty(named = "pooler", matches = ".+", disabledReason = "no other pooler has it")
class SessionStateIT {
    private static PooledDatabase database;

    @BeforeAll
    static void start() throws Exception {
        database = PooledDatabase.open(PostgresServer.NEWEST, SessionStateIT.class, "pool_mode = transaction", "default_pool_size = 2",
                "session_state = carry");
        try (Connection direct = database.direct()) {
            execute(direct, "DO $$BEGIN CREATE ROLE reader; EXCEPTION WHEN duplicate_object THEN NULL; END$$");
            execute(direct, "GRANT reader TO app");
            execute(direct, "GRANT ALL ON SCHEMA public TO app, reader");
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

    /** PostgreSQL reports this one, also when an administrator changes it. */
    @Test
    void whatAQueryOrABlockSetsIsNotTakenForTheServersConfiguration() throws Exception {
        for (String sets : List.of(
                "SELECT set_config('default_transaction_read_only', 'on', false)", "DO $$BEGIN SET default_transaction_read_only = on; END$$")) {
            try (Connection setter = database.connect();
                    Connection one = database.connect();
                    Connection two = database.connect()) {
                execute(setter, sets);
                one.setAutoCommit(false);
                for (Connection other : List.of(one, two)) {
                    assertThat(value(other, "SHOW default_transaction_read_only")).as(sets).isEqualTo("off");
                }
                one.commit();
                assertThat(value(setter, "SHOW default_transaction_read_only")).as(sets).isEqualTo("on");
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
