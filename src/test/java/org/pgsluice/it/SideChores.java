package org.pgsluice.it;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;

/** What comes or goes beside queries and answers: notices and cancel requests. */
final class SideChores {
    static final List<Chore<DriverClient>> ALL = List.of(Chore.of("notices", 5, SideChores::notices), Chore.of("cancel", 4, SideChores::cancel));

    private SideChores() {}

    private static void notices(DriverClient client) throws SQLException {
        int n = client.below(1000);
        try (Statement statement = client.connection().createStatement()) {
            statement.execute("DO $$ BEGIN RAISE NOTICE '% " + n + "', '" + client.token + "'; END $$");
            client.warned(statement.getWarnings());
            client.same("the notice", client.token + " " + n, statement.getWarnings() == null ? "missing" : lastMessage(statement));
        }
    }

    private static String lastMessage(Statement statement) throws SQLException {
        SQLWarning warning = statement.getWarnings();
        while (warning.getNextWarning() != null) {
            warning = warning.getNextWarning();
        }
        return String.valueOf(warning.getMessage());
    }

    /** The request may come too early or too late; then the answer comes. When it went wrong it may still be on its way, and the connection is given up. */
    private static void cancel(DriverClient client) throws Exception {
        try (Statement slow = client.connection().createStatement()) {
            long wait = 1 + client.random.nextLong(60_000_000);
            FutureTask<Void> canceller = new FutureTask<>(() -> {
                LockSupport.parkNanos(wait);
                slow.cancel();
                return null;
            });
            Thread.startVirtualThread(canceller);
            try {
                slow.execute("SELECT '" + client.token + "' FROM pg_sleep(0.15)");
                try (ResultSet rows = slow.getResultSet()) {
                    rows.next();
                    client.same("the answer", client.token.text(), rows.getString(1));
                }
            } catch (SQLException e) {
                if (!"57014".equals(e.getSQLState())) {
                    throw e;
                }
                client.storm.count("cancelled");
            } finally {
                await(client, canceller);
            }
        }
    }

    private static void await(DriverClient client, FutureTask<Void> canceller) throws Exception {
        try {
            canceller.get();
        } catch (ExecutionException e) {
            client.drop();
            if (e.getCause() instanceof SQLException failure) {
                throw failure;
            }
            throw e;
        }
    }
}
