package org.pgsluice.cancel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.pgsluice.config.Config;
import org.pgsluice.config.PeerConfig;
import org.pgsluice.config.Settings;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.server.Lane;

/**
 * The other processes of {@code [peers]}, which issue cancel keys of their own: a request with one of theirs goes on to them. At most {@code pool_size} at a
 * time go to one peer, the others wait in order. Guarded by this object's monitor.
 */
public final class Peers {
    private final Map<Integer, Pool> pools = new TreeMap<>();

    /** What is under way to one peer. */
    private static final class Pool {
        final Deque<Forwarding> waiting = new ArrayDeque<>();
        int active;
        int connecting;
    }

    /** What is under way to one peer, for the console: requests that are being forwarded, that wait, and of the former those that are not connected yet. */
    public record Counts(int peer, int active, int waiting, int connecting) {}

    /** Takes on a request whose key another process has issued; false when it is this one's own, or there are no peers. On the reactor of {@code lane}. */
    public boolean take(byte[] key, CancelJob.Asker asker, Lane lane) {
        Config config = lane.books().config();
        int own = config.integer(Settings.PEER_ID);
        if (own == 0 || key.length < PeerMark.LENGTH || PeerMark.peer(key) == own) {
            return false;
        }
        int peer = PeerMark.peer(key);
        PeerConfig known = config.peers().get(peer);
        if (PeerMark.hops(key) == 0) {
            asker.close(CloseReason.CANCEL_HOPS_EXHAUSTED);
        } else if (known == null) {
            asker.close(CloseReason.CANCEL_NO_PEER);
        } else {
            lane.commons().log().debug("forwarding cancellation request to peer " + peer);
            Forwarding forwarding = new Forwarding(this, known, PeerMark.forwarded(key), asker, lane);
            if (enter(forwarding, size(known, config))) {
                forwarding.start();
            } else {
                forwarding.await();
            }
        }
        return true;
    }

    /** How many requests may be under way to a peer; 0 for any number. */
    private static int size(PeerConfig peer, Config config) {
        Integer own = peer.poolSize();
        return own == null ? config.integer(Settings.DEFAULT_POOL_SIZE) : own;
    }

    /** Whether it may be connected now; otherwise it waits for its turn. */
    private synchronized boolean enter(Forwarding forwarding, int size) {
        Pool pool = pools.computeIfAbsent(forwarding.peer(), id -> new Pool());
        if (size > 0 && pool.active >= size) {
            pool.waiting.add(forwarding);
            return false;
        }
        pool.active++;
        pool.connecting++;
        return true;
    }

    /** Its connection is open. */
    synchronized void connected(Forwarding forwarding) {
        pool(forwarding).connecting--;
    }

    /** It waits no longer; whether it did. */
    synchronized boolean withdraw(Forwarding forwarding) {
        Pool pool = pool(forwarding);
        boolean waited = pool.waiting.remove(forwarding);
        forget(forwarding.peer(), pool);
        return waited;
    }

    /** It is over: the next one has its turn. {@code connected} whether {@link #connected} was called. */
    void left(Forwarding forwarding, boolean connected) {
        Forwarding next = next(forwarding, connected);
        if (next != null) {
            next.lane().reactor().execute(next::start);
        }
    }

    private synchronized @Nullable Forwarding next(Forwarding forwarding, boolean connected) {
        Pool pool = pool(forwarding);
        pool.connecting -= connected ? 0 : 1;
        Forwarding next = pool.waiting.poll();
        if (next == null) {
            pool.active--;
            forget(forwarding.peer(), pool);
        } else {
            pool.connecting++;
        }
        return next;
    }

    private void forget(int peer, Pool pool) {
        if (pool.active == 0 && pool.waiting.isEmpty()) {
            pools.remove(peer);
        }
    }

    private Pool pool(Forwarding forwarding) {
        return pools.computeIfAbsent(forwarding.peer(), id -> new Pool());
    }

    /** What is under way, by peer. Any thread. */
    public synchronized List<Counts> counts() {
        List<Counts> all = new ArrayList<>();
        pools.forEach((peer, pool) -> all.add(new Counts(peer, pool.active, pool.waiting.size(), pool.connecting)));
        return all;
    }
}
