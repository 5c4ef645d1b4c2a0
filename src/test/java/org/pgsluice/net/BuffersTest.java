package org.pgsluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

class BuffersTest {
    private static final int WAITING_CLIENTS = 5_000;

    private final Buffers buffers = new Buffers();

    @Test
    void buffersOfAsManyAsWaitedAtOnceServeTheNext() {
        IdentityHashMap<ByteBuffer, Boolean> first = new IdentityHashMap<>();
        take(WAITING_CLIENTS, 100).forEach(buffer -> first.put(buffer, true));
        first.keySet().forEach(buffers::give);

        List<ByteBuffer> second = take(WAITING_CLIENTS, 100);

        assertThat(second).allMatch(first::containsKey);
        assertThat(buffers.taken()).isEqualTo(WAITING_CLIENTS);
    }

    @Test
    void ofLargeOnesFewAreKept() {
        List<ByteBuffer> large = take(100, 64 * 1024);
        large.forEach(buffers::give);

        List<ByteBuffer> again = take(100, 64 * 1024);

        assertThat(again.stream().filter(buffer -> large.stream().anyMatch(one -> one == buffer))).hasSize(64);
    }

    @Test
    void bufferComesBackEmpty() {
        ByteBuffer buffer = buffers.take(10);
        buffers.give(buffer.putInt(1).limit(20));

        assertThat(buffers.take(500)).isSameAs(buffer).satisfies(again -> assertThat(again.remaining()).isEqualTo(512));
    }

    @Test
    void memoryOfAHugeOneIsReturnedAtOnce() {
        ByteBuffer huge = buffers.take(1 << 20);
        assertThat(buffers.largeBytes()).isEqualTo(1 << 20);

        buffers.give(huge);

        assertThat(buffers.largeBytes()).isZero();
        assertThatIllegalStateException().as("its memory is gone").isThrownBy(() -> huge.get(0));
    }

    @Test
    void hugeOnesHaveALimitAndSmallOnesHaveNone() {
        Buffers few = new Buffers(1 << 20);
        ByteBuffer first = few.take(700_000);

        assertThat(few.has(700_000)).isFalse();
        assertThat(few.has(64 * 1024)).isTrue();
        few.give(first);
        assertThat(few.has(700_000)).isTrue();
    }

    private List<ByteBuffer> take(int count, int bytes) {
        List<ByteBuffer> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(buffers.take(bytes));
        }
        return taken;
    }
}
