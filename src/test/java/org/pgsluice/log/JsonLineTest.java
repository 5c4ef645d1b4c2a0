package org.pgsluice.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class JsonLineTest {
    private static final Speaker CLIENT = new Speaker("C-0x7", "shop", "ann", "::1", 4711, 0);

    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    private final LogLines log = new LogLines(() -> Instant.parse("2024-02-29T23:59:58.007Z"), 99, ZoneName.UTC, new Outlet(stderr));

    private String text() {
        return stderr.toString(StandardCharsets.UTF_8);
    }

    @Test
    void lineIsOneObject() {
        log.setJson(true);
        log.info("process up");

        assertThat(text()).isEqualTo("{\"time\":\"2024-02-29T23:59:58.007Z\",\"level\":\"LOG\",\"pid\":99,\"message\":\"process up\"}\n");
    }

    @Test
    void connectionAndFactsAreFields() {
        log.setJson(true);
        log.write(Level.WARNING, CLIENT, "closing because: gone (age=3s)", new Fact("reason", "gone"), new Fact("age", 3L));

        assertThat(text()).isEqualTo("{\"time\":\"2024-02-29T23:59:58.007Z\",\"level\":\"WARNING\",\"pid\":99,\"connection\":\"C-0x7\",\"database\":\"shop\","
                + "\"user\":\"ann\",\"host\":\"::1\",\"port\":4711,\"message\":\"closing because: gone (age=3s)\",\"reason\":\"gone\",\"age\":3}\n");
    }

    @Test
    void sameLineInTextIsAsEver() {
        log.write(Level.LOG, CLIENT, "closing because: gone (age=3s)", new Fact("reason", "gone"));

        assertThat(text()).isEqualTo("2024-02-29 23:59:58.007 UTC [99] LOG C-0x7: shop/ann@[::1]:4711 closing because: gone (age=3s)\n");
    }

    @Test
    void whatAClientNamesItselfCannotEndTheStringOrTheLine() {
        log.setJson(true);
        log.write(Level.LOG, new Speaker("C-0x8", "a\"b\\", "c\nd\u0007\u009b", "unix", 6432, 12), "x\ty\r");

        assertThat(text()).contains("\"database\":\"a\\\"b\\\\\"", "\"user\":\"c\\nd\\u0007\\u009b\"", "\"peer_pid\":12", "\"message\":\"x\\ty\\r\"")
                .hasLineCount(1);
    }

    @Test
    void longMessagesAreCut() {
        log.setJson(true);
        log.info("x".repeat(LogLines.MAX_MESSAGE + 1));

        assertThat(text()).contains("\"" + "x".repeat(LogLines.MAX_MESSAGE) + "\"}");
    }

    @Test
    void namesOfConnectionsAreWrittenAsPgBouncerDoes() {
        assertThat(CLIENT).hasToString("C-0x7: shop/ann@[::1]:4711 ");
        assertThat(new Speaker("C-0x7", "shop", "ann", "unix", 6432, 12)).hasToString("C-0x7: shop/ann@unix(12):6432 ");
        assertThat(new Speaker("C-0x7", "shop", "ann", "unix", 6432, 0)).hasToString("C-0x7: shop/ann@unix:6432 ");
        assertThat(new Speaker("S-0x7", "shop", "ann", "unix", 5432, 12)).hasToString("S-0x7: shop/ann@unix:5432 ");
        assertThat(new Speaker("S-0x7", "shop", "ann", "127.0.0.1", 5432, 12)).hasToString("S-0x7: shop/ann@127.0.0.1:5432 ");
    }
}
