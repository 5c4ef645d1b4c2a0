package org.pgsluice.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MessageWriterTest {
    private final MessageWriter out = new MessageWriter(1);

    @Test
    void lengthCountsItselfButNotTheType() {
        out.begin((byte) 'Q').cstring("ab").end();

        assertThat(out.toBytes()).containsExactly('Q', 0, 0, 0, 7, 'a', 'b', 0);
    }

    @Test
    void messageWithoutATypeBeginsWithItsLength() {
        out.beginUntagged().int32(0x01020304).end();

        assertThat(out.toBytes()).containsExactly(0, 0, 0, 8, 1, 2, 3, 4);
    }

    @Test
    void numbersAreInNetworkOrder() {
        out.int8(-1).int16(0x0102).int32(0x80000001).int64(0x0102030405060708L);

        assertThat(out.toBytes()).containsExactly(-1, 1, 2, -128, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8);
    }

    @Test
    void messagesFollowOneAnother() {
        out.begin((byte) 'a').end().begin((byte) 'b').bytes(new byte[] {1, 2, 3}, 1, 2).end();

        assertThat(out.toBytes()).containsExactly('a', 0, 0, 0, 4, 'b', 0, 0, 0, 6, 2, 3);
        assertThat(out.size()).isEqualTo(12);
    }

    @Test
    void textIsUtf8() {
        out.cstring("\u20ac").cstring("ab\u20ac").cstring("");

        assertThat(out.toBytes()).containsExactly(0xe2, 0x82, 0xac, 0, 'a', 'b', 0xe2, 0x82, 0xac, 0, 0);
    }

    @Test
    void clearedWriterStartsAnew() {
        out.begin((byte) 'a').int64(1);
        out.clear();
        out.begin((byte) 'b').end();

        assertThat(out.toBytes()).containsExactly('b', 0, 0, 0, 4);
        assertThat(out.toBuffer().remaining()).isEqualTo(5);
    }

    @Test
    void unendedMessageIsNotGivenOut() {
        out.begin((byte) 'a');

        assertThatThrownBy(out::toBytes).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> out.begin((byte) 'b')).isInstanceOf(AssertionError.class);
    }
}
