package org.pgsluice.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Random sequences of protocol messages, valid and not, are told to PostgreSQL in one session, and to the pooler in transaction mode, where six clients share
 * three servers. The replies must be the same: types, SQLSTATEs, rows, command tags and transaction states.
 *
 * <p>What transaction pooling cannot keep is not in the sequences: SQL's PREPARE, SET, LISTEN, cursors WITH HOLD, temporary tables. Notices are off, as both
 * the pooler and PostgreSQL have their own. Of errors only the SQLSTATE counts, because their texts name statements. Nor is there what ends the session of
 * PostgreSQL: unknown messages, and requests amid the data of a COPY. An empty query only ends each turn.
 *
 * <p>In a failed transaction only what is completed is compared, and a Describe of a statement is a segment of its own. A server that lacks a statement cannot
 * prepare it then: PostgreSQL says 25P02 where the session that has it says what is wrong with the message, or describes it.
 *
 * <p>{@code -Dfuzz.sequences} runs that many sequences, however long it takes; {@code -Dfuzz.seed} repeats the sequences, though not the moments at which
 * clients meet.
 */
class DialogueFuzzIT {
    private static final int CLIENTS = 6;
    private static final int SEQUENCES = Integer.getInteger("fuzz.sequences", 0);
    private static final int SECONDS = SEQUENCES > 0 ? 3600 : 12;

    @Test
    void poolerAnswersWhatPostgresAnswers() throws Exception {
        assumeThat(PoolerProcess.isOurs()).as("others have the faults").isTrue();
        long seed = Long.getLong("fuzz.seed", System.nanoTime());
        System.out.println("fuzz.seed = " + seed);
        List<String> differences = new ArrayList<>();
        int most = SEQUENCES > 0 ? SEQUENCES : Integer.MAX_VALUE;
        AtomicInteger left = new AtomicInteger(most);
        try (PooledDatabase database = open();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<String>>> results = new ArrayList<>();
            for (FuzzClient client : prepare(database, new SplittableRandom(seed), left)) {
                results.add(threads.submit(client));
            }
            for (Future<List<String>> result : results) {
                differences.addAll(result.get());
            }
            assertThat(database.pooler().log()).as("log").doesNotContain("Exception");
        }
        int sequences = most - Math.max(0, left.get());
        System.out.println("fuzz: " + sequences + " sequences");
        assertThat(differences).as("differences, of %d sequences", sequences).isEmpty();
        assertThat(sequences).as("sequences").isGreaterThan(CLIENTS);
    }

    private static PooledDatabase open() throws Exception {
        return PooledDatabase.open(PostgresServer.NEWEST, DialogueFuzzIT.class,
                "auth_type = plain",
                "pool_mode = transaction",
                "reactors = 2",
                "default_pool_size = 3",
                "max_prepared_statements = 3",
                "track_extra_parameters = IntervalStyle, search_path");
    }

    /** Two databases with a schema for each client. */
    private static List<FuzzClient> prepare(PooledDatabase database, SplittableRandom random, AtomicInteger left) throws Exception {
        PostgresServer server = database.server();
        server.createDatabase(database.name() + "_direct");
        long end = System.nanoTime() + SECONDS * 1_000_000_000L;
        List<FuzzClient> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(new FuzzClient(i, random.split(), database.pooler().port(), server.port(), database.name(), left, end));
        }
        for (String name : List.of(database.name(), database.name() + "_direct")) {
            String url = "jdbc:postgresql://127.0.0.1:" + server.port() + "/" + name;
            try (Connection connection = DriverManager.getConnection(url, "app", "app")) {
                Sql.execute(connection, "ALTER DATABASE " + name + " SET client_min_messages = error");
                for (FuzzClient client : clients) {
                    Sql.execute(connection, "CREATE SCHEMA " + client.token());
                    Sql.execute(connection, "CREATE UNLOGGED TABLE " + client.token() + ".mine (a text)");
                }
            }
        }
        return clients;
    }
}
