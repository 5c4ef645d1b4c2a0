package org.pgsluice.simulation;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.pgsluice.net.Connection.PeerCredentials;

/**
 * The world: clock, reactors, listeners, links. For the thread that made it. Nothing happens but inside {@link #advance}, {@link #runUntilIdle} and
 * {@link #runUntil}, which throw what a handler or task threw, with the seed in the message.
 */
public final class SimulatedNetwork {
    private static final Instant START = Instant.parse("2025-01-01T00:00:00Z");
    private static final int FIRST_PORT = 20_000;
    private static final int LAST_PORT = 60_000;
    private static final int MOST_EVENTS = 100_000_000;

    private final long seed;
    private final SplittableRandom random;
    private final EventQueue events = new EventQueue();
    private final List<SimulatedReactor> reactors = new ArrayList<>();
    private final Map<SocketAddress, List<SimulatedListener>> listeners = new HashMap<>();
    private final Set<SocketAddress> silent = new HashSet<>();
    private final Thread thread = Thread.currentThread();
    private LinkConditions conditions;
    private PeerCredentials unixPeer = new PeerCredentials(4711, 26);
    private long stoppedUntil = -1;
    private long now;
    private int nextPort = FIRST_PORT;
    private int openConnections;
    private int lastConnection;
    private @Nullable SimulatedReactor current;
    private @Nullable Throwable failure;
    private boolean begun;
    private @Nullable Faults faults;
    private Runnable afterEvent = () -> {};

    public SimulatedNetwork(long seed) {
        this(seed, LinkConditions.CALM);
    }

    public SimulatedNetwork(long seed, LinkConditions conditions) {
        this.seed = seed;
        this.conditions = conditions;
        random = new SplittableRandom(seed);
    }

    /** Adds a reactor with the next index. */
    public SimulatedReactor addReactor() {
        SimulatedReactor reactor = new SimulatedReactor(this, reactors.size());
        reactors.add(reactor);
        return reactor;
    }

    public SimulatedReactor reactor(int index) {
        return reactors.get(index);
    }

    /** Work that takes up to {@code maxDelayNanos} of virtual time. */
    public SimulatedOffload offload(long maxDelayNanos) {
        return new SimulatedOffload(this, maxDelayNanos);
    }

    /** A stream of random bytes of its own. */
    public SeededRandom randomSource() {
        return new SeededRandom(random.nextLong());
    }

    /** The wall clock: it goes with the virtual time. */
    public InstantSource wallClock() {
        return () -> START.plusNanos(now);
    }

    /** Links behave like this from now on; bytes that are under way keep their arrival. */
    public void conditions(LinkConditions next) {
        conditions = next;
    }

    /** {@code watch} is run behind every event and may throw. */
    public void afterEvent(Runnable watch) {
        afterEvent = watch;
    }

    /** Runs {@code task}, of no reactor, in {@code nanos}; the world counts as busy until then. */
    public void later(long nanos, Runnable task) {
        after(nanos, task);
    }

    /** What unix sockets say of the other end. */
    public void unixPeer(PeerCredentials peer) {
        unixPeer = peer;
    }

    /** From now on the calls of handlers may fail. */
    void faults(Faults next) {
        faults = next;
    }

    /** A handler makes a call that may fail. */
    void point() {
        if (faults != null) {
            faults.point();
        }
    }

    /** Dials to {@code address} get no answer at all, until it is heard again. */
    public void silent(SocketAddress address, boolean on) {
        if (on) {
            silent.add(address);
        } else {
            silent.remove(address);
        }
    }

    /** Whether anything has happened yet; before, everything may be put together from anywhere. */
    boolean hasBegun() {
        return begun;
    }

    /** Virtual time. */
    public long nanoTime() {
        return now;
    }

    /** Ends of connections that are open: a closed link has none. */
    public int openConnections() {
        return openConnections;
    }

    public long seed() {
        return seed;
    }

    /** Lets {@code nanos} pass. */
    public void advance(long nanos) {
        long until = now + nanos;
        while (step(until)) {
            rethrow();
        }
        now = until;
    }

    /** All reactors stand still for {@code nanos}, as when the process is stopped: what was due meanwhile happens afterwards, in its order. */
    public void stop(long nanos) {
        now += nanos;
        stoppedUntil = now;
    }

    /** Goes on until nothing is under way but timers of the future. */
    public void runUntilIdle() {
        int count = 0;
        while (events.isBusy() && step(Long.MAX_VALUE)) {
            rethrow();
            if (++count > MOST_EVENTS) {
                throw new AssertionError("the world does not come to rest, seed " + seed);
            }
        }
    }

    /** Goes on until {@code condition} holds; fails when it does not within {@code maxNanos} of virtual time, or nothing is left to happen. */
    public void runUntil(BooleanSupplier condition, long maxNanos) {
        long until = now + maxNanos;
        while (!condition.getAsBoolean()) {
            if (!step(until)) {
                throw new AssertionError("the condition did not come true in " + maxNanos / 1_000_000 + " ms of virtual time, seed " + seed);
            }
            rethrow();
        }
    }

    private boolean step(long until) {
        assert thread == Thread.currentThread() : "the world has one thread";
        assert current == null : "a handler runs the world";
        EventQueue.Event event = events.poll(until);
        if (event == null) {
            return false;
        }
        assert event.time >= now || stoppedUntil >= now;
        now = Math.max(now, event.time);
        begun = true;
        event.action.run();
        afterEvent.run();
        return true;
    }

    private void rethrow() {
        Throwable thrown = failure;
        if (thrown != null) {
            failure = null;
            throw new AssertionError("in the world of seed " + seed + " at " + now + " ns: " + thrown, thrown);
        }
    }

    void failed(Throwable thrown) {
        if (failure == null && (faults == null || !faults.isIt(thrown))) {
            failure = thrown;
        }
    }

    SplittableRandom random() {
        return random;
    }

    LinkConditions conditions() {
        return conditions;
    }

    PeerCredentials unixPeer() {
        return unixPeer;
    }

    @Nullable SimulatedReactor current() {
        return current;
    }

    void current(@Nullable SimulatedReactor reactor) {
        current = reactor;
    }

    void after(long nanos, Runnable action) {
        events.add(now + nanos, false, action);
    }

    void at(long time, Runnable action) {
        events.add(time, false, action);
    }

    EventQueue.Event timer(long delayNanos, Runnable action) {
        return events.add(now + Math.max(0, delayNanos), true, action);
    }

    long latency() {
        return random.nextLong(conditions.minLatencyNanos(), conditions.maxLatencyNanos() + 1);
    }

    int newPort() {
        nextPort = nextPort == LAST_PORT ? FIRST_PORT : nextPort + 1;
        return nextPort;
    }

    /** One more; returns its number. */
    int opened() {
        openConnections++;
        return ++lastConnection;
    }

    void closed() {
        openConnections--;
    }

    void add(SimulatedListener listener, boolean reusePort) throws IOException {
        List<SimulatedListener> there = listeners.computeIfAbsent(listener.address(), address -> new ArrayList<>());
        if (!there.isEmpty() && !reusePort) {
            throw new IOException("cannot listen on " + listener.address() + ": Address already in use");
        }
        there.add(listener);
    }

    void remove(SimulatedListener listener) {
        List<SimulatedListener> there = listeners.get(listener.address());
        if (there != null) {
            there.remove(listener);
        }
    }

    boolean isSilent(SocketAddress address) {
        return silent.contains(address);
    }

    /** Who answers on {@code address}: a listener there, or on the wildcard with the same port. */
    @Nullable SimulatedListener listenerOf(SocketAddress address) {
        List<SimulatedListener> there = listeners.get(address);
        if ((there == null || there.isEmpty()) && address instanceof InetSocketAddress inet) {
            there = listeners.get(new InetSocketAddress(wildcard(), inet.getPort()));
        }
        return there == null || there.isEmpty() ? null : there.get(random.nextInt(there.size()));
    }

    private static InetAddress wildcard() {
        return InetAddress.ofLiteral("0.0.0.0");
    }
}
