package org.pgsluice.net;

import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** An {@link Offload} on a few daemon threads with a bounded queue. A thread that has had nothing to do for a while ends. When the queue is full the work fails. */
public final class ExecutorOffload implements Offload, AutoCloseable {
    private static final long IDLE_SECONDS = 30;

    private final ThreadPoolExecutor executor;

    /** No thread is started before there is work. */
    public ExecutorOffload(int threads, int queued) {
        executor = new ThreadPoolExecutor(threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(queued), new Daemons());
        executor.allowCoreThreadTimeOut(true);
    }

    @Override
    public <T> void call(Callable<T> work, Reactor reactor, Completion<T> then) {
        try {
            executor.execute(new Job<>(work, reactor, then));
        } catch (RejectedExecutionException full) {
            reactor.execute(() -> then.onFailed(full));
        }
    }

    /** How much work waits for a thread. Any thread. */
    public int queued() {
        return executor.getQueue().size();
    }

    /** Takes no more work, drops what waits and interrupts what runs. */
    @Override
    public void close() {
        executor.shutdownNow();
    }

    private record Job<T>(Callable<T> work, Reactor reactor, Completion<T> then) implements Runnable {
        @Override
        public void run() {
            T result;
            try {
                result = work.call();
            } catch (Exception failure) {
                reactor.execute(() -> then.onFailed(failure));
                return;
            } catch (Throwable error) {
                reactor.execute(() -> then.onFailed(new IllegalStateException(error)));
                return;
            }
            reactor.execute(() -> then.onDone(result));
        }
    }

    private static final class Daemons implements ThreadFactory {
        private final AtomicInteger made = new AtomicInteger();

        @Override
        public Thread newThread(Runnable task) {
            Thread thread = new Thread(task, "offload-" + made.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        }
    }
}
