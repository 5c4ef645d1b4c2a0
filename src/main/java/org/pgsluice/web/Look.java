package org.pgsluice.web;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.pgsluice.admin.view.Part;
import org.pgsluice.admin.view.PoolerView;
import org.pgsluice.admin.view.Snapshot;

/** Looks at the pooler for threads that may wait. Any thread but a reactor's. */
final class Look {
    private static final long WAIT_SECONDS = 5;

    private final PoolerView view;
    private final Executor main;

    /** @param main the first reactor */
    Look(PoolerView view, Executor main) {
        this.view = view;
        this.main = main;
    }

    /** These parts, as they are now. */
    Snapshot at(Set<Part<?>> parts) throws NoAnswerException {
        CompletableFuture<Snapshot> answer = new CompletableFuture<>();
        main.execute(() -> view.collect(parts, answer::complete));
        try {
            return answer.get(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new NoAnswerException("the event loops have not answered for " + WAIT_SECONDS + " seconds", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NoAnswerException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
