package org.pgsluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class InboxTest {
    private final Buffers buffers = new Buffers();
    private final FakeConnection connection = new FakeConnection();
    private final Inbox inbox = new Inbox(connection);

    private static byte[] rest(ByteBuffer bytes) {
        byte[] rest = new byte[bytes.remaining()];
        bytes.get(rest);
        return rest;
    }

    @Test
    void ownsNothingWhileAllIsConsumed() throws IOException {
        connection.arrive(new byte[] {1, 2, 3});

        assertThat(inbox.read(buffers, 100)).isEqualTo(3);
        ByteBuffer bytes = inbox.bytes(buffers);
        assertThat(rest(bytes)).containsExactly(1, 2, 3);
        inbox.keep(bytes, buffers, 0);

        assertThat(inbox.hasKept()).isFalse();
        assertThat(buffers.taken()).isZero();
    }

    @Test
    void whatIsLeftStandsBeforeTheNextBytes() throws IOException {
        connection.arrive(new byte[] {1, 2, 3}).arrive(new byte[] {4, 5});
        inbox.read(buffers, 100);
        ByteBuffer bytes = inbox.bytes(buffers);
        bytes.get();
        inbox.keep(bytes, buffers, 0);
        assertThat(inbox.keptBytes()).isEqualTo(2);

        assertThat(inbox.read(buffers, 100)).isEqualTo(2);

        bytes = inbox.bytes(buffers);
        assertThat(rest(bytes)).containsExactly(2, 3, 4, 5);
        inbox.keep(bytes, buffers, 0);
        assertThat(buffers.taken()).isZero();
    }

    @Test
    void announcedBytesCostNothingBeforeTheyCome() throws IOException {
        connection.arrive(new byte[20]).arrive(new byte[3_000]);
        inbox.read(buffers, 4096);
        inbox.keep(inbox.bytes(buffers), buffers, 60_000);
        assertThat(inbox.keptCapacity()).isEqualTo(512);

        inbox.read(buffers, 4096);
        inbox.keep(inbox.bytes(buffers), buffers, 60_000);
        assertThat(inbox.keptCapacity()).isLessThanOrEqualTo(8192);
    }

    @Test
    void longMessageInManyPiecesIsNotMoved() throws IOException {
        int pieces = 8_192;
        byte[] piece = new byte[4096];
        Instant begin = Instant.now();
        for (int i = 0; i < pieces; i++) {
            connection.arrive(piece);
            inbox.read(buffers, 4096);
            inbox.keep(inbox.bytes(buffers), buffers, pieces * piece.length);
        }

        assertThat(inbox.keptBytes()).isEqualTo(pieces * piece.length);
        // Moved at each piece these would be 130 GB.
        assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(5));
        inbox.close(buffers);
    }

    @Test
    void readsNoMoreThanItMayWithWhatIsKept() throws IOException {
        connection.arrive(new byte[50]);

        assertThat(inbox.read(buffers, 10)).isEqualTo(10);
        inbox.keep(inbox.bytes(buffers), buffers, 0);

        assertThat(inbox.read(buffers, 10)).isZero();
        inbox.keep(inbox.bytes(buffers), buffers, 0);
        assertThat(inbox.read(buffers, 16)).isEqualTo(6);
        inbox.keep(inbox.bytes(buffers), buffers, 0);
        assertThat(inbox.keptBytes()).isEqualTo(16);
    }

    @Test
    void announcedMessageMayBeLongerThanTheRestAndCostsMemoryOnlyAsItArrives() throws IOException {
        int length = 1_000_000;
        for (int i = 0; i < length / 1_000; i++) {
            connection.arrive(new byte[1_000]);
        }
        int got = 0;
        while (got < length) {
            int count = inbox.read(buffers, 100);
            assertThat(count).isPositive();
            got += count;
            ByteBuffer bytes = inbox.bytes(buffers);
            assertThat(bytes.remaining()).isEqualTo(got);
            assertThat(bytes.capacity()).isLessThanOrEqualTo(Math.max(4 * got, Buffers.SCRATCH_BYTES));
            inbox.keep(bytes, buffers, length);
        }

        ByteBuffer whole = inbox.bytes(buffers);
        assertThat(whole.remaining()).isEqualTo(length);
        whole.position(whole.limit());
        inbox.keep(whole, buffers, 0);
        assertThat(buffers.taken()).isZero();
    }

    /** Copied at each read it would take minutes: 200 GB. */
    @Test
    @Timeout(20)
    void hugeMessageThatComesInManyReadsIsNotCopiedAtEach() throws IOException {
        int length = 1 << 24;
        byte[] piece = new byte[512];
        for (int i = 0; i < length / piece.length; i++) {
            connection.arrive(piece);
        }

        while (inbox.keptBytes() < length) {
            inbox.read(buffers, 4096);
            inbox.keep(inbox.bytes(buffers), buffers, length);
        }

        assertThat(inbox.keptCapacity()).isLessThanOrEqualTo(length + Buffers.SCRATCH_BYTES);
        inbox.close(buffers);
        assertThat(buffers.largeBytes()).isZero();
    }

    @Test
    void whatIsLeftBehindAHugeMessageTakesASmallBuffer() throws IOException {
        int length = 1 << 20;
        connection.arrive(new byte[100]).arrive(new byte[length]);
        while (inbox.keptBytes() < length + 100) {
            inbox.read(buffers, length + 100);
            inbox.keep(inbox.bytes(buffers), buffers, length + 100);
        }

        ByteBuffer bytes = inbox.bytes(buffers);
        bytes.position(length);
        bytes.put(length, (byte) 7);
        inbox.keep(bytes, buffers, 0);

        assertThat(buffers.largeBytes()).isZero();
        assertThat(inbox.keptBytes()).isEqualTo(100);
        assertThat(inbox.copyOfKept()[0]).isEqualTo((byte) 7);
    }

    @Test
    void messageBeyondTheLimitIsRefusedBeforeItsMemoryIsTaken() throws IOException {
        Buffers few = new Buffers(200_000);
        for (int i = 0; i < 1_000; i++) {
            connection.arrive(new byte[1_000]);
        }

        assertThatExceptionOfType(BufferLimitException.class).isThrownBy(() -> {
            while (true) {
                inbox.read(few, 4096);
                inbox.keep(inbox.bytes(few), few, 1_000_000);
            }
        });

        assertThat(few.largeBytes()).isLessThanOrEqualTo(200_000);
        inbox.close(few);
        assertThat(few.taken()).isZero();
    }

    @Test
    void endComesBehindTheBytes() throws IOException {
        connection.arrive(new byte[] {1}).end();

        assertThat(inbox.read(buffers, 10)).isEqualTo(1);
        inbox.keep(inbox.bytes(buffers), buffers, 0);
        assertThat(inbox.read(buffers, 10)).isEqualTo(-1);
        inbox.keep(inbox.bytes(buffers), buffers, 0);
        assertThat(inbox.keptBytes()).isEqualTo(1);

        inbox.close(buffers);

        assertThat(inbox.hasKept()).isFalse();
        assertThat(buffers.taken()).isZero();
    }

    @Test
    void anyMixOfReadingAndConsumingKeepsTheOrder() throws IOException {
        for (long seed = 1; seed <= 300; seed++) {
            Random random = new Random(seed);
            FakeConnection rough = new FakeConnection();
            Inbox box = new Inbox(rough);
            ByteArrayOutputStream sent = new ByteArrayOutputStream();
            for (int i = 0; i < 30; i++) {
                byte[] piece = new byte[1 + random.nextInt(3_000)];
                random.nextBytes(piece);
                sent.writeBytes(piece);
                rough.arrive(piece);
            }
            ByteArrayOutputStream seen = new ByteArrayOutputStream();
            int needed = 0;
            while (seen.size() < sent.size()) {
                box.read(buffers, 64 + random.nextInt(5_000));
                ByteBuffer bytes = box.bytes(buffers);
                byte[] taken = new byte[random.nextInt(3) == 0 ? bytes.remaining() : random.nextInt(bytes.remaining() + 1)];
                bytes.get(taken);
                seen.writeBytes(taken);
                needed = random.nextBoolean() ? 0 : bytes.remaining() + random.nextInt(10_000);
                box.keep(bytes, buffers, needed);
            }
            assertThat(seen.toByteArray()).as("seed %d", seed).isEqualTo(sent.toByteArray());
            assertThat(buffers.taken()).as("seed %d", seed).isZero();
        }
    }
}
