package org.pgsluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class WireTest {
    private final FakeConnection below = new FakeConnection();
    private final FakeConnection above = new FakeConnection();
    private final Buffers buffers = new Buffers();
    private final Wire wire = new Wire(below);

    @Test
    void bothDirectionsGoThroughTheDecoratorAfterAnUpgrade() throws IOException {
        wire.outbox().write(ByteBuffer.wrap(new byte[] {1}), buffers);

        wire.upgrade(above);
        wire.outbox().write(ByteBuffer.wrap(new byte[] {2}), buffers);
        above.arrive(new byte[] {3});

        assertThat(below.written()).containsExactly(1);
        assertThat(above.written()).containsExactly(2);
        assertThat(wire.read(buffers, 10)).isEqualTo(1);
        assertThat(wire.connection()).isSameAs(above);
    }

    @Test
    void upgradeIsRefusedWhileBytesOfBeforeAreHere() throws IOException {
        below.arrive(new byte[] {1, 2});
        wire.read(buffers, 10);
        wire.inbox().keep(wire.inbox().bytes(buffers), buffers, 0);

        assertThatIllegalStateException().isThrownBy(() -> wire.upgrade(above));

        Wire full = new Wire(below);
        below.room(0);
        full.outbox().write(ByteBuffer.wrap(new byte[] {1}), buffers);
        assertThatIllegalStateException().isThrownBy(() -> full.upgrade(above));
    }

    @Test
    void isMovableOnlyWhileNoBufferOfItsReactorIsHeld() throws IOException {
        assertThat(wire.movable()).isTrue();

        below.room(0);
        wire.outbox().write(ByteBuffer.wrap(new byte[] {1}), buffers);
        assertThat(wire.movable()).isFalse();
        below.room(1);
        wire.outbox().flush(buffers);
        assertThat(wire.movable()).isTrue();

        wire.restore(new Wire.Frozen(new byte[] {'Q'}, 5, new byte[0]), buffers);
        assertThat(wire.movable()).isFalse();
    }

    @Test
    void whatIsFrozenGoesOnElsewhere() throws IOException {
        wire.restore(new Wire.Frozen(new byte[] {'Q', 0}, 5, new byte[] {7, 8}), buffers);

        Wire.Frozen frozen = wire.freeze();
        Wire there = new Wire(above);
        there.restore(frozen, buffers);
        there.goOn();
        there.outbox().flush(buffers);

        assertThat(above.written()).containsExactly(7, 8);
        assertThat(there.inbox().copyOfKept()).containsExactly('Q', 0);
        assertThat(there.inbox().wanted()).isEqualTo(5);
    }

    @Test
    void closingGivesTheBuffersBack() {
        wire.restore(new Wire.Frozen(new byte[] {'Q'}, 5, new byte[] {9}), buffers);
        assertThat(buffers.taken()).isEqualTo(2);

        wire.close(buffers);

        assertThat(buffers.taken()).isZero();
        wire.close(buffers);
    }
}
