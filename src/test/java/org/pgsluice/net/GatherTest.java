package org.pgsluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GatherTest {
    private final Buffers buffers = new Buffers();
    private final FakeConnection connection = new FakeConnection();
    private final Outbox outbox = new Outbox(connection);
    private final Gather gather = new Gather(buffers);

    private ByteBuffer input(int length) {
        ByteBuffer in = buffers.in().clear();
        for (int i = 0; i < length; i++) {
            in.put((byte) i);
        }
        return in.flip();
    }

    @Test
    void neighbouringRunsAreOneWriteFromWhereTheyLie() throws IOException {
        ByteBuffer in = input(10);
        gather.begin(in, outbox);

        gather.run(2, 4);
        gather.run(4, 7);
        gather.run(7, 7);
        assertThat(gather.isEmpty()).isFalse();
        gather.flush();

        assertThat(connection.written()).containsExactly(2, 3, 4, 5, 6);
        assertThat(connection.writes()).isEqualTo(1);
        assertThat(in.position()).isZero();
        assertThat(in.limit()).isEqualTo(10);
        assertThat(gather.isEmpty()).isTrue();
    }

    @Test
    void runsWithGapsAndInsertsAreOneWriteToo() throws IOException {
        gather.begin(input(10), outbox);

        gather.run(0, 2);
        gather.insert(new byte[] {100, 101});
        gather.run(5, 6);
        gather.run(8, 9);
        gather.space(2).put((byte) 102).put((byte) 103);
        gather.flush();

        assertThat(connection.written()).containsExactly(0, 1, 100, 101, 5, 8, 102, 103);
        assertThat(connection.writes()).isEqualTo(1);
    }

    @Test
    void nothingIsWrittenForNothing() throws IOException {
        gather.begin(input(10), outbox);
        gather.run(3, 3);

        gather.flush();

        assertThat(connection.writes()).isZero();
    }

    @Test
    void beginForgetsWhatWasNotFlushed() throws IOException {
        gather.begin(input(10), outbox);
        gather.insert(new byte[] {100});
        gather.run(1, 2);

        gather.begin(input(10), outbox);
        gather.run(4, 5);
        gather.flush();

        assertThat(connection.written()).containsExactly(4);
    }

    @Test
    void moreThanTheScratchBufferHoldsGoesOutInOrder() throws IOException {
        for (long seed = 1; seed <= 200; seed++) {
            Random random = new Random(seed);
            FakeConnection rough = new FakeConnection();
            Outbox box = new Outbox(rough);
            rough.room(random.nextInt(3) == 0 ? random.nextInt(100_000) : Integer.MAX_VALUE);
            ByteArrayOutputStream expected = new ByteArrayOutputStream();
            for (int event = 0; event < 3; event++) {
                ByteBuffer in = input(Buffers.SCRATCH_BYTES);
                gather.begin(in, box);
                for (int at = 0; at < in.limit(); ) {
                    int length = Math.min(in.limit() - at, random.nextInt(1 << random.nextInt(17)));
                    switch (random.nextInt(4)) {
                        case 0, 1 -> {
                            gather.run(at, at + length);
                            for (int i = at; i < at + length; i++) {
                                expected.write(i);
                            }
                        }
                        case 2 -> {
                            byte[] inserted = new byte[random.nextInt(1 << random.nextInt(18))];
                            random.nextBytes(inserted);
                            gather.insert(inserted);
                            expected.writeBytes(inserted);
                        }
                        default -> {
                            gather.space(5).putInt(event).put((byte) 'x');
                            expected.writeBytes(new byte[] {0, 0, 0, (byte) event, 'x'});
                        }
                    }
                    at += length + random.nextInt(2);
                }
                gather.flush();
                assertThat(gather.isEmpty()).as("seed %d", seed).isTrue();
            }
            rough.room(Integer.MAX_VALUE);
            box.flush(buffers);
            assertThat(rough.written()).as("seed %d", seed).isEqualTo(expected.toByteArray());
            assertThat(buffers.taken()).as("seed %d", seed).isZero();
        }
    }
}
