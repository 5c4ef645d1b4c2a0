package org.pgsluice.it;

import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import org.postgresql.util.PSQLState;

/** A client that uses the JDBC driver, each connection in another of its manners. */
final class DriverClient extends StormClient {
    private static final Executor AT_ONCE = Runnable::run;
    private static final List<Chore<DriverClient>> CHORES =
            Stream.of(QueryChores.ALL, TransactionChores.ALL, CopyChores.ALL, SettingChores.ALL, SideChores.ALL).flatMap(List::stream).toList();

    final OwnSettings settings = new OwnSettings(token);
    private volatile Connection connection;

    DriverClient(Storm storm, int number, SplittableRandom random) {
        super(storm, number, random);
    }

    // ---------------------------------------------------------------- the connection

    @Override
    void connect() throws SQLException {
        if (connected()) {
            return;
        }
        boolean early = random.nextBoolean();
        connection = storm.database.connect(
                "ApplicationName", token.text(),
                "options", early ? "-c search_path=" + token : "",
                "prepareThreshold", oneOf("1", "1", "3", "0"),
                "preferQueryMode", oneOf("extended", "extended", "extendedCacheEverything", "extendedForPrepared", "simple"),
                "loginTimeout", "0",
                "socketTimeout", "25");
        if (!early) {
            execute("SET search_path = " + token);
        }
        settings.begin();
        for (OwnSettings.Change change : settings.some(random)) {
            execute(change.sql());
            settings.apply(change);
        }
    }

    @Override
    boolean connected() {
        return connection != null;
    }

    Connection connection() throws SQLException {
        Connection open = connection;
        if (open == null) {
            throw new SQLException("the connection was dropped", PSQLState.CONNECTION_DOES_NOT_EXIST.getState());
        }
        return open;
    }

    CopyManager copies() throws SQLException {
        return connection().unwrap(PGConnection.class).getCopyAPI();
    }

    @Override
    boolean isLoss(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketTimeoutException) {
                return false;
            }
        }
        if (!(thrown instanceof SQLException failure)) {
            return false;
        }
        String state = String.valueOf(failure.getSQLState());
        String message = String.valueOf(failure.getMessage());
        token.requireOwn(message);
        // 53300: the saboteur lowers max_client_conn.
        boolean disabled = message.contains("is disabled"); // by the saboteur, for a moment
        return !isConfusion(message) && (disabled || state.startsWith("08") || state.startsWith("57P0") || state.equals("53300"));
    }

    @Override
    void drop() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.abort(AT_ONCE);
            } catch (SQLException e) {
                // it is gone all the same
            }
        }
    }

    @Override
    void leave() throws SQLException {
        connection().close();
        connection = null;
    }

    @Override
    void act(boolean calm) throws Exception {
        if (once(3)) {
            doing("look at its settings");
            settings.check(this);
        }
        Chore<DriverClient> chore = Chore.choose(CHORES, calm, random);
        doing(chore.name());
        chore.act().on(this);
        warned(connection().getWarnings());
        connection().clearWarnings();
        storm.count(chore.name());
    }

    @Override
    void verify() throws SQLException {
        settings.check(this);
        deeds.compare(column(deeds.query()));
    }

    // ---------------------------------------------------------------- for chores

    void execute(String sql) throws SQLException {
        try (Statement statement = connection().createStatement()) {
            statement.execute(sql);
            warned(statement.getWarnings());
        }
    }

    /** The first column, which must be the only one. */
    List<String> column(String sql) throws SQLException {
        try (Statement statement = connection().createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = values(rows);
            warned(statement.getWarnings());
            return values;
        }
    }

    List<String> column(PreparedStatement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            List<String> values = values(rows);
            warned(statement.getWarnings());
            return values;
        }
    }

    private List<String> values(ResultSet rows) throws SQLException {
        List<String> values = new ArrayList<>();
        same("the number of columns", 1, rows.getMetaData().getColumnCount());
        while (rows.next()) {
            values.add(rows.getString(1));
        }
        return values;
    }

    /** That the query has one row and column, and that value. */
    void expect(String expected, String sql) throws SQLException {
        same(sql, List.of(expected), column(sql));
    }

    /** That it fails with that state, and leaves the connection usable. */
    void expectError(String state, String sql) throws SQLException {
        expectError(state, () -> execute(sql));
    }

    /** Something that may fail. */
    interface Attempt {
        void run() throws Exception;
    }

    void expectError(String state, Attempt attempt) throws SQLException {
        try {
            attempt.run();
        } catch (SQLException e) {
            token.requireOwn(String.valueOf(e.getMessage()));
            if (!state.equals(e.getSQLState())) {
                throw e;
            }
            return;
        } catch (Exception e) {
            throw new AssertionError(token + ": not SQLSTATE " + state, e);
        }
        throw new AssertionError(token + ": no error " + state);
    }

    /** Begins a transaction with its first statement, which must find a new one. */
    void begin() throws SQLException {
        connection().setAutoCommit(false);
        expect("t read committed", "SELECT (pg_current_xact_id_if_assigned() IS NULL)::text::char || ' ' || current_setting('transaction_isolation')");
    }

    /** Commits the rows with those numbers and whatever else there is. */
    void commit(List<Long> numbers) throws SQLException {
        deeds.doubt(numbers);
        connection().commit();
        deeds.done(numbers);
        connection().setAutoCommit(true);
    }

    void rollback() throws SQLException {
        connection().rollback();
        connection().setAutoCommit(true);
    }

    /** Notices must be the client's own, or the pooler's that it waits. */
    void warned(SQLWarning first) {
        for (SQLWarning warning = first; warning != null; warning = warning.getNextWarning()) {
            String text = String.valueOf(warning.getMessage());
            token.requireOwn(text);
            if (!text.contains(token.text()) && !text.contains("client being queued")) {
                throw new AssertionError(token + " was told " + text);
            }
        }
    }
}
