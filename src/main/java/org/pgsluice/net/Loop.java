package org.pgsluice.net;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What every {@link ThreadedReactor} has, whatever tells it of its sockets: the thread, its clock, timers and tasks, and the sleep that a task ends. A turn is:
 * due timers, tasks, what the poller has left over, then wait and serve events. Tasks that the own thread gives itself stand in a queue of their own, without
 * lock or allocation, and run right behind the events that queued them: that is how a server goes to the next client. For the own thread unless a method says
 * otherwise.
 */
final class Loop {
    /** So many tasks of other threads at most before sockets are served again. */
    private static final int TASKS_PER_TURN = 1024;
    /** So late may a lazy timer be, and so long nothing must have happened before it may. */
    private static final long SLACK_NANOS = 1_000_000_000;

    /** So many turns in a row may fail before the loop gives up: it would spin, and serve nobody. */
    private static final int MOST_FAILURES = 100;

    private final int index;
    private final Incidents incidents;
    private final Poller poller;
    private final TimerHeap timers = new TimerHeap();
    private final TimerHeap lazyTimers = new TimerHeap();
    private final ArrayDeque<Runnable> ownTasks = new ArrayDeque<>();
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean asleep = new AtomicBoolean();
    private long now;
    /** When the last event came. */
    private long stirredAt;
    private boolean sampled;
    private boolean waited;
    private long longestTurn;
    private volatile Thread thread;
    private volatile boolean stopping;

    Loop(int index, Incidents incidents, Poller poller) {
        this.index = index;
        this.incidents = incidents;
        this.poller = poller;
        thread = Thread.currentThread();
        now = System.nanoTime();
        stirredAt = now;
    }

    /** The sockets of the loop. */
    interface Poller {
        /** The last thing before {@link #poll}. Returns whether there is more to do, so that the poll must not wait. */
        boolean settle();

        /**
         * Waits for events and serves them; calls {@link #awake} before the first.
         *
         * @param millis how long to wait at most: 0 not at all, -1 for ever
         */
        void poll(long millis) throws IOException;

        /** Ends a wait. Any thread, also when the loop is over. */
        void wake();

        /** The loop is over: closes all that it has. */
        void close();
    }

    void start() {
        assert inReactor() : "start() belongs to the thread that made the reactor";
        Thread loop = new Thread(new Body(), "reactor-" + index);
        thread = loop;
        loop.start();
    }

    /** Any thread. */
    void stop() {
        stopping = true;
        wake();
    }

    /** Any other thread. */
    boolean awaitStopped(long millis) throws InterruptedException {
        Thread loop = thread;
        assert loop != Thread.currentThread();
        loop.join(millis);
        return !loop.isAlive();
    }

    /** Any thread. */
    boolean inReactor() {
        return Thread.currentThread() == thread;
    }

    /** Time of the turn. */
    long now() {
        return now;
    }

    /** Any thread. */
    void execute(Runnable task) {
        if (inReactor()) {
            ownTasks.add(task);
            return;
        }
        tasks.offer(task);
        if (asleep.get()) {
            wake();
        }
    }

    /** Like {@link #execute}, for what can wait until the loop wakes for another reason. Any thread. */
    void executeWhenAwake(Runnable task) {
        tasks.offer(task);
    }

    Reactor.Timer schedule(long delayNanos, Runnable task) {
        // The turn's sample may be old by now, and a timer must not come early.
        return timers.add(System.nanoTime() + delayNanos, task);
    }

    Reactor.Timer scheduleLazily(long delayNanos, Runnable task) {
        return lazyTimers.add(System.nanoTime() + delayNanos, task);
    }

    void uncaught(Throwable thrown) {
        incidents.onUncaught(thrown);
    }

    /** Ends a wait of the loop, if it waits. Any thread. */
    void wake() {
        if (asleep.compareAndSet(true, false)) {
            poller.wake();
        }
    }

    /**
     * The wait of this turn is over: samples the clock, once a turn.
     *
     * @param stirred whether it was an event that ended it
     */
    void awake(boolean stirred) {
        if (!sampled) {
            sampled = true;
            asleep.setRelease(false);
            long before = now;
            now = System.nanoTime();
            if (!waited) {
                turnEnded(before, now);
            }
            if (stirred) {
                stirredAt = now;
            }
        }
    }

    /** The longest turn since the last call, in nanoseconds, and begins anew. */
    long takeLongestTurn() {
        long longest = longestTurn;
        longestTurn = 0;
        return longest;
    }

    /** Only where the clock is read for another reason: a turn that ends without a timer to wait for is not measured. */
    private void turnEnded(long begun, long ended) {
        if (ended - begun > longestTurn) {
            longestTurn = ended - begun;
        }
    }

    private void turn() throws IOException {
        runTimers(timers);
        runTimers(lazyTimers);
        runTasks();
        runOwnTasks();
        boolean more = poller.settle();
        sampled = false;
        long wait = more || !ownTasks.isEmpty() || !tasks.isEmpty() ? 0 : waitMillis();
        if (wait != 0) {
            asleep.set(true);
            // Whoever queued a task before this flag was up did not wake us.
            if (!tasks.isEmpty() || stopping) {
                wait = 0;
            }
        }
        waited = wait != 0;
        poller.poll(wait);
        awake(false);
    }

    /** How long the loop may wait: -1 for ever, 0 not at all. Rounded up, since a timer must not come early. */
    private long waitMillis() {
        if (timers.isEmpty() && lazyTimers.isEmpty()) {
            return -1;
        }
        long at = System.nanoTime();
        turnEnded(now, at);
        long nanos = timers.nanosToFirst(at);
        if (!lazyTimers.isEmpty()) {
            long slack = at - stirredAt > SLACK_NANOS ? SLACK_NANOS : 0;
            nanos = Math.min(nanos, lazyTimers.nanosToFirst(at) + slack);
        }
        return nanos / 1_000_000 + (nanos % 1_000_000 == 0 ? 0 : 1);
    }

    private void runTimers(TimerHeap due) {
        Runnable task = due.pollDue(now);
        while (task != null) {
            run(task);
            task = due.pollDue(now);
        }
    }

    private void runTasks() {
        for (int i = 0; i < TASKS_PER_TURN; i++) {
            Runnable task = tasks.poll();
            if (task == null) {
                return;
            }
            run(task);
        }
    }

    /** Runs the tasks of the own thread that are there now; what they queue waits for the next time. The poller calls it between events. */
    void runOwnTasks() {
        for (int left = ownTasks.size(); left > 0; left--) {
            Runnable task = ownTasks.poll();
            if (task != null) {
                run(task);
            }
        }
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable thrown) {
            uncaught(thrown);
        }
    }

    private final class Body implements Runnable {
        @Override
        public void run() {
            now = System.nanoTime();
            try {
                repeat();
            } catch (Throwable fatal) {
                incidents.onLoopEnded(fatal);
            } finally {
                poller.close();
            }
        }

        private void repeat() throws IOException {
            int failedInARow = 0;
            while (!stopping) {
                try {
                    turn();
                    failedInARow = 0;
                } catch (IOException | RuntimeException failed) {
                    asleep.set(false);
                    if (++failedInARow > MOST_FAILURES) {
                        throw failed;
                    }
                    uncaught(failed);
                }
            }
        }
    }
}
