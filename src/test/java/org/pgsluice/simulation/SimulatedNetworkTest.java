package org.pgsluice.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.pgsluice.net.Connection;
import org.pgsluice.net.ListenOptions;
import org.pgsluice.net.Reactor;
import org.pgsluice.net.SocketOptions;

class SimulatedNetworkTest {
    private static final SocketAddress ADDRESS = new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 5432);
    private static final ListenOptions OPTIONS = new ListenOptions(10_000, false, 0, 0777, null, SocketOptions.DEFAULT);

    private final List<String> trace = new ArrayList<>();
    private int finished;
    private int broken;

    /** Echoes until the other end has closed. */
    private final class Echo implements Connection.Handler {
        private final Connection connection;

        private Echo(Connection connection) {
            this.connection = connection;
            connection.handler(this);
            connection.wantRead(true);
        }

        @Override
        public void onReadable() {
            ByteBuffer in = connection.reactor().buffers().in().clear().limit(1);
            try {
                int count = connection.read(in);
                if (count < 0 || connection.write(in.flip()) < count) {
                    connection.close();
                }
            } catch (IOException failed) {
                broken++;
                connection.close();
            }
        }

        @Override
        public void onWritable() {}
    }

    /** Sends bytes one by one, each when the one before has come back. */
    private class Caller implements Connection.Handler, Reactor.DialHandler {
        private final SimulatedNetwork network;
        private final int name;
        private Connection connection;
        private int left;

        private Caller(SimulatedNetwork network, int name, int rounds) {
            this.network = network;
            this.name = name;
            this.left = rounds;
        }

        @Override
        public void onConnected(Connection connected) {
            connection = connected;
            connection.handler(this);
            connection.wantRead(true);
            send();
        }

        @Override
        public void onDialFailed(IOException reason) {
            trace.add(name + " " + reason.getMessage());
        }

        private void send() {
            ByteBuffer out = connection.reactor().buffers().out().clear();
            out.put((byte) left).flip();
            try {
                connection.write(out);
            } catch (IOException failed) {
                fail();
            }
        }

        @Override
        public void onReadable() {
            ByteBuffer in = connection.reactor().buffers().in().clear();
            try {
                int count = connection.read(in);
                trace.add(name + ":" + left + "@" + network.nanoTime());
                if (count < 0) {
                    fail();
                } else if (count > 0 && --left == 0) {
                    finished++;
                    connection.close();
                } else if (count > 0) {
                    send();
                }
            } catch (IOException failed) {
                fail();
            }
        }

        private void fail() {
            broken++;
            connection.close();
        }

        @Override
        public void onWritable() {}
    }

    private SimulatedNetwork run(long seed, LinkConditions conditions, int callers, int rounds) {
        trace.clear();
        SimulatedNetwork network = new SimulatedNetwork(seed, conditions);
        SimulatedReactor server = network.addReactor();
        SimulatedReactor client = network.addReactor();
        server.perform(() -> listen(server));
        client.perform(() -> {
            for (int i = 0; i < callers; i++) {
                client.dial(ADDRESS, SocketOptions.DEFAULT, new Caller(network, i, rounds));
            }
        });
        network.runUntilIdle();
        return network;
    }

    private void listen(SimulatedReactor server) {
        try {
            server.listen(ADDRESS, OPTIONS, Echo::new);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    @Test
    void sameSeedIsTheSameRunAndAnotherIsAnother() {
        run(1, LinkConditions.HOSTILE, 20, 20);
        List<String> once = List.copyOf(trace);
        run(1, LinkConditions.HOSTILE, 20, 20);
        assertThat(trace).isEqualTo(once);

        run(2, LinkConditions.HOSTILE, 20, 20);
        assertThat(trace).isNotEqualTo(once);
    }

    @Test
    void thousandsOfConnectionsRunAndAllAreClosed() {
        SimulatedNetwork network = run(3, LinkConditions.ROUGH, 3_000, 10);

        assertThat(finished).isEqualTo(3_000);
        assertThat(network.openConnections()).isZero();
    }

    @Test
    void hostileNetworkBreaksSomeConnectionsAndLeavesNone() {
        SimulatedNetwork network = run(4, LinkConditions.HOSTILE, 500, 20);

        assertThat(broken).isPositive();
        assertThat(finished).isPositive().isLessThan(500);
        assertThat(network.openConnections()).isZero();
    }

    @Test
    void handlerThatThrowsFailsTheRunAndNamesTheSeed() {
        SimulatedNetwork network = new SimulatedNetwork(99);
        network.addReactor().execute(() -> {
            throw new IllegalStateException("oops");
        });

        assertThatThrownBy(network::runUntilIdle).isInstanceOf(AssertionError.class).hasMessageContainingAll("seed 99", "oops");
    }

    @Test
    void callFromTheWrongReactorFailsTheRun() {
        SimulatedNetwork network = new SimulatedNetwork(5);
        SimulatedReactor one = network.addReactor();
        SimulatedReactor two = network.addReactor();
        two.execute(() -> one.schedule(1, () -> {}));

        assertThatThrownBy(network::runUntilIdle).isInstanceOf(AssertionError.class);
    }

    @Test
    void readOfAClosedConnectionFailsTheRun() {
        SimulatedNetwork network = new SimulatedNetwork(6);
        SimulatedReactor reactor = network.addReactor();
        reactor.perform(() -> {
            listen(reactor);
            reactor.dial(ADDRESS, SocketOptions.DEFAULT, new Caller(network, 0, 1) {
                @Override
                public void onConnected(Connection connected) {
                    connected.close();
                    try {
                        connected.read(ByteBuffer.allocateDirect(1));
                    } catch (IOException failed) {
                        trace.add("read");
                    }
                }
            });
        });

        assertThatThrownBy(network::runUntilIdle).isInstanceOf(AssertionError.class).hasMessageContaining("is closed");
    }

    @Test
    void silentAddressNeverAnswersAndTimersDecide() {
        SimulatedNetwork network = new SimulatedNetwork(8);
        SimulatedReactor reactor = network.addReactor();
        network.silent(ADDRESS, true);
        List<String> told = new ArrayList<>();
        reactor.perform(() -> {
            Reactor.DialAttempt attempt = reactor.dial(ADDRESS, SocketOptions.DEFAULT, new Caller(network, 0, 1));
            reactor.schedule(15_000_000_000L, () -> {
                attempt.cancel();
                told.add("timeout");
            });
        });
        network.runUntilIdle();
        assertThat(told).isEmpty();

        network.advance(15_000_000_000L);
        assertThat(told).containsExactly("timeout");
        assertThat(trace).isEmpty();
    }

    @Test
    void wallClockGoesWithTheVirtualTime() {
        SimulatedNetwork network = new SimulatedNetwork(9);
        Instant before = network.wallClock().instant();
        network.advance(90_000_000_000L);

        assertThat(Duration.between(before, network.wallClock().instant())).hasSeconds(90);
    }

    @Test
    void conditionThatNeverHoldsFailsWithTheSeed() {
        SimulatedNetwork network = new SimulatedNetwork(10);

        assertThatThrownBy(() -> network.runUntil(() -> false, 1_000_000)).isInstanceOf(AssertionError.class).hasMessageContaining("seed 10");
    }
}
