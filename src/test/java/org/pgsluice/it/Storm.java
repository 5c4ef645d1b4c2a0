package org.pgsluice.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** One run with many clients: what they share, where it stands, and what went wrong. Any thread. */
final class Storm {
    /** Where the run stands. */
    enum Phase {
        /** Anything may break. */
        ROUGH,
        /** Nothing is broken any more; clients notice what was, and come to rest. */
        SETTLING,
        /** Clients break their own connections, and nobody else may notice. */
        RUDE,
        /** Nothing may break. */
        CALM,
        OVER
    }

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    final PooledDatabase database;
    final Tally tally = new Tally();
    final List<StormClient> clients = new ArrayList<>();
    private final long seed;
    private final Queue<Throwable> faults = new ConcurrentLinkedQueue<>();
    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
    private final CountDownLatch resting;
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final CountDownLatch through;
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile String log;
    private volatile Phase phase = Phase.ROUGH;
    private volatile long phaseSince = System.nanoTime();

    Storm(PooledDatabase database, long seed, int drivers, int wires) {
        this.database = database;
        this.seed = seed;
        resting = new CountDownLatch(drivers + wires);
        through = new CountDownLatch(drivers + wires);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < drivers + wires; i++) {
            clients.add(i < drivers ? new DriverClient(this, i, random.split()) : new WireClient(this, i, random.split()));
        }
    }

    // ---------------------------------------------------------------- for clients

    Phase phase() {
        return phase;
    }

    boolean mayBreak() {
        return phase == Phase.ROUGH || phase == Phase.SETTLING;
    }

    /** Something is not as it must be: the run ends soon. */
    void fault(Object who, Throwable thrown) {
        String lines = log();
        faults.add(new AssertionError(phase + ", " + who + ": " + thrown, thrown));
        log = log == null ? lines : log;
        phase = Phase.OVER;
        goOn.countDown();
        end.countDown();
    }

    private String log() {
        try {
            List<String> lines = database.pooler().log().lines().toList();
            Files.write(Path.of("target", "crosstalk-" + seed + ".log"), lines);
            return "the pooler's last lines:\n" + String.join("\n", lines.subList(Math.max(0, lines.size() - 80), lines.size())) + "\n" + states();
        } catch (IOException e) {
            return "no log: " + e;
        }
    }

    /** Who has whom, as the pooler and PostgreSQL see it. */
    private String states() {
        StringBuilder text = new StringBuilder();
        try (Connection console = database.console();
                Connection direct = database.direct()) {
            Sql.table(console, "SHOW CLIENTS", text);
            Sql.table(console, "SHOW SERVERS", text);
            Sql.table(direct, "SELECT pid, state, wait_event, state_change, left(query, 200) AS query " + StormWatch.from(database.name()), text);
        } catch (SQLException e) {
            text.append("no states: ").append(e);
        }
        return text.toString();
    }

    boolean failed() {
        return !faults.isEmpty();
    }

    void count(String what) {
        counts.computeIfAbsent(what, key -> new LongAdder()).increment();
    }

    /** A connection broke when it might. */
    void lost(Throwable thrown) {
        count("lost: " + String.valueOf(thrown.getMessage()).replaceAll("[0-9]+|\\s+\\(.*", "").strip());
    }

    /** The client is connected, and waits for the saboteur to be through. */
    void atRest() throws InterruptedException {
        resting.countDown();
        goOn.await();
    }

    /** The client is through, and stays connected until the last look is over. */
    void through() throws InterruptedException {
        through.countDown();
        end.await();
    }

    /** Throws when the phase takes much too long. */
    void requireTime() {
        if (System.nanoTime() - phaseSince > PATIENCE_NANOS) {
            throw new AssertionError(phase + " does not end");
        }
    }

    // ---------------------------------------------------------------- for the test

    /** Lets the phase go on for so long, or until something is wrong. */
    void last(double seconds) {
        long until = System.nanoTime() + (long) (seconds * 1e9);
        while (!failed() && System.nanoTime() < until) {
            LockSupport.parkNanos(20_000_000);
        }
    }

    void enter(Phase next) {
        if (!failed()) {
            phase = next;
            phaseSince = System.nanoTime();
        }
        if (next == Phase.RUDE) {
            goOn.countDown();
        }
    }

    void awaitRest() {
        await("all clients are at rest", () -> resting.getCount() == 0);
    }

    void awaitThrough() {
        await("all clients are through", () -> through.getCount() == 0);
    }

    /** Lets the clients close their connections. */
    void release() {
        end.countDown();
    }

    void await(String what, BooleanSupplier condition) {
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (!failed() && !condition.getAsBoolean()) {
            if (System.nanoTime() > until) {
                fault("test", new AssertionError("not so: " + what + "; clients: " + clients));
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    /** Something to be looked at. */
    interface Check {
        void run() throws Exception;
    }

    /** Looks at it, unless something is wrong already. */
    void check(String what, Check check) {
        if (!failed()) {
            try {
                check.run();
            } catch (Exception | AssertionError e) {
                fault(what, e);
            }
        }
    }

    /** What was done and lost, and how often. */
    String summary() {
        StringBuilder text = new StringBuilder("seed " + seed);
        new TreeMap<>(counts).forEach((what, count) -> text.append("; ").append(what).append(' ').append(count.sum()));
        return text.toString();
    }

    /** The same in a few numbers. */
    String brief() {
        long lost = sum("lost: ");
        long sabotage = sum("sabotage: ");
        return "seed " + seed + ", " + (sum("") - lost - sabotage) + " chores, " + sabotage + " acts of sabotage, " + lost + " connections lost";
    }

    private long sum(String prefix) {
        return counts.entrySet().stream().filter(entry -> entry.getKey().startsWith(prefix)).mapToLong(entry -> entry.getValue().sum()).sum();
    }

    /** Throws the first fault, with the others behind it. */
    void requireFaultless() throws Exception {
        Throwable first = faults.poll();
        if (first == null) {
            return;
        }
        AssertionError error = new AssertionError("-Dcrosstalk.seed=" + seed + ": " + first.getMessage() + "\n" + summary() + "\n" + log, first);
        faults.stream().limit(10).forEach(error::addSuppressed);
        throw error;
    }
}
