package org.pgsluice.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PgErrorTest {
    @Test
    void errorResponseIsWrittenAsTheManualHasIt() {
        byte[] message = PgError.fatal("no \u00e9").toErrorResponse();

        assertThat(new String(message, 5, message.length - 5, StandardCharsets.UTF_8)).isEqualTo("SFATAL\0C08P01\0Mno \u00e9\0\0");
        assertThat(message[0]).isEqualTo((byte) 'E');
        assertThat(ByteBuffer.wrap(message).getInt(1)).isEqualTo(message.length - 1);
    }

    @Test
    void noticeHasItsOwnTypeAndCode() {
        byte[] message = PgError.notice("wait").toNoticeResponse();

        assertThat(message[0]).isEqualTo((byte) 'N');
        assertThat(new String(message, StandardCharsets.UTF_8)).contains("SNOTICE\0C00000\0Mwait\0");
    }

    @Test
    void whatIsWrittenIsReadBack() {
        PgError error = new PgError("ERROR", "42P01", "relation \"x\" does not exist", "detail");
        byte[] message = error.toErrorResponse();

        assertThat(PgError.read(ByteBuffer.wrap(message, 5, message.length - 5))).isEqualTo(error);
    }

    @Test
    void fieldsThatAreNotReadAreSkipped() {
        ByteBuffer body = StandardCharsets.US_ASCII.encode("SFEHLER\0VERROR\0C42601\0Msyntax\0P8\0Fscan.l\0L1192\0Rscanner_yyerror\0\0");

        assertThat(PgError.read(body)).isEqualTo(new PgError("FEHLER", "42601", "syntax", null));
    }

    @Test
    void bodyThatEndsEarlyIsTakenAsFarAsItGoes() {
        byte[] body = "SERROR\0C42601\0Msyntax\0\0".getBytes(StandardCharsets.US_ASCII);
        for (int length = 0; length <= body.length; length++) {
            PgError error = PgError.read(ByteBuffer.wrap(body, 0, length));

            assertThat("ERROR").as("%d bytes", length).startsWith(error.severity());
            assertThat("syntax").as("%d bytes", length).startsWith(error.message());
        }
    }
}
