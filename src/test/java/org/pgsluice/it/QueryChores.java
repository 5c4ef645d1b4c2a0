package org.pgsluice.it;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;

/** Queries alone: simple, prepared, large, wrong. */
final class QueryChores {
    static final List<Chore<DriverClient>> ALL = List.of(
            Chore.of("simple query", 10, QueryChores::simple),
            Chore.of("prepared, text of its own", 8, QueryChores::own),
            Chore.of("prepared, shared text", 12, QueryChores::shared),
            Chore.of("large result", 3, QueryChores::large),
            Chore.of("large result through a portal", 2, QueryChores::portal),
            Chore.of("failing query", 6, QueryChores::failing),
            Chore.of("clean session", 6, QueryChores::clean));

    private static final String CLEAN = """
            SELECT concat_ws(' ', pg_current_xact_id_if_assigned(), current_setting('transaction_isolation'), current_setting('work_mem'),
                (SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory'),
                (SELECT count(*) FROM pg_cursors WHERE name LIKE 'of\\_%'), to_regclass('pg_temp.own'))""";

    private QueryChores() {}

    private static void simple(DriverClient client) throws SQLException {
        int n = client.below(1_000_000);
        client.expect(client.token + " " + n, "SELECT '" + client.token + " ' || " + n);
        int rows = client.below(50);
        String many = "SELECT '" + client.token + "' FROM generate_series(1, " + rows + ")";
        client.same("rows", Collections.nCopies(rows, client.token.text()), client.column(many));
    }

    /** No other client has this text, so the name that the pooler gives it is its own. */
    private static void own(DriverClient client) throws SQLException {
        int text = client.below(6);
        try (PreparedStatement statement = client.connection().prepareStatement("SELECT '" + client.token + " " + text + " ' || ?::int")) {
            for (int i = client.below(4); i >= 0; i--) {
                int n = client.below(1000);
                statement.setInt(1, n);
                client.same("the answer", List.of(client.token + " " + text + " " + n), client.column(statement));
                if (client.once(3)) {
                    client.pause(3);
                }
            }
        }
    }

    /** All clients prepare these texts, more than a server keeps; one reads the client's own table. */
    private static void shared(DriverClient client) throws SQLException {
        int text = client.below(12);
        try (PreparedStatement statement = client.connection().prepareStatement("SELECT who || '" + text + "' || ?::text FROM mine")) {
            for (int i = client.below(4); i >= 0; i--) {
                int n = client.below(1000);
                statement.setString(1, client.token + "." + n);
                client.same("the answer", List.of(client.token + "" + text + client.token + "." + n), client.column(statement));
                if (client.once(3)) {
                    client.pause(3);
                }
            }
        }
    }

    private static void large(DriverClient client) throws SQLException {
        rows(client, 0);
    }

    private static void portal(DriverClient client) throws SQLException {
        client.begin();
        rows(client, 1 + client.below(300));
        client.rollback();
    }

    private static void rows(DriverClient client, int fetch) throws SQLException {
        int count = 500 + client.below(3000);
        String filling = String.valueOf((char) ('a' + client.below(26))).repeat(1000);
        try (Statement statement = client.connection().createStatement()) {
            statement.setFetchSize(fetch);
            int n = 0;
            try (ResultSet rows = statement.executeQuery(
                    "SELECT '" + client.token + " ' || i || repeat('" + filling.charAt(0) + "', 1000) FROM generate_series(1, " + count + ") i")) {
                while (rows.next()) {
                    n++;
                    client.same("row " + n, client.token + " " + n + filling, rows.getString(1));
                }
            }
            client.same("the number of rows", count, n);
        }
    }

    private static void failing(DriverClient client) throws SQLException {
        switch (client.below(4)) {
            case 0 -> client.expectError("22012", "SELECT 1 / 0");
            case 1 -> client.expectError("42601", "SELECT FROM WHERE " + client.token);
            case 2 -> client.expectError("22P02", "SELECT '" + client.token + "'::int");
            default -> client.expectError("P0001", "DO $$ BEGIN RAISE 'wrong, %', '" + client.token + "'; END $$");
        }
    }

    /** Nothing of another's transaction is there: no transaction id, level, SET LOCAL, lock, cursor or temporary table. */
    private static void clean(DriverClient client) throws SQLException {
        client.expect("read committed 4MB 0 0", CLEAN);
    }
}
