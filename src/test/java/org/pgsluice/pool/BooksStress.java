package org.pgsluice.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The books under many threads, each of them a reactor with its own clients and its own inbox of grants. Every server says itself who uses it; the limits are
 * counted beside the books; in the end every client has been served as often as it asked.
 */
class BooksStress {
    private static final int REACTORS = 4;
    private static final int CLIENTS_PER_REACTOR = 12;
    private static final int ROUNDS = 1_500;
    private static final int LIMIT_OF_DATABASE = 5;
    private static final long DEADLINE_NANOS = 10_000_000_000L;

    private final long seed = Long.getLong("seed", 20_250_101L);
    private final BooksFixture f = new BooksFixture(
            REACTORS,
            "a = host=h pool_size=3 max_db_connections=" + LIMIT_OF_DATABASE + "\nb = host=h pool_size=2",
            "",
            "server_round_robin = 0");
    private final AtomicInteger openOfA = new AtomicInteger();
    private final AtomicLong served = new AtomicLong();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final List<Loop> loops = new ArrayList<>();

    @Test
    void everyClientIsServedAndNoServerHasTwo() throws InterruptedException {
        Pool[] pools = {f.pool("a", "u"), f.pool("a", "v"), f.pool("b", "u")};
        for (int i = 0; i < REACTORS; i++) {
            loops.add(new Loop(i, pools));
        }
        List<Thread> threads = new ArrayList<>();
        for (Loop loop : loops) {
            threads.add(Thread.ofPlatform().name("reactor " + loop.index).start(loop));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(failure.get()).as("seed %d", seed).isNull();
        assertThat(served.get()).as("seed %d", seed).isEqualTo((long) REACTORS * CLIENTS_PER_REACTOR * ROUNDS);
        for (Pool pool : pools) {
            PoolCounts counts = f.books.inventory().counts(pool);
            assertThat(counts.clients()).as("seed %d, %s", seed, counts).isZero();
            assertThat(counts.serversActive() + counts.serversClosing() + counts.serversLogin()).as("seed %d, %s", seed, counts).isZero();
            assertThat(pool.reserved).isZero();
        }
        assertThat(pools[0].database().serverCount()).isEqualTo(pools[0].serverCount() + pools[1].serverCount()).isEqualTo(openOfA.get());
        assertThat(pools[2].database().serverCount()).isEqualTo(pools[2].serverCount());
    }

    /** What a reactor does: its clients ask, use what they get, give it back; servers open and close at times. */
    private final class Loop implements Runnable {
        final int index;
        final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
        private final Pool[] pools;
        private final Random random;
        private final List<User> clients = new ArrayList<>();

        Loop(int index, Pool[] pools) {
            this.index = index;
            this.pools = pools;
            this.random = new Random(seed + index);
        }

        @Override
        public void run() {
            try {
                for (int i = 0; i < CLIENTS_PER_REACTOR; i++) {
                    User client = new User(this);
                    f.books.active(client, pools[i % pools.length], System.nanoTime());
                    clients.add(client);
                }
                long deadline = System.nanoTime() + DEADLINE_NANOS;
                while (failure.get() == null && (!clients.isEmpty() || loops.stream().anyMatch(loop -> !loop.clients.isEmpty()))) {
                    turn();
                    if (System.nanoTime() > deadline) {
                        throw new AssertionError(served + " served, clients wait for ever: " + clients.size() + " of reactor " + index + ", "
                                + f.books.inventory().counts(pools[0]) + f.books
                                .inventory().counts(pools[1]) + f.books.inventory().counts(pools[2]));
                    }
                }
            } catch (Throwable thrown) {
                failure.compareAndSet(null, thrown);
            }
        }

        private void turn() throws InterruptedException {
            // A reactor whose clients all wait sleeps until one of them is served.
            boolean idle = clients.stream().allMatch(client -> client.state() == ClientState.WAITING);
            for (Runnable task = idle ? tasks.poll(1, TimeUnit.MILLISECONDS) : tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
            for (User client : List.copyOf(clients)) {
                client.step(random);
            }
            for (Pool pool : pools) {
                grow(pool);
            }
        }

        void grow(Pool pool) {
            for (Growth next = f.openings.grow(pool, System.nanoTime(), true); next != null; next = f.openings.grow(pool, System.nanoTime(), true)) {
                switch (next) {
                    case Growth.Open open -> {
                        if (pool != pools[2] && openOfA.incrementAndGet() > LIMIT_OF_DATABASE) {
                            throw new AssertionError("more servers than max_db_connections");
                        }
                        Backend server = new Backend(pool, index);
                        f.openings.opened(server, open.place(), System.nanoTime());
                        if (random.nextInt(20) == 0) {
                            count(pool);
                            f.books.move(server, ServerState.CLOSED);
                            continue;
                        }
                        f.openings.loggedIn(server, new Welcome(List.of()));
                        rest(server);
                    }
                    case Growth.Evict evict -> loops.get(evict.victim().reactorIndex()).tasks.add(() -> shut((Backend) evict.victim()));
                    case Growth.Check check -> throw new AssertionError("nothing is to be checked");
                }
            }
        }

        void rest(Backend server) {
            switch (f.books.release(server, System.nanoTime(), false)) {
                case GRANTED -> {
                    ClientEntry next = server.client();
                    if (next != null) {
                        next.granted(server);
                    }
                }
                case CLOSE_NEEDED -> {
                    f.books.unassign(server);
                    shut(server);
                }
                case IDLE -> {
                    if (random.nextInt(10) == 0 && f.books.claimUnused(server, index)) {
                        shut(server);
                    }
                }
                case BEING_CANCELED, LIFETIME_OVER, CLIENT_GONE -> throw new AssertionError("none of them happens here");
            }
        }

        private void shut(Backend server) {
            if (server.user.get() != null) {
                throw new AssertionError("a server that is in use is closed");
            }
            count(server.pool());
            f.books.move(server, ServerState.CLOSED);
        }

        private void count(Pool pool) {
            if (pool != pools[2]) {
                // Before the books know: the count beside them is never too low, and so never lets one too many pass.
                openOfA.decrementAndGet();
            }
        }
    }

    private final class User extends ClientEntry {
        private final Loop loop;
        private @Nullable Backend held;
        private int left = ROUNDS;

        User(Loop loop) {
            super(loop.index);
            this.loop = loop;
        }

        void step(Random random) {
            Backend server = held;
            if (server != null) {
                if (random.nextInt(4) != 0) {
                    held = null;
                    server.leave(this);
                    if (random.nextInt(50) == 0) {
                        server.needClose();
                    }
                    loop.rest(server);
                    served.incrementAndGet();
                    if (--left == 0) {
                        f.books.closing(this);
                        f.books.closed(this);
                        loop.clients.remove(this);
                    }
                }
            } else if (state() == ClientState.ACTIVE && f.books.serverOf(this) == null) {
                ServerEntry got = f.books.acquire(this, System.nanoTime());
                if (got != null) {
                    take((Backend) got);
                }
            }
        }

        private void take(Backend server) {
            if (server.reactorIndex() != loop.index) {
                throw new AssertionError("the server is on reactor " + server.reactorIndex() + ", its client on " + loop.index);
            }
            server.enter(this);
            held = server;
        }

        @Override
        public void granted(ServerEntry server) {
            loop.tasks.add(() -> {
                if (f.books.serverOf(this) != server) {
                    throw new AssertionError("a grant was taken back");
                }
                take((Backend) server);
            });
        }

        @Override
        public void welcomed() {}

        @Override
        public void refused(String sqlState, String message) {
            throw new AssertionError("nothing fails here");
        }
    }

    private static final class Backend extends ServerEntry {
        final AtomicReference<@Nullable User> user = new AtomicReference<>();

        Backend(Pool pool, int reactor) {
            super(pool, reactor, System.nanoTime());
        }

        void enter(User next) {
            User before = user.getAndSet(next);
            if (before != null) {
                throw new AssertionError("the server has a client already");
            }
        }

        void leave(User expected) {
            if (!user.compareAndSet(expected, null)) {
                throw new AssertionError("the server had another client");
            }
        }

        @Override
        public void close(CloseReason reason) {}
    }
}
