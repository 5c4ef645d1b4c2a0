package org.pgsluice.simulation;

import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import org.pgsluice.net.Offload;
import org.pgsluice.net.Reactor;

/** Does the work in the world's one thread, some virtual time later and on no reactor. */
public final class SimulatedOffload implements Offload {
    private final SimulatedNetwork network;
    private final long maxDelayNanos;
    private final Set<Kind> hanging = EnumSet.noneOf(Kind.class);
    private int called;

    SimulatedOffload(SimulatedNetwork network, long maxDelayNanos) {
        this.network = network;
        this.maxDelayNanos = maxDelayNanos;
    }

    @Override
    public <T> void call(Kind kind, Callable<T> work, Reactor reactor, Completion<T> then) {
        called++;
        if (hanging.contains(kind)) {
            return;
        }
        network.after(network.random().nextLong(1, maxDelayNanos + 1), () -> {
            T result;
            try {
                result = work.call();
            } catch (Exception failure) {
                reactor.execute(() -> then.onFailed(failure));
                return;
            }
            reactor.execute(() -> then.onDone(result));
        });
    }

    /** From now on nothing comes of such work. */
    public void hang(Kind kind) {
        hanging.add(kind);
    }

    /** How much work was given to it so far. */
    public int called() {
        return called;
    }
}
