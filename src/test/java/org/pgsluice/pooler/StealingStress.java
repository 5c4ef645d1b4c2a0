package org.pgsluice.pooler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pgsluice.client.ClientSession;
import org.pgsluice.pool.BooksAudit;
import org.pgsluice.simulation.Requests;
import org.pgsluice.wire.BackendTag;

/**
 * All that is busy lives on one reactor of two, and before each round all servers are brought to the other. So the busy reactor has to steal them, while a
 * client of the other takes one back at times. Everybody must get their own answers, and about as many as the others; what the console shows must hold at
 * every moment, and in the end nothing may be left over.
 */
@EnabledOnOs(OS.LINUX)
class StealingStress {
    private static final int SERVERS = 3;
    /** On each reactor; those of reactor 0 are quiet. More than twice as many as servers, or all who wait would be served at once, whatever their order. */
    private static final int CLIENTS = 8;
    private static final int ROUNDS = 10;
    /** How many transactions the slowest busy client does in a round. */
    private static final int TRANSACTIONS = 40;
    /** The same in a round in which servers are short, and when time is up. */
    private static final int FEW_TRANSACTIONS = 10;
    /** So long that a client is back in the queue before the next server is free, also on a busy machine. */
    private static final long WORK_NANOS = 5_000_000;
    /** How many times as many as the slowest the quickest may do while servers are short. */
    private static final int SPREAD = 4;
    /** A machine that is too slow does less. */
    private static final long LONGEST_NANOS = 2_500_000_000L;
    private static final long PATIENCE_NANOS = 30_000_000_000L;

    @TempDir
    Path directory;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<RawClient> quiet = new ArrayList<>();
    private final List<RawClient> busy = new ArrayList<>();
    /** By busy client, in rounds in which servers were short. */
    private final int[] done = new int[CLIENTS];
    private final AtomicInteger tokens = new AtomicInteger();
    private RawClient console;

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "nio"})
    void busyReactorIsServedByTheServersOfTheOther(String engine) throws Exception {
        try (InstantPostgres postgres = new InstantPostgres();
                RealPooler pooler = new RealPooler(engine, 2, directory, postgres.port(), "default_pool_size = " + SERVERS + "\nsession_state = reported\n")) {
            for (int i = 0; i < CLIENTS; i++) {
                quiet.add(login(pooler));
                busy.add(login(pooler));
            }
            console = pooler.login("root", "pgbouncer");
            long end = System.nanoTime() + LONGEST_NANOS;
            int rounds = 0;
            for (; rounds < ROUNDS && System.nanoTime() < end; rounds++) {
                bringServersToTheQuiet();
                // In turn: servers that are short, so that clients queue, and servers that are idle at times, so that they are stolen all the while.
                boolean shortage = rounds % 2 == 0;
                postgres.work(shortage ? WORK_NANOS : 0);
                int[] transactions = burst(shortage ? FEW_TRANSACTIONS : TRANSACTIONS, end);
                for (int i = 0; i < CLIENTS && shortage; i++) {
                    done[i] += transactions[i];
                }
            }

            List<Map<String, String>> reactors = console.table("SHOW REACTORS");
            assertThat(reactors).extracting(row -> number(row, "clients")).containsExactly(CLIENTS + 1, CLIENTS);
            assertThat(number(reactors.get(1), "steals")).as("servers stolen in %d rounds", rounds).isGreaterThanOrEqualTo(rounds);
            assertThat(reactors).allSatisfy(row -> assertThat(number(row, "cpu_us")).isPositive());
            assertThat(IntStream.of(done).min().orElse(0)).as("transactions of the slowest of %s", Arrays.toString(done))
                    .isPositive()
                    .isGreaterThanOrEqualTo(IntStream.of(done).max().orElse(0) / SPREAD);
            leave();
            nothingIsLeft(pooler, postgres);
        }
    }

    private static RawClient login(RealPooler pooler) throws IOException {
        RawClient client = pooler.login("alice", "one");
        client.send(new Requests().parse("named", "select $1").sync());
        client.skipUntilReady();
        return client;
    }

    // ---------------------------------------------------------------- a round

    /** So many quiet clients as there may be servers have one at the same time, and give it back. */
    private void bringServersToTheQuiet() throws Exception {
        for (RawClient client : quiet.subList(0, SERVERS)) {
            client.send(new Requests().bind("named", "held").execute(0).flush());
        }
        for (RawClient client : quiet.subList(0, SERVERS)) {
            assertThat(client.valuesUntil(BackendTag.COMMAND_COMPLETE)).containsExactly("held");
        }
        assertThat(pool()).containsEntry("sv_active", "" + SERVERS);
        for (RawClient client : quiet.subList(0, SERVERS)) {
            client.send(new Requests().sync());
            client.skipUntilReady();
        }
        await(() -> number(pool(), "sv_idle") == SERVERS);
        assertThat(console.table("SHOW REACTORS")).extracting(row -> number(row, "servers")).containsExactly(SERVERS, 0);
    }

    /** All busy clients until the slowest has done its share; meanwhile the console is asked, and a quiet client now and then wants a server, too. */
    private int[] burst(int share, long end) throws Exception {
        AtomicInteger behind = new AtomicInteger(CLIENTS);
        CountDownLatch start = new CountDownLatch(CLIENTS);
        List<Future<Integer>> talks = new ArrayList<>();
        for (RawClient client : busy) {
            talks.add(threads.submit(() -> {
                start.countDown();
                start.await();
                int transactions = 0;
                while (transactions < FEW_TRANSACTIONS || (behind.get() > 0 && System.nanoTime() < end)) {
                    transaction(client);
                    transactions++;
                    behind.addAndGet(transactions == share ? -1 : 0);
                }
                return transactions;
            }));
        }
        do {
            look();
            transaction(quiet.getLast());
        } while (behind.get() > 0 && System.nanoTime() < end && talks.stream().noneMatch(talk -> talk.state() == Future.State.FAILED));
        int[] transactions = new int[CLIENTS];
        for (int i = 0; i < CLIENTS; i++) {
            transactions[i] = talks.get(i).get();
        }
        return transactions;
    }

    /** One after the other of a few kinds; no two have the same answer. */
    private void transaction(RawClient client) throws IOException {
        int token = tokens.incrementAndGet();
        String value = "v" + token;
        switch (token % 4) {
            case 0 -> {
                client.send(new Requests().query(value));
                assertThat(client.valuesUntil(BackendTag.READY_FOR_QUERY)).containsExactly(value);
            }
            case 1 -> {
                client.send(new Requests().parse("", "select $1").bind("", value).describePortal().execute(0).sync());
                assertThat(client.valuesUntil(BackendTag.READY_FOR_QUERY)).containsExactly(value);
            }
            case 2 -> {
                client.send(new Requests().bind("named", value).execute(0).sync().query(value + " next"));
                assertThat(client.valuesUntil(BackendTag.READY_FOR_QUERY)).containsExactly(value);
                assertThat(client.valuesUntil(BackendTag.READY_FOR_QUERY)).containsExactly(value + " next");
            }
            default -> { // the client has the server while it reads and sends again
                client.send(new Requests().bind("named", value).execute(0).flush());
                assertThat(client.valuesUntil(BackendTag.COMMAND_COMPLETE)).containsExactly(value);
                client.send(new Requests().bind("named", value + " next").execute(0).sync());
                assertThat(client.valuesUntil(BackendTag.READY_FOR_QUERY)).containsExactly(value + " next");
            }
        }
    }

    // ---------------------------------------------------------------- what must hold

    private void look() throws IOException {
        Map<String, String> pool = pool();
        assertThat(number(pool, "sv_active") + number(pool, "sv_idle") + number(pool, "sv_used") + number(pool, "sv_tested") + number(pool, "sv_login"))
                .as("%s", pool)
                .isEqualTo(SERVERS);
        assertThat(number(pool, "cl_active") + number(pool, "cl_waiting")).as("%s", pool).isEqualTo(2 * CLIENTS);
        assertThat(number(pool, "cl_waiting") > 0 && number(pool, "sv_idle") > 0).as("clients wait while servers are idle: %s", pool).isFalse();
        List<Map<String, String>> reactors = console.table("SHOW REACTORS");
        assertThat(reactors).extracting(row -> number(row, "clients")).containsExactly(CLIENTS + 1, CLIENTS);
        assertThat(number(reactors.get(0), "servers") + number(reactors.get(1), "servers")).as("%s", reactors).isEqualTo(SERVERS);
    }

    private void leave() throws IOException {
        for (int i = 0; i < CLIENTS; i++) {
            quiet.get(i).close();
            busy.get(i).close();
        }
    }

    private void nothingIsLeft(RealPooler real, InstantPostgres postgres) throws Exception {
        await(() -> console.table("SHOW REACTORS").stream().mapToInt(row -> number(row, "clients")).sum() == 1);
        Map<String, String> pool = pool();
        assertThat(pool).containsEntry("cl_active", "0").containsEntry("cl_waiting", "0");
        assertThat(pool).containsEntry("sv_active", "0").containsEntry("sv_idle", "" + SERVERS);
        assertThat(console.table("SHOW REACTORS")).allSatisfy(row -> assertThat(number(row, "waiting")).isZero());
        for (int i = 0; i < 2; i++) {
            int index = i;
            assertThat(real.on(i, () -> real.pooler().lanes()[index].buffers().taken())).as("buffers of reactor %d", i).isZero();
        }
        Pooler pooler = real.pooler();
        synchronized (pooler.books()) {
            BooksAudit audit = new BooksAudit(pooler.books(), client -> !(client instanceof ClientSession));
            assertThat(audit.fault(pooler.sessions().clients(), pooler.commons().servers())).isNull();
        }
        assertThat(postgres.mostConnections()).isEqualTo(SERVERS);
        assertThat(real.uncaught()).isEmpty();
    }

    private Map<String, String> pool() throws IOException {
        return console.table("SHOW POOLS").stream().filter(row -> "one".equals(row.get("database"))).findFirst().orElseThrow();
    }

    private static int number(Map<String, String> row, String column) {
        return Integer.parseInt(row.get(column));
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("time is up").isLessThan(deadline);
            LockSupport.parkNanos(200_000);
        }
    }
}
