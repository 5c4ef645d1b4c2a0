package org.pgsluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.pgsluice.wire.BackendTag;
import org.pgsluice.wire.MessageWriter;

class ErrorReplyTest {
    private static final byte[] SERVER_NAME = "PGBOUNCER_3".getBytes(StandardCharsets.US_ASCII);

    /** Fields, each a letter and its value; in the midst of other messages, as it comes. */
    private static ByteBuffer error(String... fields) {
        MessageWriter out = new MessageWriter().int8('x').begin(BackendTag.ERROR_RESPONSE);
        for (String field : fields) {
            out.cstring(field);
        }
        return ByteBuffer.wrap(out.int8(0).end().int8('Z').toBytes());
    }

    private static @Nullable String renamed(String... fields) {
        byte[] bytes = new ErrorReply(error(fields), 1).renamed(SERVER_NAME, "ü".getBytes(StandardCharsets.UTF_8));
        return bytes == null ? null : new String(bytes, 5, bytes.length - 5, StandardCharsets.UTF_8);
    }

    @Test
    void textAloneIsChangedAndTheLengthFits() {
        byte[] bytes = new ErrorReply(error("SERROR", "C08P01", "Mof \"PGBOUNCER_3\".", "Wabout PGBOUNCER_3", "L12"), 1).renamed(SERVER_NAME, new byte[] {'s'});

        assertThat(bytes).isEqualTo(new MessageWriter().begin(BackendTag.ERROR_RESPONSE)
                .cstring("SERROR").cstring("C08P01").cstring("Mof \"s\".").cstring("Wabout PGBOUNCER_3").cstring("L12").int8(0).end().toBytes());
    }

    @Test
    void nameStandsInQuotesOfAnyLanguage() {
        assertThat(renamed("C42P05", "M„PGBOUNCER_3“ existiert bereits")).contains("„ü“ existiert bereits");
        assertThat(renamed("C26000", "MPGBOUNCER_3")).contains("Mü\0");
    }

    @Test
    void otherNamesAndOtherErrorsStay() {
        assertThat(renamed("C26000", "Mof \"PGBOUNCER_33\"")).isNull();
        assertThat(renamed("C22P02", "Minvalid input: \"PGBOUNCER_3\"")).isNull();
        assertThat(renamed("C26000", "Mnothing", "DPGBOUNCER_3")).isNull();
        assertThat(renamed("C26000")).isNull();
    }

    @Test
    void severityThatIsNotTranslatedSaysWhetherTheSessionEnds() {
        assertThat(new ErrorReply(error("SFATAL", "C57P01"), 1).isFatal()).isTrue();
        assertThat(new ErrorReply(error("SFATAL ERROR", "VFATAL"), 1).isFatal()).isTrue();
        assertThat(new ErrorReply(error("SPANIK", "VPANIC"), 1).isFatal()).isTrue();
        assertThat(new ErrorReply(error("SFATAL", "VERROR", "MFATAL"), 1).isFatal()).isFalse();
        assertThat(new ErrorReply(error(), 1).isFatal()).isFalse();
    }
}
