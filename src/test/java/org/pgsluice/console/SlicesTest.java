package org.pgsluice.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pgsluice.net.Incidents;
import org.pgsluice.net.NioReactor;

/** On a real loop: the simulated one has no turns that timers could wait for. */
class SlicesTest {
    private static final int CONSOLES = 3;

    private final List<String> done = new CopyOnWriteArrayList<>();
    private final CountDownLatch all = new CountDownLatch(CONSOLES);
    private NioReactor reactor;

    @BeforeEach
    void start() throws IOException {
        reactor = new NioReactor(0, new Noted());
        reactor.start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        reactor.stop();
        assertThat(reactor.awaitStopped(10_000)).isTrue();
    }

    @Test
    void othersHaveTheirTurnBetweenTheSlicesOfManyConsoles() throws InterruptedException {
        reactor.execute(() -> {
            Slices slices = new Slices(reactor);
            for (int console = 0; console < CONSOLES; console++) {
                String name = "console " + console;
                slices.add(() -> {
                    done.add(name);
                    reactor.execute(() -> {
                        done.add("others");
                        all.countDown();
                    });
                });
            }
        });

        assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(done).containsExactly("console 0", "others", "console 1", "others", "console 2", "others");
    }

    @Test
    void sliceThatFailsHoldsUpNoneBehindIt() throws InterruptedException {
        CountDownLatch next = new CountDownLatch(1);

        reactor.execute(() -> {
            Slices slices = new Slices(reactor);
            slices.add(() -> {
                throw new IllegalStateException("broken");
            });
            slices.add(next::countDown);
        });

        assertThat(next.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(done).singleElement().asString().contains("broken");
    }

    private final class Noted implements Incidents {
        @Override
        public void onUncaught(Throwable thrown) {
            done.add(thrown.toString());
        }

        @Override
        public void onLoopEnded(Throwable thrown) {
            done.add(thrown.toString());
        }

        @Override
        public void onWarning(String message) {}

        @Override
        public void onError(String message) {}
    }
}
