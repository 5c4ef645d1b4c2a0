package org.pgsluice.net;

import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An {@link Offload} on daemon threads, some for each kind of work, with a bounded queue each. A thread that has had nothing to do for a while ends. When a
 * queue is full the work fails.
 */
public final class ExecutorOffload implements Offload, AutoCloseable {
    private static final long IDLE_SECONDS = 30;
    /** Those who log in by LDAP or PAM while it hangs wait for each other alone. Their threads are started when needed. */
    private static final int JUDGES = 64;
    /** Beyond that a login fails at once: it would not come to its turn in time. */
    private static final int MOST_JUDGED = 1_000;

    private final ThreadPoolExecutor names;
    private final ThreadPoolExecutor keys;
    private final ThreadPoolExecutor files;
    private final ThreadPoolExecutor ldap;
    private final ThreadPoolExecutor pam;

    /**
     * No thread is started before there is work.
     *
     * @param names how many name look-ups run at a time
     * @param keys how many keys are derived at a time; more than there are processors would only take them from the reactors
     * @param queued how much work of each kind may wait
     */
    public ExecutorOffload(int names, int keys, int queued) {
        this.names = executor("names-", names, queued);
        this.keys = executor("keys-", keys, queued);
        // One thread: two reloads are read in the order in which they were asked for.
        this.files = executor("files-", 1, queued);
        this.ldap = executor("ldap-", JUDGES, Math.min(queued, MOST_JUDGED));
        this.pam = executor("pam-", JUDGES, Math.min(queued, MOST_JUDGED));
    }

    private static ThreadPoolExecutor executor(String prefix, int threads, int queued) {
        ThreadPoolExecutor executor =
                new ThreadPoolExecutor(threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(queued), new Daemons(prefix));
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    private ThreadPoolExecutor executor(Kind kind) {
        return switch (kind) {
            case NAMES -> names;
            case KEYS -> keys;
            case FILES -> files;
            case LDAP -> ldap;
            case PAM -> pam;
        };
    }

    @Override
    public <T> void call(Kind kind, Callable<T> work, Reactor reactor, Completion<T> then) {
        try {
            executor(kind).execute(new Job<>(work, reactor, then));
        } catch (RejectedExecutionException full) {
            reactor.execute(() -> then.onFailed(full));
        }
    }

    /** Takes no more work, drops what waits and interrupts what runs. */
    @Override
    public void close() {
        names.shutdownNow();
        keys.shutdownNow();
        files.shutdownNow();
        ldap.shutdownNow();
        pam.shutdownNow();
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
        private final String prefix;
        private final AtomicInteger made = new AtomicInteger();

        Daemons(String prefix) {
            this.prefix = prefix;
        }

        @Override
        public Thread newThread(Runnable task) {
            Thread thread = new Thread(task, prefix + made.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        }
    }
}
