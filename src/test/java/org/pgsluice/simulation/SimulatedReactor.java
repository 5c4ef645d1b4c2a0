package org.pgsluice.simulation;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.pgsluice.net.Buffers;
import org.pgsluice.net.ListenOptions;
import org.pgsluice.net.Reactor;
import org.pgsluice.net.SocketOptions;

/**
 * A reactor of the world. Its turns come at random short distances; in a turn it runs the tasks that are there and serves the connections that are ready, in
 * random order. After every event its scratch buffers are scribbled over, so that nobody can live on what stood in them.
 */
public final class SimulatedReactor implements Reactor {
    private static final long LONGEST_TURN_NANOS = 20_000;
    private static final long LAZY_SLACK_NANOS = 1_000_000_000;
    private static final int SCRIBBLED_BYTES = 512;

    private final SimulatedNetwork network;
    private final int index;
    private final Buffers buffers = new Buffers();
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private List<SimulatedConnection> ready = new ArrayList<>();
    private List<SimulatedConnection> serving = new ArrayList<>();
    private InetAddress source = InetAddress.ofLiteral("127.0.0.1");
    private boolean turnComes;

    SimulatedReactor(SimulatedNetwork network, int index) {
        this.network = network;
        this.index = index;
    }

    /** The address that dials come from. */
    public void sourceAddress(InetAddress address) {
        source = address;
    }

    /** Does {@code task} here and now as though in a turn; for tests, between events. */
    public void perform(Runnable task) {
        SimulatedReactor before = network.current();
        network.current(this);
        try {
            task.run();
        } finally {
            network.current(before);
        }
    }

    SimulatedNetwork network() {
        return network;
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public boolean inReactor() {
        return network.current() == this;
    }

    @Override
    public long nanoTime() {
        assert inReactor();
        network.point();
        return network.nanoTime();
    }

    @Override
    public long freshNanoTime() {
        return network.nanoTime();
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        wantTurn();
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        assert inReactor();
        network.point();
        return network.timer(delayNanos, () -> event(task));
    }

    @Override
    public Timer scheduleLazily(long delayNanos, Runnable task) {
        return schedule(network.random().nextBoolean() ? delayNanos : delayNanos + network.random().nextLong(LAZY_SLACK_NANOS), task);
    }

    @Override
    public Buffers buffers() {
        assert inReactor() || !network.hasBegun();
        return buffers;
    }

    /** Buffers that are out; for tests, at any time. */
    public int buffersTaken() {
        return buffers.taken();
    }

    @Override
    public Listener listen(SocketAddress address, ListenOptions options, Acceptor acceptor) throws IOException {
        assert inReactor();
        SocketAddress bound = address instanceof InetSocketAddress inet && inet.getPort() == 0
                ? new InetSocketAddress(inet.getAddress(), network.newPort())
                : address;
        SimulatedListener listener = new SimulatedListener(this, bound, options.backlog(), acceptor);
        network.add(listener, options.reusePort());
        return listener;
    }

    @Override
    public DialAttempt dial(SocketAddress address, SocketOptions options, DialHandler dial) {
        assert inReactor();
        network.point();
        Attempt attempt = new Attempt(address, dial);
        if (!network.isSilent(address)) {
            network.after(network.latency(), attempt::arrive);
        }
        return attempt;
    }

    /** {@code connection} may have something to tell. */
    void becameReady(SimulatedConnection connection) {
        ready.add(connection);
        wantTurn();
    }

    private void wantTurn() {
        if (!turnComes) {
            turnComes = true;
            network.after(network.random().nextLong(1, LONGEST_TURN_NANOS), this::turn);
        }
    }

    private void turn() {
        turnComes = false;
        for (int left = tasks.size(); left > 0; left--) {
            event(tasks.remove());
        }
        List<SimulatedConnection> now = ready;
        ready = serving;
        serving = now;
        for (int i = now.size() - 1; i >= 0; i--) {
            int other = network.random().nextInt(i + 1);
            SimulatedConnection chosen = now.get(other);
            now.set(other, now.get(i));
            if (chosen.reactor() == this) {
                event(chosen::serve);
            }
        }
        now.clear();
        if (!tasks.isEmpty() || !ready.isEmpty()) {
            wantTurn();
        }
    }

    private void event(Runnable action) {
        network.current(this);
        try {
            action.run();
        } catch (Throwable thrown) {
            network.failed(thrown);
        } finally {
            scribble(buffers.in());
            scribble(buffers.out());
            network.current(null);
        }
    }

    private static void scribble(ByteBuffer scratch) {
        int end = Math.min(scratch.capacity(), Math.max(scratch.position(), SCRIBBLED_BYTES));
        scratch.clear();
        for (int i = 0; i + Long.BYTES <= end; i += Long.BYTES) {
            scratch.putLong(i, 0xdeaddeaddeaddeadL);
        }
    }

    private final class Attempt implements DialAttempt {
        private final SocketAddress address;
        private final DialHandler dial;
        private boolean over;

        private Attempt(SocketAddress address, DialHandler dial) {
            this.address = address;
            this.dial = dial;
        }

        /** At the other side. */
        private void arrive() {
            if (over) {
                return;
            }
            boolean unix = address instanceof UnixDomainSocketAddress;
            SimulatedListener listener = network.listenerOf(address);
            if (listener == null) {
                answer(() -> fail(unix ? "No such file or directory" : "Connection refused"));
            } else if (listener.isFull()) {
                if (unix) {
                    answer(() -> fail("Resource temporarily unavailable"));
                } // over TCP nobody answers
            } else {
                SocketAddress from = unix ? address : new InetSocketAddress(source, network.newPort());
                SimulatedConnection near = SimulatedConnection.link(SimulatedReactor.this, from, listener, address, unix);
                answer(() -> succeed(near));
            }
        }

        private void answer(Runnable outcome) {
            network.after(network.latency(), () -> execute(outcome));
        }

        private void fail(String reason) {
            if (!over) {
                over = true;
                dial.onDialFailed(new IOException(reason));
            }
        }

        private void succeed(SimulatedConnection connection) {
            if (over) {
                connection.close();
            } else {
                over = true;
                try {
                    dial.onConnected(connection);
                } catch (Throwable thrown) {
                    if (connection.reactor() == SimulatedReactor.this) {
                        connection.close();
                    }
                    throw thrown;
                }
            }
        }

        @Override
        public void cancel() {
            assert inReactor();
            over = true;
        }
    }
}
