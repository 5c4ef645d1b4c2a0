package org.pgsluice.prepared;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The texts of unnamed statements whose Parse is under way. */
class TextsUnderWayTest {
    private final TextsUnderWay texts = new TextsUnderWay(100);
    private byte[] kept = {};

    private void sent(String text, int... cuts) {
        texts.begin();
        ByteBuffer in = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        int at = cuts.length == 0 ? text.length() : cuts[0];
        texts.text(in, 0, at, text.length());
        for (int i = 1; i < cuts.length; i++) {
            texts.more(in, at, cuts[i]);
            at = cuts[i];
        }
        texts.more(in, at, text.length());
    }

    private @Nullable String taken() {
        kept = texts.take(kept);
        return texts.length() < 0 ? null : new String(kept, texts.from(), texts.length(), StandardCharsets.US_ASCII);
    }

    @Test
    void eachIsTakenOrDroppedInItsTurn() {
        sent("one");
        sent("two", 1, 2);
        texts.begin();
        sent("four");

        assertThat(taken()).isEqualTo("one");
        texts.drop();
        assertThat(taken()).as("nobody has said what it is").isNull();
        assertThat(taken()).isEqualTo("four");
    }

    @Test
    void whereThereIsNoRoomTheLatestIsKept() {
        sent("a".repeat(60));
        sent("b".repeat(60));
        sent("c");
        assertThat(taken()).isNull();
        assertThat(taken()).isEqualTo("b".repeat(60));
        assertThat(taken()).isEqualTo("c");

        sent("d");
        sent("e".repeat(10_000), 50, 5_000);
        assertThat(taken()).isNull();
        assertThat(taken()).isEqualTo("e".repeat(10_000));
    }

    @Test
    void whatHasNotComeWholeIsNotKnown() {
        texts.begin();
        texts.text(ByteBuffer.wrap(new byte[10]), 0, 5, 10);
        assertThat(taken()).isNull();
        sent("whole");
        assertThat(taken()).isEqualTo("whole");
    }

    /** Against a queue of strings: what is known is right, and the latest of those that came whole is known. */
    @Test
    void whatIsKnownIsRight() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Deque<String> queue = new ArrayDeque<>();
        for (int i = 0; i < 20_000; i++) {
            if (queue.isEmpty() || random.nextInt(3) > 0 && queue.size() < 50) {
                String text = String.valueOf(i).repeat(random.nextInt(random.nextInt(10) == 0 ? 40 : 4));
                sent(text, random.nextInt(text.length() + 1));
                queue.add(text);
            } else if (random.nextBoolean()) {
                String expected = queue.remove();
                String found = taken();
                assertThat(found).as("seed " + seed).isIn(expected, queue.isEmpty() ? expected : null);
            } else {
                texts.drop();
                queue.remove();
            }
        }
    }
}
