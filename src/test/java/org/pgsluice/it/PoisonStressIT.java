package org.pgsluice.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * Ten clients with named statements share three servers that keep three statements each, and 14 texts. Whatever one of them does, the others and itself get
 * exactly the replies that are due. {@code -Dpoison.seconds} makes it longer, {@code -Dpoison.seed} has the clients choose the same again, though not at the
 * same moments.
 */
class PoisonStressIT {
    private static final int CLIENTS = 10;
    private static final double SECONDS = Double.parseDouble(System.getProperty("poison.seconds", "8"));

    @Test
    void clientsPoisonNobody() throws Exception {
        assumeThat(PoolerProcess.isOurs()).as("others have the faults").isTrue();
        long seed = Long.getLong("poison.seed", System.nanoTime());
        System.out.println("poison.seed = " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        int batches = 0;
        try (PooledDatabase database = open();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            long end = System.nanoTime() + (long) (SECONDS * 1e9);
            List<Future<Integer>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(threads.submit(new PoisonClient(database, i, random.split(), end)));
            }
            for (Future<Integer> client : clients) {
                batches += client.get();
            }
            assertThat(database.pooler().log()).as("log").doesNotContain("Exception");
        }
        System.out.println("poison: " + batches + " batches");
        assertThat(batches).as("batches").isGreaterThan(10 * CLIENTS);
    }

    private static PooledDatabase open() throws Exception {
        return PooledDatabase.open(PostgresServer.NEWEST, PoisonStressIT.class,
                "auth_type = plain",
                "pool_mode = transaction",
                "reactors = 2",
                "default_pool_size = 3",
                "max_prepared_statements = 3");
    }
}
