package org.pgsluice.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read of a NotificationResponse, and the encodings that it may come in. */
class NotificationTest {
    private static ByteBuffer message(byte[] channel, byte[] payload) {
        return new MessageWriter().begin(BackendTag.NOTIFICATION_RESPONSE).int32(7).bytes(channel).int8(0).bytes(payload).int8(0).end().toBuffer();
    }

    private static Notification read(ByteBuffer message) {
        return Objects.requireNonNull(Notification.read(message, 0, message.remaining() - 1));
    }

    @Test
    void channelAndPayloadAreRead() {
        Notification notification = read(message("orders".getBytes(StandardCharsets.UTF_8), "12".getBytes(StandardCharsets.UTF_8)));

        assertThat(notification.channel()).isEqualTo("orders");
        assertThat(notification.payload()).isEqualTo("12");
        assertThat(notification.isAscii()).isTrue();
    }

    @Test
    void whatIsNoneIsNotRead() {
        ByteBuffer good = message("c".getBytes(StandardCharsets.UTF_8), "p".getBytes(StandardCharsets.UTF_8));
        for (int length = 4; length < good.remaining() - 1; length++) {
            assertThat(Notification.read(good, 0, length)).as("length %d", length).isNull();
        }
        ByteBuffer longer = ByteBuffer.allocate(good.remaining() + 1).put(good.duplicate()).flip().limit(good.remaining() + 1);
        assertThat(Notification.read(longer, 0, longer.limit() - 1)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"LATIN1, ISO-8859-1", "LATIN9, ISO-8859-15", "WIN1252, windows-1252", "UTF8, UTF-8"})
    void textComesInTheEncodingOfWhoHearsIt(String encoding, String java) {
        Charset charset = Objects.requireNonNull(Encodings.charset(encoding));
        assertThat(charset).isEqualTo(Charset.forName(java));
        Notification notification = read(message("käfig".getBytes(StandardCharsets.UTF_8), "größe".getBytes(StandardCharsets.UTF_8)));

        Notification other = notification.in(StandardCharsets.UTF_8, charset);

        assertThat(ByteBuffer.wrap(other.message())).isEqualTo(message("käfig".getBytes(charset), "größe".getBytes(charset)));
        assertThat(other.in(charset, StandardCharsets.UTF_8).message()).isEqualTo(notification.message());
    }

    @Test
    void encodingsThatConvertNothingAreNone() {
        assertThat(Encodings.charset("SQL_ASCII")).isNull();
        assertThat(Encodings.charset("MULE_INTERNAL")).isNull();
        assertThat(Encodings.charset("no such/encoding")).isNull();
    }
}
