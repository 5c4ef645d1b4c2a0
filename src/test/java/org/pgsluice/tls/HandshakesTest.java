package org.pgsluice.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.pgsluice.net.Incidents;
import org.pgsluice.net.NioReactor;

/** On a real loop: the simulated one has no turns that timers could wait for. */
class HandshakesTest {
    private static final int WAITING = 3;

    private final List<String> done = new CopyOnWriteArrayList<>();
    private final CountDownLatch all = new CountDownLatch(WAITING);

    @Test
    void othersHaveTheirTurnBetweenTheHandshakesOfManyWhoConnectAtOnce() throws IOException, InterruptedException {
        NioReactor reactor = new NioReactor(0, new Noted());
        reactor.start();

        reactor.execute(() -> {
            Handshakes handshakes = new Handshakes();
            for (int i = 0; i < Handshakes.MOST_AT_ONCE; i++) {
                assertThat(handshakes.begin(reactor, () -> true)).isTrue();
            }
            handshakes.begin(reactor, () -> false); // has left by then
            for (int i = 0; i < WAITING; i++) {
                String name = "handshake " + i;
                assertThat(handshakes.begin(reactor, () -> {
                    done.add(name);
                    reactor.execute(() -> {
                        done.add("others");
                        all.countDown();
                    });
                    return true;
                })).isFalse();
            }
        });

        assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
        reactor.stop();
        assertThat(reactor.awaitStopped(10_000)).isTrue();
        assertThat(done).containsExactly("handshake 0", "others", "handshake 1", "others", "handshake 2", "others");
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
