package org.pgsluice.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.atomic.AtomicLong;

/** One thread and its clients. */
final class Loop implements Runnable {
    private static final long TICK_NANOS = 100_000_000;
    private static final long PARTING_NANOS = 3_000_000_000L;

    final Round round;
    final Selector selector;
    /** Transactions while measured; this thread writes. */
    final AtomicLong transactions = new AtomicLong();

    final Latencies latencies = new Latencies();
    final Latencies logins = new Latencies();
    private final Session[] sessions;
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(1 << 17);
    private int announced;
    private int connected;
    private int loggingIn;

    Loop(Round round, int number) throws IOException {
        this.round = round;
        this.selector = Selector.open();
        sessions = new Session[(round.clients - number + round.threads - 1) / round.threads];
        for (int i = 0; i < sessions.length; i++) {
            sessions[i] = new Session(round, this, number + i * round.threads);
        }
    }

    @Override
    public void run() {
        try {
            work();
        } catch (IOException | RuntimeException e) {
            round.failed(String.valueOf(e));
        }
    }

    private void work() throws IOException {
        boolean slow = round.kind.equals("slow");
        boolean started = false;
        long lastTick = System.nanoTime();
        while (!round.stop) {
            connectMore();
            if (round.go && !started) {
                started = true;
                for (Session session : sessions) {
                    session.begin();
                }
            }
            selector.select(this::serve, slow ? 20 : 200);
            if (slow && System.nanoTime() - lastTick >= TICK_NANOS) {
                lastTick = System.nanoTime();
                for (Session session : sessions) {
                    session.tick();
                }
            }
        }
        long until = System.nanoTime() + PARTING_NANOS;
        while (!slow && !allQuiet() && System.nanoTime() < until) {
            selector.select(this::serve, 20);
        }
        for (Session session : sessions) {
            session.close();
        }
        selector.close();
    }

    private void connectMore() {
        if (round.kind.equals("connect") && !round.go) {
            while (announced < sessions.length) {
                announced++;
                round.loggedIn.countDown();
            }
            return;
        }
        int allowed = round.concurrency == 0 || round.kind.equals("connect") ? sessions.length : Math.max(1, round.concurrency / round.threads);
        while (connected < sessions.length && loggingIn < allowed) {
            loggingIn++;
            sessions[connected++].connect();
        }
    }

    private void serve(SelectionKey key) {
        ((Session) key.attachment()).serve(scratch);
    }

    private boolean allQuiet() {
        for (Session session : sessions) {
            if (!session.quiet()) {
                return false;
            }
        }
        return true;
    }

    void done(long nanos) {
        transactions.lazySet(transactions.get() + 1);
        latencies.add(nanos);
    }

    void loggedIn(long nanos) {
        logins.add(nanos);
        loginEnded();
    }

    void loginEnded() {
        loggingIn--;
    }

    /** The fewest and most transactions that one of its clients had. */
    int[] range() {
        int least = Integer.MAX_VALUE;
        int most = 0;
        for (Session session : sessions) {
            least = Math.min(least, session.measured());
            most = Math.max(most, session.measured());
        }
        return new int[] {least, most};
    }
}
