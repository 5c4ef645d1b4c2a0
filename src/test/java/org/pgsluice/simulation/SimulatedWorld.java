package org.pgsluice.simulation;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.pgsluice.net.Reactor;
import org.pgsluice.net.World;

/** Two reactors of a simulated network. */
final class SimulatedWorld implements World {
    private static final long DEADLINE_NANOS = 600_000_000_000L;

    private final SimulatedNetwork network;

    SimulatedWorld(long seed, LinkConditions conditions) {
        network = new SimulatedNetwork(seed, conditions);
        network.addReactor();
        network.addReactor();
    }

    @Override
    public Reactor reactor(int index) {
        return network.reactor(index);
    }

    @Override
    public SocketAddress freshAddress() {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    }

    @Override
    public SocketAddress refusingAddress() {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 1);
    }

    @Override
    public void await(BooleanSupplier condition) {
        network.runUntil(condition, DEADLINE_NANOS);
    }

    @Override
    public <T> T on(Reactor reactor, Callable<T> work) {
        AtomicReference<T> result = new AtomicReference<>();
        ((SimulatedReactor) reactor).perform(() -> {
            try {
                result.set(work.call());
            } catch (Exception failed) {
                throw new AssertionError(failed);
            }
        });
        return result.get();
    }

    @Override
    public boolean isReal() {
        return false;
    }

    @Override
    public void close() {}
}
