package org.pgsluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.pgsluice.simulation.SimulatedNetwork;
import org.pgsluice.simulation.SimulatedOffload;
import org.pgsluice.simulation.SimulatedReactor;

class CachingResolverTest {
    private static final long SECOND = 1_000_000_000;
    private static final InetAddress ONE = InetAddress.ofLiteral("10.0.0.1");
    private static final InetAddress TWO = InetAddress.ofLiteral("10.0.0.2");
    private static final InetAddress THREE = InetAddress.ofLiteral("2001:db8::3");

    private final SimulatedNetwork network = new SimulatedNetwork(7);
    private final SimulatedReactor first = network.addReactor();
    private final SimulatedReactor second = network.addReactor();
    private final SimulatedOffload offload = network.offload(SECOND / 10);
    private final List<@Nullable List<InetAddress>> answers = new ArrayList<>();
    private long ttl = 15 * SECOND;
    private @Nullable List<InetAddress> known = List.of(ONE, TWO, THREE);
    private final CachingResolver resolver = new CachingResolver(offload, this::lookup, () -> ttl, () -> 5 * SECOND);

    private List<InetAddress> lookup(String host) throws UnknownHostException {
        List<InetAddress> found = known;
        if (found == null) {
            throw new UnknownHostException(host);
        }
        return found;
    }

    private void ask(SimulatedReactor reactor, String host) {
        reactor.perform(() -> resolver.resolve(host, reactor, addresses -> {
            assertThat(reactor.inReactor()).isTrue();
            answers.add(addresses);
        }));
    }

    @Test
    void literalsAreAnsweredAtOnceAndWithoutALookUp() {
        ask(first, "192.168.1.7");
        ask(first, "::1");
        ask(first, "1.2.3.4.5");

        assertThat(answers).containsExactly(List.of(InetAddress.ofLiteral("192.168.1.7")), List.of(InetAddress.ofLiteral("::1")), null);
        assertThat(offload.called()).isZero();
        assertThat(resolver.snapshot(0)).isEmpty();
    }

    @Test
    void callersAtTheSameTimeShareOneLookUpAndRotate() {
        ask(first, "db");
        ask(second, "db");
        ask(first, "db");
        assertThat(resolver.pending()).isEqualTo(1);
        network.runUntilIdle();

        assertThat(offload.called()).isEqualTo(1);
        assertThat(answers).containsExactlyInAnyOrder(List.of(ONE, TWO, THREE), List.of(TWO, THREE, ONE), List.of(THREE, ONE, TWO));
        assertThat(resolver.pending()).isZero();
    }

    @Test
    void lookUpThatHangsIsWaitedForHalfAMinute() {
        Offload never = new Offload() {
            @Override
            public <T> void call(Kind kind, Callable<T> work, Reactor reactor, Completion<T> then) {}
        };
        CachingResolver hanging = new CachingResolver(never, this::lookup, () -> ttl, () -> 5 * SECOND);
        first.perform(() -> hanging.resolve("db", first, answers::add));

        network.advance(29 * SECOND);
        assertThat(answers).isEmpty();
        network.advance(2 * SECOND);

        assertThat(answers).containsExactly((List<InetAddress>) null);
        assertThat(hanging.pending()).isZero();
    }

    @Test
    void cachedAnswerComesAtOnceUntilItIsOutOfDate() {
        ask(first, "db");
        network.runUntilIdle();
        network.advance(14 * SECOND);
        ask(first, "db");
        assertThat(answers).hasSize(2);

        network.advance(2 * SECOND);
        known = List.of(TWO);
        ask(first, "db");
        assertThat(answers).hasSize(2);
        network.runUntilIdle();

        assertThat(answers.getLast()).isEqualTo(List.of(TWO));
        assertThat(offload.called()).isEqualTo(2);
    }

    @Test
    void failureHoldsForItsOwnTime() {
        known = null;
        ask(first, "nowhere");
        network.runUntilIdle();
        ask(first, "nowhere");
        network.advance(6 * SECOND);
        known = List.of(ONE);
        ask(first, "nowhere");
        network.runUntilIdle();

        assertThat(answers).containsExactly(null, null, List.of(ONE));
    }

    @Test
    void timeToLiveMayChangeWhileRunning() {
        ttl = SECOND;
        ask(first, "db");
        network.runUntilIdle();
        network.advance(2 * SECOND);
        ttl = 100 * SECOND;
        ask(first, "db");
        network.runUntilIdle();
        network.advance(50 * SECOND);
        ask(first, "db");

        assertThat(offload.called()).isEqualTo(2);
        assertThat(answers).hasSize(3);
    }

    @Test
    void snapshotShowsNamesTimesAndAddresses() {
        ask(first, "db");
        network.runUntilIdle();
        long answered = network.nanoTime();

        assertThat(resolver.snapshot(answered)).containsExactly(new CachingResolver.Host("db", 15, List.of(ONE, TWO, THREE)));
        assertThat(resolver.snapshot(answered + 3 * SECOND).getFirst().ttlSeconds()).isEqualTo(12);
        assertThat(resolver.snapshot(answered + 99 * SECOND).getFirst().ttlSeconds()).isZero();
    }

    @Test
    void systemKnowsLocalhost() {
        try (SocketWorld world = new SocketWorld("nio", false);
                ExecutorOffload threads = new ExecutorOffload(2, 1, 100)) {
            CachingResolver system = new CachingResolver(threads, CachingResolver.system(), () -> SECOND, () -> SECOND);
            List<List<InetAddress>> found = new CopyOnWriteArrayList<>();
            world.reactor(0).execute(() -> system.resolve("localhost", world.reactor(0), found::add));

            world.await(() -> !found.isEmpty());
            assertThat(found.getFirst()).isNotEmpty().allMatch(InetAddress::isLoopbackAddress);
        }
    }
}
