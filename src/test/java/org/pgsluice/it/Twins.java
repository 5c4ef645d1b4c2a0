package org.pgsluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/** A client of the pooler, and one that does the same with a connection of its own, in another database that is alike. Both must see the same. */
final class Twins implements AutoCloseable {
    /** A custom setting that was set once is empty and not unknown any more, for whoever comes next too. */
    private static final String SEEN = "SELECT concat_ws('|', current_setting('work_mem'), current_setting('lock_timeout'), current_setting('search_path'),"
            + " nullif(current_setting('app.a', true), ''), nullif(current_setting('app.b', true), ''), current_user, session_user,"
            + " current_setting('TimeZone'), current_setting('IntervalStyle'), current_setting('default_transaction_isolation'), current_setting('jit'),"
            + " current_setting('transaction_isolation'), current_setting('transaction_read_only'),"
            + " 'prepared', (SELECT string_agg(name, ' ' ORDER BY name) FROM pg_prepared_statements WHERE from_sql),"
            + " 'temp', (SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relnamespace = pg_my_temp_schema() AND relkind = 'r'),"
            + " 'cursors', (SELECT string_agg(name, ' ' ORDER BY name) FROM pg_cursors WHERE name LIKE 'c_'),"
            + " 'locks', (SELECT string_agg(objid || mode, ' ' ORDER BY objid, mode) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()))";

    private static final long LONGEST_WAIT = TimeUnit.SECONDS.toNanos(10);

    private final Connection pooled;
    private final Connection own;
    private final List<String> heard = new ArrayList<>();
    private final List<String> heardByOwn = new ArrayList<>();
    /** Whether the last statement that may advance a sequence has. */
    private boolean advanced;

    Twins(Connection pooled, Connection own) {
        this.pooled = pooled;
        this.own = own;
    }

    boolean inTransaction() {
        return ((BaseConnection) own).getTransactionState() != TransactionState.IDLE;
    }

    /** Both do {@code sql}. */
    void step(String sql, CharSequence history) {
        String byOwn = did(own, sql);
        assertThat(did(pooled, sql)).as(() -> history.toString()).isEqualTo(byOwn);
        assertThat(sees(pooled)).as(() -> history.toString()).isEqualTo(sees(own));
        if (sql.contains("nextval(")) {
            advanced = byOwn.matches("[0-9]+");
        }
    }

    /** The last value of a sequence is the session's own, or an error; both are right where one had to be given. */
    void lastValue(String sql, CharSequence history) {
        if (advanced && !inTransaction()) {
            assertThat(did(pooled, sql)).as(() -> history.toString()).isIn(did(own, sql), "55000");
        }
    }

    /** Both have heard the same, in the same order. Not in a transaction. */
    void hear(CharSequence history) throws SQLException {
        did(own, "SELECT 1");
        take(own, heardByOwn);
        long deadline = System.nanoTime() + LONGEST_WAIT;
        take(pooled, heard);
        while (heard.size() < heardByOwn.size() && System.nanoTime() < deadline) {
            for (PGNotification one : pooled.unwrap(PGConnection.class).getNotifications(100)) {
                heard.add(one.getName() + " " + one.getParameter());
            }
        }
        assertThat(heard).as(() -> history.toString()).isEqualTo(heardByOwn);
    }

    private static void take(Connection connection, List<String> heard) throws SQLException {
        for (PGNotification one : connection.unwrap(PGConnection.class).getNotifications()) {
            heard.add(one.getName() + " " + one.getParameter());
        }
    }

    /** The first value that it answers, or the error. */
    private static String did(Connection connection, String sql) {
        try (Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return "done";
            }
            try (ResultSet rows = statement.getResultSet()) {
                return rows.next() ? String.valueOf(rows.getString(1)) : "none";
            }
        } catch (SQLException e) {
            return String.valueOf(e.getSQLState());
        }
    }

    private static String sees(Connection connection) {
        return did(connection, SEEN);
    }

    @Override
    public void close() throws SQLException {
        pooled.close();
        own.close();
    }
}
