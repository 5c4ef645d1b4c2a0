package org.pgsluice.admin.show;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.ZoneId;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.pgsluice.wire.MessageWriter;

class ValueWriterTest {
    @Test
    void binaryNumericIsDigitsToTheBaseTenThousand() {
        assertThat(numeric(0)).containsExactly(0, 0, 0, 0);
        assertThat(numeric(7)).containsExactly(1, 0, 0, 0, 7);
        assertThat(numeric(10_000)).containsExactly(1, 1, 0, 0, 1);
        assertThat(numeric(1_0000_0002L)).containsExactly(3, 2, 0, 0, 1, 0, 2);
        assertThat(numeric(123_4567_0000L)).containsExactly(2, 2, 0, 0, 123, 4567);
        assertThat(numeric(-1)).containsExactly(5, 4, 0, 0, 1844, 6744, 737, 955, 1615);
    }

    @Test
    void binaryBytesAreRawAndTextIsHexadecimal() {
        byte[] value = {0, (byte) 0xff};

        assertThat(write(ValueType.BYTEA, value, true)).containsExactly(0, 255);
        assertThat(new String(write(ValueType.BYTEA, value, false), UTF_8)).isEqualTo("\\x00ff");
    }

    @Test
    void nullHasNoBytes() {
        MessageWriter out = new MessageWriter();

        new ValueWriter(ZoneId.of("UTC")).write(out, ValueType.TEXT, null, false);

        assertThat(out.toBytes()).containsExactly(255, 255, 255, 255);
    }

    @Test
    void timesAreShownInTheProcessesZone() {
        TimeText berlin = new TimeText(ZoneId.of("Europe/Berlin"));

        assertThat(berlin.format(1_795_419_218_999_999L)).isEqualTo("2026-11-23 08:33:38 CET");
        assertThat(berlin.format(1_783_000_000_000_000L)).isEqualTo("2026-07-02 15:46:40 CEST");
        assertThat(new TimeText(ZoneId.of("Etc/UTC")).format(0)).isEqualTo("1970-01-01 00:00:00 UTC");
    }

    private static int[] numeric(long value) {
        ByteBuffer bytes = ByteBuffer.wrap(write(ValueType.NUMERIC, value, true));
        int[] shorts = new int[bytes.remaining() / 2];
        for (int i = 0; i < shorts.length; i++) {
            shorts[i] = bytes.getShort();
        }
        return shorts;
    }

    private static byte[] write(ValueType type, Object value, boolean binary) {
        MessageWriter out = new MessageWriter();
        new ValueWriter(ZoneId.of("UTC")).write(out, type, value, binary);
        byte[] bytes = out.toBytes();
        assertThat(ByteBuffer.wrap(bytes).getInt()).isEqualTo(bytes.length - 4);
        return Arrays.copyOfRange(bytes, 4, bytes.length);
    }
}
