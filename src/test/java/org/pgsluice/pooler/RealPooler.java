package org.pgsluice.pooler;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.pgsluice.config.ConfigReader;
import org.pgsluice.config.Environment;
import org.pgsluice.config.LoadResult;
import org.pgsluice.console.Consoles;
import org.pgsluice.log.Level;
import org.pgsluice.log.Log;
import org.pgsluice.net.Engines;
import org.pgsluice.net.ExecutorOffload;
import org.pgsluice.net.Incidents;
import org.pgsluice.net.ListenOptions;
import org.pgsluice.net.Reactor;
import org.pgsluice.net.SecureRandomSource;
import org.pgsluice.net.SocketOptions;
import org.pgsluice.net.ThreadedReactor;

/**
 * A pooler of this process on real reactors and sockets: the user alice and the database {@code one}, transaction pooling, and root at the console. Clients
 * are dealt to the reactors in turn.
 */
final class RealPooler implements AutoCloseable {
    private static final long STOP_MILLIS = 5_000;

    private final List<ThreadedReactor> reactors = new ArrayList<>();
    private final ExecutorOffload offload = new ExecutorOffload(1, 1, 16);
    private final Queue<Throwable> uncaught = new ConcurrentLinkedQueue<>();
    private final Pooler pooler;
    private final int port;

    /** Starts it; {@code settings} are lines of [pgbouncer] beside those that it has anyway. */
    RealPooler(String engine, int reactorCount, Path directory, int postgresPort, String settings) throws IOException {
        Path users = Files.writeString(directory.resolve("users"), "\"alice\" \"secret\"\n\"root\" \"secret\"\n");
        Path file = Files.writeString(directory.resolve("p.ini"), """
                [databases]
                one = host=127.0.0.1 port=%d
                [pgbouncer]
                auth_type = trust
                auth_file = %s
                admin_users = root
                pool_mode = transaction
                max_prepared_statements = 10
                """.formatted(postgresPort, users) + settings);
        if (!(ConfigReader.read(file, Environment.NONE, null) instanceof LoadResult.Loaded loaded)) {
            throw new AssertionError("the configuration is not good");
        }
        Incidents incidents = new Kept();
        Engines engines = Engines.choose(engine, incidents);
        for (int i = 0; i < reactorCount; i++) {
            reactors.add(engines.open(i, incidents));
        }
        pooler = new Pooler(loaded.config(), new World(
                reactors,
                new QuietLog(),
                InstantSource.system(),
                offload,
                new SecureRandomSource(),
                (host, asker, callback) -> callback.onResolved(List.of(InetAddress.ofLiteral(host))),
                -1,
                () -> {}));
        SimulatedReload.prepare(pooler, file);
        pooler.consoles(new Consoles(pooler, List::of, List::of, engines.name(), () -> {}));
        ListenOptions options = new ListenOptions(64, false, 0, 0777, null, SocketOptions.DEFAULT);
        Reactor.Listener listener = reactors.getFirst().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), options, pooler);
        pooler.listeners().add(listener, false);
        port = ((InetSocketAddress) listener.address()).getPort();
        pooler.start();
        reactors.forEach(ThreadedReactor::start);
    }

    Pooler pooler() {
        return pooler;
    }

    /** A client that is logged in. */
    RawClient login(String user, String database) throws IOException {
        return RawClient.login(port, user, database);
    }

    /** What {@code question} says on the reactor's thread. */
    <T> T on(int reactor, Callable<T> question) throws ExecutionException, InterruptedException {
        FutureTask<T> answer = new FutureTask<>(question);
        reactors.get(reactor).execute(answer);
        return answer.get();
    }

    /** What handlers have thrown; each is printed, too. */
    List<Throwable> uncaught() {
        return List.copyOf(uncaught);
    }

    @Override
    public void close() {
        reactors.forEach(ThreadedReactor::stop);
        try {
            for (ThreadedReactor reactor : reactors) {
                reactor.awaitStopped(STOP_MILLIS);
            }
        } catch (InterruptedException ended) {
            throw new AssertionError(ended);
        }
        offload.close();
    }

    private static final class QuietLog implements Log {
        @Override
        public void write(Level level, String message) {}

        @Override
        public boolean isOn(Level level) {
            return level.compareTo(Level.LOG) <= 0;
        }
    }

    private final class Kept implements Incidents {
        @Override
        public void onUncaught(Throwable thrown) {
            uncaught.add(thrown);
            thrown.printStackTrace();
        }

        @Override
        public void onWarning(String message) {}

        @Override
        public void onError(String message) {}
    }
}
