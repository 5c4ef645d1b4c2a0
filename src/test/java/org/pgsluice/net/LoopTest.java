package org.pgsluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** How a loop ends that cannot go on. */
class LoopTest {
    private final List<Throwable> uncaught = new CopyOnWriteArrayList<>();
    private final List<Throwable> ended = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    @Test
    void errorOfTheLoopItselfIsReportedAndClosesAllItHas() throws InterruptedException {
        Loop loop = start(() -> new OutOfMemoryError("Java heap space"));

        assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(loop.awaitStopped(10_000)).isTrue();
        assertThat(ended).singleElement().isInstanceOf(OutOfMemoryError.class);
    }

    @Test
    void loopThatFailsAgainAndAgainGivesUpInsteadOfSpinning() throws InterruptedException {
        Loop loop = start(() -> new IllegalStateException("again"));

        assertThat(loop.awaitStopped(10_000)).isTrue();
        assertThat(ended).singleElement().isInstanceOf(IllegalStateException.class);
        assertThat(uncaught).hasSizeLessThan(1_000);
    }

    private Loop start(Supplier<Throwable> failure) throws InterruptedException {
        Loop[] made = new Loop[1];
        Thread maker = new Thread(() -> {
            made[0] = new Loop(0, new Kept(), new FailingPoller(failure));
            made[0].start();
        });
        maker.start();
        maker.join();
        return made[0];
    }

    private final class FailingPoller implements Loop.Poller {
        private final Supplier<Throwable> failure;

        FailingPoller(Supplier<Throwable> failure) {
            this.failure = failure;
        }

        @Override
        public boolean settle() {
            return false;
        }

        @Override
        public void poll(long millis) throws IOException {
            switch (failure.get()) {
                case Error error -> throw error;
                case RuntimeException exception -> throw exception;
                case IOException exception -> throw exception;
                case Throwable other -> throw new AssertionError(other);
            }
        }

        @Override
        public void wake() {}

        @Override
        public void close() {
            closed.countDown();
        }
    }

    private final class Kept implements Incidents {
        @Override
        public void onUncaught(Throwable thrown) {
            uncaught.add(thrown);
        }

        @Override
        public void onLoopEnded(Throwable thrown) {
            ended.add(thrown);
        }

        @Override
        public void onWarning(String message) {}

        @Override
        public void onError(String message) {}
    }
}
