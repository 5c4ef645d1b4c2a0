package org.pgsluice.it;

import java.sql.BatchUpdateException;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;

/** Transactions that write, and end in every way. */
final class TransactionChores {
    static final List<Chore<DriverClient>> ALL = List.of(
            Chore.of("transaction", 12, TransactionChores::transaction),
            Chore.of("error in a transaction", 6, TransactionChores::error),
            Chore.of("savepoints", 6, TransactionChores::savepoints),
            Chore.of("batch", 6, TransactionChores::batch),
            Chore.of("insert alone", 6, TransactionChores::alone),
            Chore.of("advisory lock", 4, TransactionChores::lock),
            Chore.of("things of a transaction", 4, TransactionChores::things),
            Chore.of("what others have not committed", 3, TransactionChores::uncommitted));

    private TransactionChores() {}

    private static void insert(DriverClient client, List<Long> numbers) throws SQLException {
        try (PreparedStatement statement = client.connection().prepareStatement("INSERT INTO public.deeds VALUES (?, ?)")) {
            for (Long number : numbers) {
                statement.setString(1, client.token.text());
                statement.setLong(2, number);
                client.same("the number of rows", 1, statement.executeUpdate());
            }
        }
    }

    private static String backend(DriverClient client) throws SQLException {
        return client.column("SELECT pg_backend_pid() || ' ' || pg_current_xact_id()").getFirst();
    }

    private static void transaction(DriverClient client) throws SQLException {
        List<Long> numbers = client.deeds.next(1 + client.below(4));
        client.begin();
        String backend = backend(client);
        insert(client, numbers);
        client.deeds.compare(client.column(client.deeds.query()), numbers);
        if (client.once(3)) {
            client.pause(20);
        }
        client.same("server and transaction", backend, backend(client));
        if (client.once(4)) {
            client.rollback();
        } else {
            client.commit(numbers);
        }
        if (client.once(2)) {
            client.deeds.compare(client.column(client.deeds.query()));
        }
    }

    private static void error(DriverClient client) throws SQLException {
        client.begin();
        insert(client, client.deeds.next(2));
        client.expectError("22012", "SELECT 1 / 0");
        client.expectError("25P02", "SELECT '" + client.token + "'");
        if (client.once(2)) {
            client.pause(5);
            client.expectError("25P02", "SELECT '" + client.token + "'");
        }
        client.rollback();
        client.deeds.compare(client.column(client.deeds.query()));
    }

    private static void savepoints(DriverClient client) throws SQLException {
        List<Long> kept = new ArrayList<>(client.deeds.next(2));
        client.begin();
        insert(client, kept);
        for (int i = client.below(3); i >= 0; i--) {
            Savepoint savepoint = client.connection().setSavepoint("of_" + client.token);
            List<Long> more = client.deeds.next(2);
            insert(client, more);
            if (client.once(2)) {
                client.expectError("22012", "SELECT 1 / 0");
            }
            if (client.once(2)) {
                client.connection().rollback(savepoint);
            } else {
                try {
                    client.connection().releaseSavepoint(savepoint);
                    kept.addAll(more);
                } catch (SQLException e) {
                    if (!"25P02".equals(e.getSQLState())) {
                        throw e;
                    }
                    client.connection().rollback(savepoint);
                }
            }
            client.deeds.compare(client.column(client.deeds.query()), kept);
        }
        client.commit(kept);
    }

    private static void batch(DriverClient client) throws SQLException {
        List<Long> numbers = client.deeds.next(20 + client.below(100));
        boolean fails = client.once(3);
        client.begin();
        try (PreparedStatement statement = client.connection().prepareStatement("INSERT INTO public.deeds VALUES (?, ?::text::bigint)")) {
            for (Long number : numbers) {
                statement.setString(1, client.token.text());
                statement.setString(2, fails && number.equals(numbers.get(numbers.size() / 2)) ? client.token.text() : number.toString());
                statement.addBatch();
            }
            if (fails) {
                client.expectError("22P02", () -> {
                    try {
                        statement.executeBatch();
                    } catch (BatchUpdateException e) {
                        throw e.getNextException() == null ? e : e.getNextException();
                    }
                });
                client.rollback();
                return;
            }
            int[] counts = statement.executeBatch();
            client.same("the number of counts", numbers.size(), counts.length);
        }
        client.deeds.compare(client.column(client.deeds.query()), numbers);
        client.commit(numbers);
    }

    /** Without a transaction block: when the connection breaks, it is in doubt. */
    private static void alone(DriverClient client) throws SQLException {
        List<Long> numbers = client.deeds.next(1);
        client.deeds.doubt(numbers);
        insert(client, numbers);
        client.deeds.done(numbers);
    }

    /** Between its two looks at the counter nobody else may raise it. */
    private static void lock(DriverClient client) throws SQLException {
        int k = client.below(Tally.COUNTERS);
        client.begin();
        client.column("SELECT pg_advisory_xact_lock(" + k + ")");
        long before = Long.parseLong(client.column("SELECT n FROM public.tally WHERE k = " + k).getFirst());
        client.pause(4);
        client.expect(String.valueOf(before + 1), "UPDATE public.tally SET n = n + 1, who = '" + client.token + "' WHERE k = " + k + " RETURNING n");
        client.expect(client.token.text(), "SELECT who FROM public.tally WHERE k = " + k);
        if (client.once(5)) {
            client.rollback();
            return;
        }
        client.storm.tally.begins(k);
        client.connection().commit();
        client.storm.tally.committed(k);
        client.connection().setAutoCommit(true);
    }

    /** What ends with a transaction and would show to the next client if it went on too early. */
    private static void things(DriverClient client) throws SQLException {
        String cursor = "of_" + client.token;
        client.begin();
        client.execute("SET LOCAL work_mem = '" + (5 + client.below(50)) + "MB'");
        client.execute("CREATE TEMP TABLE own ON COMMIT DROP AS SELECT '" + client.token + "'::text AS who");
        client.execute("DECLARE " + cursor + " CURSOR FOR SELECT '" + client.token + " ' || i FROM generate_series(1, 100) i");
        client.expect(client.token + " 1", "FETCH " + cursor);
        client.pause(10);
        client.expect(client.token + " 2", "FETCH " + cursor);
        client.expect(client.token.text(), "SELECT who FROM own");
        if (client.once(2)) {
            client.rollback();
        } else {
            client.commit(List.of());
        }
    }

    /** Rows with negative numbers are never committed, so nobody sees another's. */
    private static void uncommitted(DriverClient client) throws SQLException {
        client.expect("0", "SELECT count(*) FROM public.deeds WHERE n < 0");
        client.begin();
        client.execute("INSERT INTO public.deeds VALUES ('" + client.token + "', -1)");
        client.pause(10);
        client.expect(client.token + " 1", "SELECT min(who) || ' ' || count(*) FROM public.deeds WHERE n < 0");
        client.rollback();
    }
}
