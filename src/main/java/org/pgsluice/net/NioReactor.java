package org.pgsluice.net;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Reactor} on a {@link Selector}: portable, without native code. Until {@link #start} the thread that made it counts as its own, so that listeners can be
 * opened before the loop runs; afterwards the thread {@code reactor-N} does. A turn of the loop is: due timers, tasks, changed interests, then wait and serve events.
 */
public final class NioReactor implements Reactor {
    private static final int KEPT_DIRTY = 1024;
    private static final Runnable TURN_END = new TurnEnd();

    private final int index;
    private final Incidents incidents;
    private final Selector selector;
    private final Buffers buffers = new Buffers();
    private final TimerHeap timers = new TimerHeap();
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean asleep = new AtomicBoolean();
    private final Consumer<SelectionKey> serve = new Serve();
    private final SocketTuning tuning;
    private @Nullable NioConnection[] dirty = new NioConnection[64];
    private int dirtyCount;
    private long now;
    private boolean sampled;
    private volatile Thread thread;
    private volatile boolean stopping;

    /**
     * Opens the selector; nothing runs yet.
     *
     * @throws IOException when the operating system gives no selector
     */
    public NioReactor(int index, Incidents incidents) throws IOException {
        this.index = index;
        this.incidents = incidents;
        selector = Selector.open();
        tuning = new SocketTuning(incidents);
        thread = Thread.currentThread();
        now = System.nanoTime();
    }

    /** Starts the loop on a thread of its own. Once. */
    public void start() {
        assert inReactor() : "start() belongs to the thread that made the reactor";
        Thread loop = new Thread(new Loop(), "reactor-" + index);
        thread = loop;
        loop.start();
    }

    /** Asks the loop to end: it closes its listeners and connections without a word to their handlers. Any thread. */
    public void stop() {
        stopping = true;
        wake();
    }

    /** Waits until the loop has ended. Any other thread. Returns whether it has. */
    public boolean awaitStopped(long millis) throws InterruptedException {
        Thread loop = thread;
        assert loop != Thread.currentThread();
        loop.join(millis);
        return !loop.isAlive();
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public boolean inReactor() {
        return Thread.currentThread() == thread;
    }

    @Override
    public long nanoTime() {
        assert inReactor();
        return now;
    }

    @Override
    public long freshNanoTime() {
        return System.nanoTime();
    }

    @Override
    public void execute(Runnable task) {
        tasks.offer(task);
        if (asleep.get()) {
            wake();
        }
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        assert inReactor();
        // The turn's sample may be old by now, and a timer must not come early.
        return timers.add(System.nanoTime() + delayNanos, task);
    }

    @Override
    public Buffers buffers() {
        assert inReactor();
        return buffers;
    }

    @Override
    public Listener listen(SocketAddress address, ListenOptions options, Acceptor acceptor) throws IOException {
        assert inReactor();
        return NioListener.open(this, address, options, acceptor);
    }

    @Override
    public DialAttempt dial(SocketAddress address, SocketOptions options, DialHandler dial) {
        assert inReactor();
        return NioDial.start(this, address, options, dial);
    }

    Selector selector() {
        return selector;
    }

    Incidents incidents() {
        return incidents;
    }

    SocketTuning tuning() {
        return tuning;
    }

    /** Has {@link NioConnection#applyInterest} called before the loop waits again. */
    void interestChanged(NioConnection connection) {
        if (dirtyCount == dirty.length) {
            dirty = Arrays.copyOf(dirty, dirtyCount * 2);
        }
        dirty[dirtyCount++] = connection;
    }

    /** Ends a wait of the loop, if it waits. Any thread. */
    void wake() {
        if (asleep.compareAndSet(true, false)) {
            selector.wakeup();
        }
    }

    void uncaught(Throwable thrown) {
        incidents.onUncaught(thrown);
    }

    private void turn() throws IOException {
        runTimers();
        runTasks();
        applyInterests();
        sampled = false;
        long waitMillis = waitMillis();
        if (waitMillis != 0 && tasks.isEmpty()) {
            asleep.set(true);
            // Whoever queued a task before this flag was up did not wake us.
            if (tasks.isEmpty() && !stopping) {
                selector.select(serve, waitMillis < 0 ? 0 : waitMillis);
                asleep.set(false);
            } else {
                asleep.set(false);
                selector.selectNow(serve);
            }
        } else {
            selector.selectNow(serve);
        }
        if (!sampled) {
            now = System.nanoTime();
        }
    }

    /** How long the loop may wait: -1 for ever, 0 not at all. Rounded up, since a timer must not come early. */
    private long waitMillis() {
        if (timers.isEmpty()) {
            return -1;
        }
        long nanos = timers.nanosToFirst(System.nanoTime());
        return nanos / 1_000_000 + (nanos % 1_000_000 == 0 ? 0 : 1);
    }

    private void runTimers() {
        Runnable task = timers.pollDue(now);
        while (task != null) {
            run(task);
            task = timers.pollDue(now);
        }
    }

    /** Runs the tasks that are there now; what they queue waits for the next turn, so that sockets are served in between. */
    private void runTasks() {
        if (tasks.isEmpty()) {
            return;
        }
        tasks.offer(TURN_END);
        Runnable task = tasks.poll();
        while (task != null && task != TURN_END) {
            run(task);
            task = tasks.poll();
        }
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable thrown) {
            uncaught(thrown);
        }
    }

    private void applyInterests() {
        for (int i = 0; i < dirtyCount; i++) {
            NioConnection connection = dirty[i];
            dirty[i] = null;
            if (connection != null) {
                apply(connection);
            }
        }
        dirtyCount = 0;
        if (dirty.length > KEPT_DIRTY) {
            dirty = new NioConnection[KEPT_DIRTY];
        }
    }

    private void apply(NioConnection connection) {
        try {
            connection.applyInterest(this);
        } catch (IOException | CancelledKeyException closedMeanwhile) {
            connection.close();
        }
    }

    private void closeAll() {
        for (SelectionKey key : selector.keys()) {
            if (key.attachment() instanceof KeyOwner owner) {
                owner.onStop(this);
            }
        }
        try {
            selector.selectNow(); // lets go of the closed channels
            selector.close();
        } catch (IOException failed) {
            uncaught(failed);
        }
    }

    /** What is attached to a key. */
    interface KeyOwner {
        /** The channel is ready for {@code key.readyOps()}; {@code at} is the reactor that found it. Must not throw. */
        void onReady(SelectionKey key, NioReactor at);

        /** The reactor ends: close what it owns. */
        void onStop(NioReactor at);
    }

    private final class Serve implements Consumer<SelectionKey> {
        @Override
        public void accept(SelectionKey key) {
            if (!sampled) {
                sampled = true;
                asleep.set(false);
                now = System.nanoTime();
            }
            ((KeyOwner) key.attachment()).onReady(key, NioReactor.this);
        }
    }

    private final class Loop implements Runnable {
        @Override
        public void run() {
            now = System.nanoTime();
            while (!stopping) {
                try {
                    turn();
                } catch (IOException | RuntimeException failed) {
                    asleep.set(false);
                    uncaught(failed);
                }
            }
            closeAll();
        }
    }

    private static final class TurnEnd implements Runnable {
        @Override
        public void run() {}
    }
}
