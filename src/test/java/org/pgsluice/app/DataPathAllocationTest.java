package org.pgsluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.pgsluice.config.Config;
import org.pgsluice.config.ConfigReader;
import org.pgsluice.config.Environment;
import org.pgsluice.config.LoadResult;
import org.pgsluice.log.Level;
import org.pgsluice.log.Log;
import org.pgsluice.net.EpollReactor;
import org.pgsluice.net.ExecutorOffload;
import org.pgsluice.net.Incidents;
import org.pgsluice.net.ListenOptions;
import org.pgsluice.net.Reactor;
import org.pgsluice.net.SecureRandomSource;
import org.pgsluice.net.SocketOptions;
import org.pgsluice.simulation.Requests;

/**
 * The whole pooler on a real reactor: more clients than servers, so that transactions wait and servers are handed on, and once the code is compiled none of it allocates. What upkeep and
 * timers take meanwhile is far less than a byte a transaction.
 */
@EnabledOnOs(OS.LINUX)
class DataPathAllocationTest {
    private static final int CLIENTS = 6;
    private static final int TRANSACTIONS = 4_000;
    private static final int MOST_ROUNDS = 12;

    @TempDir
    Path directory;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ExecutorOffload offload = new ExecutorOffload(1, 16);
    private EpollReactor reactor;

    enum Protocol {
        SIMPLE(new Requests().query("select abalance from pgbench_accounts")),
        EXTENDED(new Requests().parse("", "select $1").bind("", "1").describePortal().execute(0).sync()),
        PREPARED(new Requests().bind("named", "1").describePortal().execute(0).sync()),
        PIPELINED(new Requests().bind("named", "1").execute(0).sync().bind("named", "2").execute(0).sync().query("select 1"));

        private final byte[] request;

        Protocol(Requests request) {
            this.request = request.toBytes();
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        reactor.stop();
        reactor.awaitStopped(5_000);
        offload.close();
        threads.shutdownNow();
    }

    @ParameterizedTest
    @EnumSource
    void transactionsAllocateNothing(Protocol protocol) throws Exception {
        try (InstantPostgres postgres = new InstantPostgres()) {
            int port = start(postgres.port());
            List<Socket> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(login(port));
            }
            long thread = onReactor(() -> Thread.currentThread().threadId());
            ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();

            double least = Double.MAX_VALUE;
            for (int round = 0; round < MOST_ROUNDS && least >= 1; round++) {
                long before = memory.getThreadAllocatedBytes(thread);
                for (Future<?> client : clients.stream().map(socket -> threads.submit(() -> talk(socket, protocol.request))).toList()) {
                    client.get();
                }
                least = Math.min(least, (memory.getThreadAllocatedBytes(thread) - before) / (double) (CLIENTS * TRANSACTIONS));
            }

            assertThat(least).as("bytes a transaction").isLessThan(1);
        }
    }

    private int start(int postgresPort) throws IOException, InterruptedException, ExecutionException {
        Path users = Files.writeString(directory.resolve("users"), "\"alice\" \"secret\"\n");
        Path file = Files.writeString(directory.resolve("p.ini"), """
                [databases]
                one = host=127.0.0.1 port=%d
                [pgbouncer]
                auth_type = trust
                auth_file = %s
                pool_mode = transaction
                default_pool_size = 2
                max_prepared_statements = 10
                """.formatted(postgresPort, users));
        if (!(ConfigReader.read(file, Environment.NONE, null) instanceof LoadResult.Loaded loaded)) {
            throw new AssertionError("the configuration is not good");
        }
        reactor = new EpollReactor(0, new LoudIncidents());
        Config config = loaded.config();
        Pooler pooler = new Pooler(config, new World(
                List.of(reactor),
                new QuietLog(),
                InstantSource.system(),
                offload,
                new SecureRandomSource(),
                (host, asker, callback) -> callback.onResolved(List.of(InetAddress.ofLiteral(host))),
                List::of,
                "epoll",
                null,
                () -> {}));
        SimulatedReload.prepare(pooler, file);
        Reactor.Listener listener = reactor.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), new ListenOptions(16, false, 0, 0777, null, SocketOptions.DEFAULT), pooler);
        pooler.listening(listener, false);
        pooler.start();
        reactor.start();
        return ((InetSocketAddress) listener.address()).getPort();
    }

    private <T> T onReactor(Callable<T> question) throws ExecutionException, InterruptedException {
        FutureTask<T> answer = new FutureTask<>(question);
        reactor.execute(answer);
        return answer.get();
    }

    private static Socket login(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.getOutputStream().write(Requests.startup("user", "alice", "database", "one"));
        DataInputStream in = new DataInputStream(socket.getInputStream());
        readUntilReady(in);
        socket.getOutputStream().write(new Requests().parse("named", "select $1").sync().toBytes());
        readUntilReady(in);
        return socket;
    }

    private static void readUntilReady(DataInputStream in) throws IOException {
        byte tag;
        do {
            tag = in.readByte();
            in.skipNBytes(in.readInt() - 4);
        } while (tag != 'Z');
    }

    /** Sends the request again and again, each time when the answers to all of its Syncs and queries have come. */
    private static Void talk(Socket socket, byte[] request) throws IOException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        int answers = 0;
        for (int at = 0; at < request.length; at += 1 + ByteBuffer.wrap(request).getInt(at + 1)) {
            answers += request[at] == 'S' || request[at] == 'Q' ? 1 : 0;
        }
        for (int i = 0; i < TRANSACTIONS; i++) {
            socket.getOutputStream().write(request);
            for (int answer = 0; answer < answers; answer++) {
                readUntilReady(in);
            }
        }
        return null;
    }

    private static final class QuietLog implements Log {
        @Override
        public void write(Level level, String message) {}

        @Override
        public boolean isOn(Level level) {
            return level.compareTo(Level.LOG) <= 0;
        }
    }

    private static final class LoudIncidents implements Incidents {
        @Override
        public void onUncaught(Throwable thrown) {
            thrown.printStackTrace();
        }

        @Override
        public void onWarning(String message) {}

        @Override
        public void onError(String message) {}
    }
}
