package org.pgsluice.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.pgsluice.config.Config;
import org.pgsluice.config.ConfigException;
import org.pgsluice.config.DatabaseConfig;
import org.pgsluice.log.Level;
import org.pgsluice.log.Log;
import org.pgsluice.net.Offload;
import org.pgsluice.net.Outbox;
import org.pgsluice.net.Reactor;
import org.pgsluice.net.Sink;
import org.pgsluice.net.StillReactor;
import org.pgsluice.pool.Books;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.Place;
import org.pgsluice.pool.Pool;
import org.pgsluice.pool.Registry;
import org.pgsluice.vars.TrackedNames;
import org.pgsluice.wire.FrontendTag;

/** The walk over a server's messages, ledger and gathering included, without sockets: the answer to one query of so many rows of so many bytes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ReplyStreamBenchmark {
    @Param({"1", "100"})
    public int rows;

    @Param("100")
    public int rowBytes;

    private final StillReactor reactor = new StillReactor();
    private ByteBuffer in;
    private ServerSession server;
    private ReplyStream stream;
    private Client client;

    @Setup
    public void open() throws ConfigException {
        Books books = new Books(Config.defaults(), 1);
        Commons commons = new Commons(books, new NoLog(), InstantSource.system(), new NoOffload(), bytes -> {}, (host, on, then) -> {},
                new TrackedNames(List.of()));
        Registry registry = books.registry();
        Pool pool = registry.pool(registry.registerConsole(DatabaseConfig.parse("bench", "host=127.0.0.1").forName("bench")), registry.user("bench"), 0);
        server = new ServerSession(pool, new Lane(reactor, commons), new Place("127.0.0.1", 5432), null);
        client = new Client(new Outbox(new Sink(reactor)));
        server.serve(client);
        stream = new ReplyStream(server);
        in = reactor.buffers().in();
        in.clear();
        message('T', new byte[33]);
        for (int i = 0; i < rows; i++) {
            message('D', new byte[rowBytes]);
        }
        message('C', "SELECT 100\0".getBytes(StandardCharsets.US_ASCII));
        message('Z', new byte[] {'I'});
        in.flip();
    }

    private void message(char tag, byte[] body) {
        in.put((byte) tag).putInt(body.length + 4).put(body);
    }

    @Benchmark
    public long answer() throws IOException {
        server.ledger().expect(FrontendTag.QUERY);
        in.position(0);
        stream.scan(in);
        return client.ready;
    }

    private static final class Client implements LoneTenant {
        private final Outbox outbox;
        private long ready;

        Client(Outbox outbox) {
            this.outbox = outbox;
        }

        @Override
        public Outbox outbox() {
            return outbox;
        }

        @Override
        public void onReady(byte status, boolean settled) {
            ready++;
        }

        @Override
        public void onRepliesPassed() {}

        @Override
        public void onServerLost(CloseReason reason, @Nullable String detail) {
            throw new IllegalStateException(reason.text(detail));
        }

        @Override
        public void onClientBroken() {
            throw new IllegalStateException("the client's connection broke");
        }
    }

    private static final class NoLog implements Log {
        @Override
        public void write(Level level, String message) {}

        @Override
        public boolean isOn(Level level) {
            return false;
        }
    }

    private static final class NoOffload implements Offload {
        @Override
        public <T> void call(Kind kind, Callable<T> work, Reactor reactor, Completion<T> then) {}
    }
}
