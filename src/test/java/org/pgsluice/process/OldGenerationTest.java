package org.pgsluice.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pgsluice.simulation.SimulatedNetwork;
import org.pgsluice.simulation.SimulatedReactor;

class OldGenerationTest {
    private static final long MIB = 1 << 20;

    private final SimulatedNetwork network = new SimulatedNetwork(1);
    private final SimulatedReactor reactor = network.addReactor();
    private final FakeHeap heap = new FakeHeap();
    private boolean calm = true;

    @BeforeEach
    void start() {
        heap.live = 5 * MIB;
        reactor.perform(new OldGeneration(reactor, () -> calm, heap)::start);
    }

    @Test
    void littleGarbageIsLeftAlone() {
        heap.dead = OldGeneration.GROWTH_WHEN_CALM;
        looks();

        assertThat(heap.collections).isZero();
    }

    @Test
    void moreIsCollectedWhenNobodyWaitsForAnything() {
        heap.dead = OldGeneration.GROWTH_WHEN_CALM + 1;
        calm = false;
        looks();
        assertThat(heap.collections).isZero();

        calm = true;
        looks();
        assertThat(heap.collections).isOne();
    }

    @Test
    void muchIsCollectedWhoeverIsThere() {
        calm = false;
        heap.dead = OldGeneration.GROWTH + 1;
        looks();

        assertThat(heap.collections).isOne();
    }

    @Test
    void whatLivesOnDoesNotCountAgain() {
        heap.live = 100 * MIB;
        looks();
        looks();
        assertThat(heap.collections).isOne();

        heap.dead = OldGeneration.GROWTH_WHEN_CALM + 1;
        looks();
        assertThat(heap.collections).isEqualTo(2);
    }

    private void looks() {
        network.advance(3 * OldGeneration.MEASURE_NANOS);
    }

    private static final class FakeHeap implements OldGeneration.Heap {
        private long live;
        private long dead;
        private int collections;

        @Override
        public long used() {
            return live + dead;
        }

        @Override
        public void collect() {
            collections++;
            dead = 0;
        }
    }
}
