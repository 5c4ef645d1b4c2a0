package org.pgsluice.pooler;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.pgsluice.simulation.Requests;

/**
 * The whole pooler on a real reactor: more clients than servers, so that transactions wait and servers are handed on, and once the code is compiled none of it
 * allocates. Statements are looked into (session_state). What upkeep and timers take meanwhile is far less than a byte a transaction.
 */
@EnabledOnOs(OS.LINUX)
class DataPathAllocationTest {
    /** The audit asks behind each thousandth transaction, and its question is put together anew. */
    private static final String SETTINGS = "default_pool_size = 2\nsession_state = carry\nsession_audit = 0\n";
    private static final int CLIENTS = 6;
    private static final int TRANSACTIONS = 4_000;
    private static final int MOST_ROUNDS = 12;

    @TempDir
    Path directory;

    private final ExecutorService threads = Executors.newCachedThreadPool();

    enum Protocol {
        SIMPLE,
        EXTENDED,
        PREPARED,
        PIPELINED;

        byte[] request() {
            Requests requests = new Requests();
            switch (this) {
                case SIMPLE -> requests.query("select abalance from pgbench_accounts");
                case EXTENDED -> requests.parse("", "select $1").bind("", "1").describePortal().execute(0).sync();
                case PREPARED -> requests.bind("named", "1").describePortal().execute(0).sync();
                case PIPELINED -> requests.bind("named", "1").execute(0).sync().bind("named", "2").execute(0).sync().query("select 1");
            }
            return requests.toBytes();
        }
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @ParameterizedTest
    @EnumSource
    void transactionsAllocateNothing(Protocol protocol) throws Exception {
        try (InstantPostgres postgres = new InstantPostgres();
                RealPooler pooler = new RealPooler("epoll", 1, directory, postgres.port(), SETTINGS)) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(login(pooler));
            }
            long thread = pooler.on(0, () -> Thread.currentThread().threadId());
            ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();

            double least = Double.MAX_VALUE;
            for (int round = 0; round < MOST_ROUNDS && least >= 1; round++) {
                long before = memory.getThreadAllocatedBytes(thread);
                for (Future<?> talk : clients.stream().map(client -> threads.submit(() -> talk(client, protocol.request()))).toList()) {
                    talk.get();
                }
                least = Math.min(least, (memory.getThreadAllocatedBytes(thread) - before) / (double) (CLIENTS * TRANSACTIONS));
            }

            assertThat(least).as("bytes a transaction").isLessThan(1);
        }
    }

    private static RawClient login(RealPooler pooler) throws IOException {
        RawClient client = pooler.login("alice", "one");
        client.send(new Requests().parse("named", "select $1").sync());
        client.skipUntilReady();
        return client;
    }

    /** Sends the request again and again, each time when the answers to all of its Syncs and queries have come. */
    private static Void talk(RawClient client, byte[] request) throws IOException {
        int answers = 0;
        for (int at = 0; at < request.length; at += 1 + ByteBuffer.wrap(request).getInt(at + 1)) {
            answers += request[at] == 'S' || request[at] == 'Q' ? 1 : 0;
        }
        for (int i = 0; i < TRANSACTIONS; i++) {
            client.send(request);
            for (int answer = 0; answer < answers; answer++) {
                client.skipUntilReady();
            }
        }
        return null;
    }
}
