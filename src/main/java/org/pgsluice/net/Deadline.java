package org.pgsluice.net;

import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Work of an {@link Offload} that is waited for until a certain time only. What is told of the outcome belongs to the reactor; the work itself runs on another
 * thread, which is interrupted when the time is over.
 */
final class Deadline<T> implements Callable<T>, Offload.Completion<T> {
    private final Callable<T> work;
    private final Offload.Completion<T> then;
    private final Object running = new Object();
    private @Nullable Thread worker;
    private boolean over;
    private Reactor.@Nullable Timer timer;

    Deadline(Callable<T> work, Offload.Completion<T> then) {
        this.work = work;
        this.then = then;
    }

    void startsAt(Reactor reactor, long limitNanos) {
        timer = reactor.schedule(limitNanos, this::expire);
    }

    @Override
    public T call() throws Exception {
        synchronized (running) {
            if (over) {
                throw new CancellationException();
            }
            worker = Thread.currentThread();
        }
        try {
            return work.call();
        } finally {
            synchronized (running) {
                worker = null;
                // An interrupt that came at the last moment is not for the thread's next work.
                Thread.interrupted();
            }
        }
    }

    private void expire() {
        if (end()) {
            then.onFailed(new TimeoutException());
        }
    }

    @Override
    public void onDone(T result) {
        if (end()) {
            then.onDone(result);
        }
    }

    @Override
    public void onFailed(Exception failure) {
        if (end()) {
            then.onFailed(failure);
        }
    }

    /** Whether this is the first outcome. On the reactor. */
    private boolean end() {
        Reactor.Timer pending = timer;
        if (pending != null) {
            pending.cancel();
        }
        synchronized (running) {
            boolean first = !over;
            over = true;
            if (worker != null) {
                worker.interrupt();
            }
            return first;
        }
    }
}
