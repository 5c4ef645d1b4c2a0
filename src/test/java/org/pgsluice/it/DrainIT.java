package org.pgsluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.pgsluice.demo.Ports;

/** SIGTERM to a running program, step by step as docs/rollout.md has it, while clients of a real driver work. */
class DrainIT {
    private static final int WORKERS = 6;

    private final HttpClient http = HttpClient.newHttpClient();

    /** What became of one client's transactions. */
    private record Work(int committed, List<String> failed, String farewell) {}

    @Test
    void anInstanceEndsWithoutCuttingATransaction() throws Exception {
        int web = Ports.free();
        try (PooledDatabase database = PooledDatabase.open(18, DrainIT.class, "http_listen = 127.0.0.1:" + web, "pool_mode = transaction",
                        "default_pool_size = 4", "drain_delay = 2", "drain_timeout = 1");
                ExecutorService threads = Executors.newFixedThreadPool(WORKERS)) {
            try (Connection connection = database.connect(); Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE work (n int)");
            }
            until(() -> ready(web) == 200, "ready");
            try (Connection holder = database.connect(); Statement held = holder.createStatement()) {
                holder.setAutoCommit(false);
                held.execute("INSERT INTO work VALUES (0)");
                List<Future<Work>> workers = new ArrayList<>();
                for (int i = 0; i < WORKERS; i++) {
                    workers.add(threads.submit(() -> work(database)));
                }

                long begin = System.nanoTime();
                database.pooler().terminate();
                until(() -> ready(web) == 503, "not ready");
                int late = 0;
                while (isLetIn(database)) {
                    late++;
                }
                assertThat(Duration.ofNanos(System.nanoTime() - begin)).as("clients are taken for drain_delay")
                        .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(4));
                assertThat(late).as("who came after /ready had said no").isPositive();

                for (Future<Work> worker : workers) {
                    Work done = worker.get(20, TimeUnit.SECONDS);
                    assertThat(done.failed()).isEmpty();
                    assertThat(done.farewell()).isIn("57P01", "08006"); // the reset of the connection may overtake the message
                }
                assertThat(Duration.ofNanos(System.nanoTime() - begin)).as("they are closed after drain_timeout").isGreaterThan(Duration.ofSeconds(3));
                assertThat(database.pooler().isAlive()).as("a transaction is open").isTrue();
                held.execute("INSERT INTO work VALUES (0)");
                holder.commit();
                until(() -> !database.pooler().isAlive(), "the end");

                int committed = 2;
                for (Future<Work> worker : workers) {
                    committed += worker.get().committed();
                }
                assertThat(rows(database)).isEqualTo(committed).isGreaterThan(2 + WORKERS);
            }
            assertThat(database.pooler().log()).contains("drain_delay: new clients are taken for another 2 s", "drain_timeout: closing ");
        }
    }

    /** A row in each transaction, on one connection, until that is closed. Only what fails after the transaction's first answer has failed. */
    private static Work work(PooledDatabase database) throws SQLException {
        int committed = 0;
        List<String> failed = new ArrayList<>();
        try (Connection connection = database.connect(); Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            while (true) {
                boolean begun = false;
                try {
                    statement.execute("INSERT INTO work VALUES (1)");
                    begun = true;
                    statement.execute("SELECT pg_sleep(0.002)");
                    connection.commit();
                    committed++;
                } catch (SQLException closed) {
                    if (begun) {
                        failed.add(closed.toString());
                    }
                    return new Work(committed, failed, closed.getSQLState());
                }
            }
        }
    }

    /** Whether a new client is served; else it is refused before it has said anything. */
    private static boolean isLetIn(PooledDatabase database) throws SQLException {
        try (Connection connection = database.connect(); Statement statement = connection.createStatement()) {
            return statement.execute("SELECT 1");
        } catch (SQLException refused) {
            assertThat(refused.getMessage()).contains("refused");
            return false;
        }
    }

    private static int rows(PooledDatabase database) throws SQLException {
        try (Connection connection = database.direct();
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT count(*) FROM work")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private int ready(int port) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/ready")).timeout(Duration.ofSeconds(10)).build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException notYet) {
            return 0;
        }
    }

    private interface Condition {
        boolean holds() throws InterruptedException;
    }

    private static void until(Condition condition, String what) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("ten seconds have passed without: %s", what).isLessThan(deadline);
            LockSupport.parkNanos(10_000_000);
        }
    }
}
