package org.pgsluice.notify;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pgsluice.pool.CloseReason;
import org.pgsluice.pool.Pool;
import org.pgsluice.server.Lane;
import org.pgsluice.server.ServerSession;
import org.pgsluice.wire.Notification;

/**
 * The subscriptions of all clients of one pool, and the one server that listens to their channels. Its server is the one on which the first of them has said
 * LISTEN: nothing can be missed between. It lives on one reactor; methods say where else they may be called.
 *
 * <pre>
 * join -> (server wanted -> give | seek) -> LISTEN -> live -> notifications ... -> leave
 * </pre>
 */
public final class Hub {
    /** So many bytes of notifications may be on their way to other reactors before no more are read. */
    private static final int MOST_ON_THE_WAY = 8 * 1024 * 1024;

    /** Without a subscriber the server is kept for so long: the next one may come soon. */
    static final long LINGER_NANOS = 5_000_000_000L;

    /** After so long without a word the server has to show that it is there. */
    private static final long PROBE_NANOS = 30_000_000_000L;

    /** For so long a server for listening may be waited for. */
    private static final long LONGEST_SEARCH_NANOS = 15_000_000_000L;

    /** So that all clients are told from one encoding, and no time limit that the server's last client has set ends it. */
    private static final List<String> SETTLE = List.of("SET statement_timeout = 0", "SET client_encoding = 'UTF8'",
            "SELECT pg_catalog.set_config(name, '0', false) FROM pg_catalog.pg_settings"
                    + " WHERE name IN ('idle_session_timeout', 'lock_timeout', 'transaction_timeout') AND setting <> '0'");

    private enum Stage {
        /** There is no server and nobody needs one. */
        NONE,
        /** A subscriber was asked for its own. */
        WANTED,
        /** One of the pool is waited for. */
        SOUGHT,
        HERE
    }

    private final Pool pool;
    private final Lane lane;
    private final Lane[] lanes;
    private final Post[] posts;
    private final String marker;
    private final Audience audience;
    private Orders orders = new Orders(this::ask);
    private final Set<Subscriber> waiting = new LinkedHashSet<>();
    private final AtomicInteger onTheWay = new AtomicInteger();
    /** How many channels all subscribers together have. */
    private final AtomicInteger taken = new AtomicInteger();
    private Stage stage = Stage.NONE;
    private @Nullable Ear ear;
    private @Nullable Subscriber asked;
    private volatile boolean stopped;
    private long emptySince;

    Hub(Pool pool, Lane lane, Lane[] lanes, String marker) {
        this.pool = pool;
        this.lane = lane;
        this.lanes = lanes;
        this.marker = marker;
        this.audience = new Audience(lanes.length);
        this.posts = new Post[lanes.length];
        for (int i = 0; i < posts.length; i++) {
            posts[i] = new Post();
        }
    }

    Pool pool() {
        return pool;
    }

    // ---------------------------------------------------------------- for subscribers, on their reactors

    /** Subscribes to {@code names}; {@link Subscriber#onLive} follows, perhaps after {@link Subscriber#onServerWanted}. */
    public void join(Subscriber subscriber, Lane of, Set<String> names) {
        posts[of.index()].add(subscriber, names);
        Set<String> copy = Set.copyOf(names);
        lane.reactor().execute(() -> joined(subscriber, of.index(), copy));
    }

    /**
     * Counts {@code channels} more for a subscriber, or fewer if that is negative. All reactors count together.
     *
     * @return false when all would have more than {@code most}: nothing is counted then
     */
    public boolean take(int channels, int most) {
        int now = taken.get();
        while (channels <= 0 || now + channels <= most) {
            if (taken.compareAndSet(now, now + channels)) {
                return true;
            }
            now = taken.get();
        }
        return false;
    }

    /** How many more may be taken at the moment. */
    public int free(int most) {
        return Math.max(0, most - taken.get());
    }

    /** Ends subscriptions to {@code names}. */
    public void leave(Subscriber subscriber, Lane of, Set<String> names) {
        posts[of.index()].remove(subscriber, names);
        Set<String> copy = Set.copyOf(names);
        lane.reactor().execute(() -> unheard(audience.leave(subscriber, copy)));
    }

    /** Ends all of them; the subscriber is told nothing more. */
    public void leave(Subscriber subscriber, Lane of) {
        posts[of.index()].remove(subscriber);
        lane.reactor().execute(() -> left(subscriber));
    }

    /**
     * The subscriber that was asked gives its server, which has no tenant any more from then on.
     *
     * @return false when that server must not be used for it: it stays with the subscriber
     */
    public boolean give(ServerSession server) {
        Ear next = new Ear(this, lane);
        if (!server.lane().books().listeningServers().give(server, next, server.lane().now())) {
            return false;
        }
        server.dropTenant();
        lane.reactor().execute(() -> {
            ear = next;
            next.take(server);
        });
        return true;
    }

    /** The subscriber that was asked has no server to give: the hub waits for one of the pool. */
    public void seek(Subscriber subscriber) {
        lane.reactor().execute(() -> {
            if (stage == Stage.WANTED && asked == subscriber) {
                seek();
            }
        });
    }

    /** The number of a marker that {@code subscriber} waits for; it is told when the hub hears {@link #mark}. */
    public long marks(Subscriber subscriber, Lane of) {
        return posts[of.index()].marks(subscriber);
    }

    /** The channel that markers are notified on, as an identifier. */
    public String markerChannel() {
        return marker;
    }

    /** The statement that notifies the marker of that number. */
    public String mark(Lane of, long number) {
        return "NOTIFY " + Channels.quoted(marker) + ", '" + of.index() + "." + number + "'";
    }

    // ---------------------------------------------------------------- subscriptions

    private void joined(Subscriber subscriber, int of, Set<String> names) {
        Set<String> fresh = audience.join(subscriber, of, names);
        switch (stage) {
            case HERE -> orders.add(fresh.isEmpty() ? "" : Channels.listen(fresh), () -> tell(subscriber, Subscriber::onLive));
            case NONE -> {
                waiting.add(subscriber);
                askFor(subscriber);
            }
            case WANTED, SOUGHT -> waiting.add(subscriber);
        }
    }

    private void left(Subscriber subscriber) {
        unheard(audience.leave(subscriber));
        waiting.remove(subscriber);
        if (stage == Stage.WANTED && asked == subscriber) {
            askNext();
        }
    }

    private void unheard(Set<String> channels) {
        if (stage == Stage.HERE && !channels.isEmpty()) {
            orders.add(Channels.unlisten(channels), null);
            lingerIfUnheard();
        }
    }

    // ---------------------------------------------------------------- the server

    private void askFor(Subscriber subscriber) {
        stage = Stage.WANTED;
        asked = subscriber;
        tell(subscriber, Subscriber::onServerWanted);
    }

    private void askNext() {
        stage = Stage.NONE;
        asked = null;
        if (!waiting.isEmpty()) {
            askFor(waiting.iterator().next());
        }
    }

    private void seek() {
        stage = Stage.SOUGHT;
        asked = null;
        Ear next = new Ear(this, lane);
        ear = next;
        lane.reactor().schedule(LONGEST_SEARCH_NANOS, () -> {
            if (ear == next && stage == Stage.SOUGHT) {
                next.end(CloseReason.SERVER_NOBODY_LISTENS);
                onRefused(next, "no server connection was free");
            }
        });
        next.seek();
    }

    /** {@code with} has a server: it hears what all want to hear. */
    void onServer(Ear with) {
        stage = Stage.HERE;
        asked = null;
        SETTLE.forEach(sql -> orders.add(sql, null));
        List<Subscriber> told = new ArrayList<>(waiting);
        waiting.clear();
        Set<String> all = new LinkedHashSet<>(audience.channels());
        all.add(marker);
        // What it has listened to for somebody who has left meanwhile ends; what it goes on to listen to has no gap, since this is one transaction.
        orders.add("UNLISTEN *; " + Channels.listen(all), () -> told.forEach(subscriber -> tell(subscriber, Subscriber::onLive)));
        lingerIfUnheard();
    }

    /** {@code without} gets none. */
    void onRefused(Ear without, String why) {
        if (ear == without) {
            gone();
            for (Subscriber subscriber : List.copyOf(waiting)) {
                tell(subscriber, one -> one.onRefused(why));
            }
            audience.clear();
            waiting.clear();
        }
    }

    /** The server of {@code former} is closed. */
    void onLost(Ear former, String why) {
        if (ear != former) {
            return;
        }
        gone();
        audience.clear();
        waiting.clear();
        for (int i = 0; i < posts.length; i++) {
            Post post = posts[i];
            lanes[i].reactor().execute(() -> post.lost(why));
        }
    }

    private void gone() {
        stage = Stage.NONE;
        ear = null;
        asked = null;
        orders = new Orders(this::ask);
        stopped = false;
    }

    private void lingerIfUnheard() {
        if (!audience.channels().isEmpty() || stage != Stage.HERE) {
            return;
        }
        Ear idle = ear;
        long since = lane.now();
        emptySince = since;
        lane.reactor().schedule(LINGER_NANOS, () -> {
            if (idle != null && ear == idle && audience.channels().isEmpty() && emptySince == since) {
                // Whoever joins from now on finds no server.
                gone();
                idle.end(CloseReason.SERVER_NOBODY_LISTENS);
            }
        });
    }

    /** Looks after the server: it ends for {@code reason} if there is one, and has to show now and then that it is there. */
    void lookAfter(Ear mine, @Nullable CloseReason reason) {
        if (reason != null) {
            mine.end(reason);
        } else if (ear == mine && stage == Stage.HERE && !orders.running() && lane.now() - mine.spokeNanos() > PROBE_NANOS) {
            orders.add(";", null);
        }
    }

    private void ask(List<String> statements) {
        if (ear != null) {
            ear.ask(statements);
        }
    }

    /** The server has done what it was asked for. */
    void onAnswered() {
        orders.onAnswered();
    }

    // ---------------------------------------------------------------- notifications

    /** The server has said one: to the reactors where somebody has subscribed to its channel. */
    void onNotification(Notification notification) {
        if (notification.channel().equals(marker)) {
            onMarker(notification.payload());
            return;
        }
        int[] counts = audience.countsOf(notification.channel());
        for (int i = 0; counts != null && i < counts.length; i++) {
            if (counts[i] > 0) {
                Post post = posts[i];
                onTheWay.addAndGet(notification.size());
                lanes[i].reactor().execute(() -> {
                    try {
                        post.deliver(notification);
                    } finally {
                        delivered(notification.size());
                    }
                });
            }
        }
    }

    /** A payload that no subscriber of ours has sent is nobody's. */
    private void onMarker(String payload) {
        int dot = payload.indexOf('.');
        try {
            int of = Integer.parseInt(payload.substring(0, Math.max(dot, 0)));
            long number = Long.parseLong(payload.substring(dot + 1));
            if (of >= 0 && of < posts.length) {
                Post post = posts[of];
                lanes[of].reactor().execute(() -> post.marker(number));
            }
        } catch (NumberFormatException e) {
            lane.commons().log().debug("a notification on the pooler's own channel that is not the pooler's");
        }
    }

    /** Whether more may be read of the server: other reactors have taken most of what there was. */
    boolean mayTake() {
        return onTheWay.get() < MOST_ON_THE_WAY;
    }

    /** Nothing is read of the server until they have. */
    void stopped() {
        stopped = true;
        if (onTheWay.get() <= MOST_ON_THE_WAY / 2) {
            readOn();
        }
    }

    private void delivered(int bytes) {
        if (onTheWay.addAndGet(-bytes) <= MOST_ON_THE_WAY / 2 && stopped) {
            lane.reactor().execute(this::readOn);
        }
    }

    private void readOn() {
        Ear mine = ear;
        if (stopped && mine != null) {
            stopped = false;
            mine.readOn();
        }
    }

    private void tell(Subscriber subscriber, Consumer<Subscriber> what) {
        int of = audience.laneOf(subscriber);
        if (of >= 0) {
            lanes[of].reactor().execute(() -> what.accept(subscriber));
        }
    }
}
