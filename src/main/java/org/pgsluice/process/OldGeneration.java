package org.pgsluice.process;

import java.util.function.BooleanSupplier;
import org.pgsluice.net.Reactor;

/**
 * Keeps the heap small where clients come and go. A session that outlives a few collections of the young generation is moved to the old one, and the serial
 * collector lets what has died there lie until the heap is at its maximum, hundreds of MiB later. So that generation is collected for once 8 MiB have come to
 * it, when nobody has a server or waits for one, and for 24 MiB whoever is there: the pause, some 10 ms, grows with both. On its reactor.
 */
final class OldGeneration {
    static final long MEASURE_NANOS = 1_000_000_000;
    static final long GROWTH_WHEN_CALM = 8 << 20;
    static final long GROWTH = 24 << 20;

    private final Reactor reactor;
    private final BooleanSupplier calm;
    private final Heap heap;
    private long leftBytes;

    /** {@code calm}: whether a pause would keep nobody waiting; asked on the reactor. */
    OldGeneration(Reactor reactor, BooleanSupplier calm, Heap heap) {
        this.reactor = reactor;
        this.calm = calm;
        this.heap = heap;
    }

    /** The memory that is collected. */
    interface Heap {
        /** Bytes of objects, dead ones included. */
        long used();

        /** Collects all of it, now. */
        void collect();
    }

    /** The heap of this JVM. */
    static final class OwnHeap implements Heap {
        @Override
        public long used() {
            return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        }

        @Override
        public void collect() {
            System.gc();
        }
    }

    /** Measures each second; where nothing happens each two. */
    void start() {
        leftBytes = heap.used();
        reactor.scheduleLazily(MEASURE_NANOS, this::measure);
    }

    private void measure() {
        long growth = heap.used() - leftBytes;
        if (growth > GROWTH || growth > GROWTH_WHEN_CALM && calm.getAsBoolean()) {
            heap.collect();
            leftBytes = heap.used();
        }
        reactor.scheduleLazily(MEASURE_NANOS, this::measure);
    }
}
