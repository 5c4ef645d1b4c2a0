package org.pgsluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutboxTest {
    private final Buffers buffers = new Buffers();
    private final FakeConnection connection = new FakeConnection();
    private final Outbox outbox = new Outbox(connection);

    private static byte[] noise(int length) {
        byte[] noise = new byte[length];
        new Random(length).nextBytes(noise);
        return noise;
    }

    private static ByteBuffer buffer(byte[] bytes, boolean direct) {
        return direct ? ByteBuffer.allocateDirect(bytes.length).put(bytes).flip() : ByteBuffer.wrap(bytes);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatFitsGoesStraightOut(boolean direct) throws IOException {
        byte[] sent = noise(100);
        ByteBuffer bytes = buffer(sent, direct);

        outbox.write(bytes, buffers);

        assertThat(connection.written()).isEqualTo(sent);
        assertThat(bytes.hasRemaining()).isFalse();
        assertThat(outbox.isEmpty()).isTrue();
        assertThat(connection.wantsWrite()).isFalse();
        assertThat(buffers.taken()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shortWriteIsKeptAndGoesOutInOrder(boolean direct) throws IOException {
        byte[] sent = noise(50_000);
        for (int room : new int[] {0, 1, 511, 16_383, 16_384, 16_385, 49_999}) {
            FakeConnection narrow = new FakeConnection();
            Outbox box = new Outbox(narrow);
            narrow.room(room);

            ByteBuffer bytes = buffer(sent, direct);
            box.write(bytes, buffers);

            assertThat(bytes.hasRemaining()).isFalse();
            assertThat(box.waitingBytes()).isEqualTo(sent.length - room);
            assertThat(narrow.wantsWrite()).isTrue();
            narrow.room(7);
            assertThat(box.flush(buffers)).isEqualTo(room > 49_990);
            narrow.room(Integer.MAX_VALUE);
            assertThat(box.flush(buffers)).isTrue();
            assertThat(narrow.written()).isEqualTo(sent);
            assertThat(narrow.wantsWrite()).isFalse();
            assertThat(buffers.taken()).isZero();
        }
    }

    @Test
    void whatIsFrozenGoesOutInAnotherProcess() throws IOException {
        byte[] sent = noise(50_000);
        connection.room(20_001);
        outbox.write(buffer(sent, true), buffers);

        byte[] left = outbox.freeze();

        assertThat(left).isEqualTo(Arrays.copyOfRange(sent, 20_001, 50_000));
        assertThat(connection.wantsWrite()).isFalse();
        FakeConnection there = new FakeConnection();
        Outbox successor = new Outbox(there);
        successor.restore(left, buffers);
        assertThat(successor.waitingBytes()).isEqualTo(left.length);
        assertThat(there.written()).as("before it may").isEmpty();
        successor.goOn();
        assertThat(there.wantsWrite()).isTrue();
        assertThat(successor.flush(buffers)).isTrue();
        assertThat(there.written()).isEqualTo(left);
    }

    @Test
    void whatIsFrozenGoesOutHereIfNothingComesOfIt() throws IOException {
        byte[] sent = noise(50_000);
        connection.room(20_001);
        outbox.write(buffer(sent, true), buffers);
        outbox.freeze();

        outbox.goOn();
        connection.room(Integer.MAX_VALUE);

        assertThat(connection.wantsWrite()).isTrue();
        assertThat(outbox.flush(buffers)).isTrue();
        assertThat(connection.written()).isEqualTo(sent);
    }

    @Test
    void laterBytesWaitBehindEarlierOnes() throws IOException {
        connection.room(1);
        outbox.write(buffer(new byte[] {1, 2, 3}, true), buffers);
        connection.room(Integer.MAX_VALUE);

        outbox.write(buffer(new byte[] {4, 5}, true), buffers);

        assertThat(connection.written()).containsExactly(1);
        assertThat(outbox.flush(buffers)).isTrue();
        assertThat(connection.written()).containsExactly(1, 2, 3, 4, 5);
    }

    @Test
    void anyMixOfWritesAndFlushesKeepsTheOrderAndLosesNoBuffer() throws IOException {
        for (long seed = 1; seed <= 300; seed++) {
            Random random = new Random(seed);
            FakeConnection rough = new FakeConnection();
            Outbox box = new Outbox(rough);
            ByteArrayOutputStream expected = new ByteArrayOutputStream();
            for (int i = 0; i < 40; i++) {
                rough.room(random.nextInt(3) == 0 ? 0 : random.nextInt(20_000));
                if (random.nextInt(3) == 0 && !box.isEmpty()) {
                    box.flush(buffers);
                } else {
                    byte[] piece = noise(random.nextInt(1 << random.nextInt(16)));
                    expected.writeBytes(piece);
                    box.write(buffer(piece, random.nextBoolean()), buffers);
                }
                assertThat(box.waitingBytes()).as("seed %d", seed).isEqualTo(expected.size() - rough.written().length);
            }
            rough.room(Integer.MAX_VALUE);
            box.flush(buffers);
            assertThat(rough.written()).as("seed %d", seed).isEqualTo(expected.toByteArray());
            assertThat(buffers.taken()).as("seed %d", seed).isZero();
        }
    }

    @Test
    void closeGivesEveryBufferBack() throws IOException {
        connection.room(10);
        outbox.write(buffer(noise(100_000), true), buffers);
        assertThat(buffers.taken()).isPositive();

        outbox.close(buffers);

        assertThat(buffers.taken()).isZero();
        assertThat(outbox.isEmpty()).isTrue();
    }

    @Test
    void brokenConnectionTakesNoBuffer() {
        connection.fail(new IOException("Broken pipe"));

        assertThatThrownBy(() -> outbox.write(ByteBuffer.wrap(new byte[] {1}), buffers)).isInstanceOf(IOException.class);
        assertThat(buffers.taken()).isZero();
    }
}
