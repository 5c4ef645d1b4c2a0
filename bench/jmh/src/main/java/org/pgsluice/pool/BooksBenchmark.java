package org.pgsluice.pool;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.pgsluice.config.Config;
import org.pgsluice.config.ConfigException;
import org.pgsluice.config.DatabaseConfig;

/** The books' share of a transaction, one acquire and one release: with servers to spare, with a queue, and with two threads at once. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BooksBenchmark {
    private static final int SERVERS = 20;

    /** A pool that clients of all threads share. */
    @State(Scope.Benchmark)
    public static class Shared {
        Books books;
        Pool pool;

        @Setup
        public void open() throws ConfigException {
            books = new Books(Config.defaults(), 2);
            Registry registry = books.registry();
            Database database = registry.registerConsole(DatabaseConfig.parse("bench", "host=127.0.0.1").forName("bench"));
            pool = registry.pool(database, registry.user("bench"), 0);
            for (int i = 0; i < SERVERS; i++) {
                Server server = new Server(pool, i % 2);
                books.move(server, ServerState.LOGIN);
                books.release(server, 0, false);
            }
        }

        Client client(int reactor) {
            Client client = new Client(reactor);
            books.active(client, pool, 0);
            return client;
        }
    }

    /** A client of this thread. */
    @State(Scope.Thread)
    public static class Own {
        private static int threads;

        Client client;

        @Setup
        public void open(Shared shared) {
            synchronized (Own.class) {
                client = shared.client(threads++ % 2);
            }
        }
    }

    /** Twice as many clients as servers: each release grants, each acquire queues. */
    @State(Scope.Thread)
    public static class Queued {
        Client working;

        @Setup(Level.Iteration)
        public void open(Shared shared) {
            if (working == null) {
                for (int i = 0; i < 2 * SERVERS; i++) {
                    Client client = shared.client(0);
                    shared.books.acquire(client, 0);
                    working = working == null ? client : working;
                }
            }
        }
    }

    @Benchmark
    public Released serversToSpare(Shared shared, Own own) {
        return turn(shared, own.client);
    }

    @Benchmark
    @Threads(2)
    public Released serversToSpareTwoThreads(Shared shared, Own own) {
        return turn(shared, own.client);
    }

    @Benchmark
    public ServerEntry queue(Shared shared, Queued queued) {
        ServerEntry server = queued.working.server;
        shared.books.release(server, 0, false);
        ClientEntry next = server.client();
        shared.books.acquire(queued.working, 0);
        queued.working = (Client) next;
        return server;
    }

    private static Released turn(Shared shared, Client client) {
        ServerEntry server = shared.books.acquire(client, 0);
        return shared.books.release(server, 0, false);
    }

    static final class Client extends ClientEntry {
        Client(int reactor) {
            super(reactor);
        }

        @Override
        public void granted(ServerEntry server) {}

        @Override
        public void welcomed() {}

        @Override
        public void refused(String sqlState, String message) {}
    }

    static final class Server extends ServerEntry {
        Server(Pool pool, int reactor) {
            super(pool, reactor, 0);
        }

        @Override
        public void close(CloseReason reason) {}
    }
}
