package org.pgsluice.server;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.pgsluice.net.Buffers;
import org.pgsluice.net.Gather;
import org.pgsluice.net.Reactor;
import org.pgsluice.pool.Books;
import org.pgsluice.pool.ClientEntry;
import org.pgsluice.pool.CloseCounts;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.Growth;
import org.pgsluice.pool.Place;
import org.pgsluice.pool.Pool;
import org.pgsluice.pool.ServerEntry;
import org.pgsluice.sql.SqlWalk;

/** What the sessions of one reactor share, and how that reactor makes pools grow. For the reactor's thread, but for {@link #index} and {@link #reactor}. */
public final class Lane {
    private static final int ANSWERS_BYTES = 2048;

    private final Reactor reactor;
    private final Commons commons;
    private final Gather gather;
    private final CloseCounts closedClients = new CloseCounts();
    private final CloseCounts closedServers = new CloseCounts();
    private final ByteBuffer answers = ByteBuffer.allocate(ANSWERS_BYTES);
    private final SqlWalk walk = new SqlWalk();
    private Lane[] all = {this};

    public Lane(Reactor reactor, Commons commons) {
        this.reactor = reactor;
        this.commons = commons;
        this.gather = new Gather(reactor.buffers());
    }

    /** Tells it of all lanes, by index; before the first event. */
    public void lanes(Lane[] lanes) {
        all = lanes;
    }

    public int index() {
        return reactor.index();
    }

    public Reactor reactor() {
        return reactor;
    }

    public Commons commons() {
        return commons;
    }

    public Books books() {
        return commons.books();
    }

    public Buffers buffers() {
        return reactor.buffers();
    }

    /** For one event at a time. */
    public Gather gather() {
        return gather;
    }

    /** Why clients of this reactor were closed. */
    public CloseCounts closedClients() {
        return closedClients;
    }

    /** Why servers were closed while they were on this reactor. */
    public CloseCounts closedServers() {
        return closedServers;
    }

    /** Where one client's answers of ours are put together, within one event. Empty in between. */
    public ByteBuffer answers() {
        return answers;
    }

    /** For one whole text at a time. */
    public SqlWalk walk() {
        return walk;
    }

    public long now() {
        return reactor.nanoTime();
    }

    /** Opens, checks or evicts servers until those who wait in {@code pool} have one on the way, as far as the limits go. */
    public void grow(Pool pool) {
        Growth next = books().openings().grow(pool, now(), true);
        while (next != null && act(pool, next)) {
            next = books().openings().grow(pool, now(), true);
        }
    }

    /** Lets the pool grow in {@code nanos}, when a place that failed may be tried again; what it needs then is asked then. */
    void growIn(Pool pool, long nanos) {
        if (nanos > 0) {
            reactor.schedule(nanos, () -> grow(pool));
        }
    }

    /** Opens servers up to min_pool_size. */
    public void topUp(Pool pool) {
        Growth next = books().openings().topUp(pool, now());
        while (next != null && act(pool, next)) {
            next = books().openings().topUp(pool, now());
        }
    }

    /** Opens servers that were counted out while a limit was full, for every pool that shares a limit with {@code pool}. */
    public void growCompetitors(Pool pool) {
        for (Pool other : books().registry().competitors(pool)) {
            grow(other);
        }
    }

    /** Runs {@code action} on the reactor of {@code server}, at once when it is this one. */
    public void onReactorOf(ServerEntry server, Runnable action) {
        Lane owner = all[server.reactorIndex()];
        if (owner == this) {
            guarded(server, action);
        } else {
            owner.reactor.execute(() -> guarded(server, action));
        }
    }

    /** A fault in what one connection asks of another one's server ends that server, as one in its own events does. */
    private static void guarded(ServerEntry server, Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error thrown) {
            server.close(CloseReason.INTERNAL_ERROR);
            throw thrown;
        }
    }

    /** Opens a server whose place in the books is reserved; a fault gives the place back. */
    private void open(Pool pool, Place place, @Nullable ClientEntry dedicated) {
        ServerSession server;
        try {
            long now = now();
            server = new ServerSession(pool, this, place, dedicated);
            books().openings().opened(server, place, now);
        } catch (RuntimeException | Error thrown) {
            books().openings().notOpened(pool, dedicated);
            throw thrown;
        }
        guarded(server, () -> {
            commons.servers().add(server);
            server.open();
        });
    }

    private boolean act(Pool pool, Growth growth) {
        assert books().marks().seen(growth);
        if (growth instanceof Growth.Open open) {
            if (open.fromReserve()) {
                commons.log().warning("taking connection from reserve_pool");
            }
            open(pool, open.place(), open.dedicated());
            return true;
        }
        if (growth instanceof Growth.Evict evict) {
            Lane owner = all[evict.victim().reactorIndex()];
            onReactorOf(evict.victim(), () -> evict.victim().close(CloseReason.SERVER_EVICTED));
            // On another reactor it is closed later, and whoever closes it lets the competitors grow.
            return owner == this;
        }
        ServerEntry unsure = ((Growth.Check) growth).server();
        onReactorOf(unsure, () -> ((ServerSession) unsure).turnover().check());
        return true;
    }
}
