package org.pgsluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerTlsTest {
    private static final ServerTls ONE = new ServerTls(SslMode.PREFER, SslNegotiation.POSTGRES, "p", "c", null, "a", "r", "k");

    @Test
    void eachComponentTellsTwoApart() {
        List<ServerTls> others = List.of(
                new ServerTls(SslMode.REQUIRE, SslNegotiation.POSTGRES, "p", "c", null, "a", "r", "k"),
                new ServerTls(SslMode.PREFER, SslNegotiation.DIRECT, "p", "c", null, "a", "r", "k"),
                new ServerTls(SslMode.PREFER, SslNegotiation.POSTGRES, "x", "c", null, "a", "r", "k"),
                new ServerTls(SslMode.PREFER, SslNegotiation.POSTGRES, "p", "x", null, "a", "r", "k"),
                new ServerTls(SslMode.PREFER, SslNegotiation.POSTGRES, "p", "c", "x", "a", "r", "k"),
                new ServerTls(SslMode.PREFER, SslNegotiation.POSTGRES, "p", "c", null, "x", "r", "k"),
                new ServerTls(SslMode.PREFER, SslNegotiation.POSTGRES, "p", "c", null, "a", "x", "k"),
                new ServerTls(SslMode.PREFER, SslNegotiation.POSTGRES, "p", "c", null, "a", "r", "x"));

        assertThat(others).doesNotContain(ONE).doesNotHaveDuplicates();
        assertThat(others).as("one for each component").hasSameSizeAs(ServerTls.class.getRecordComponents());
        ServerTls same = new ServerTls(SslMode.PREFER, SslNegotiation.POSTGRES, "p", "c", null, "a", "r", "k");
        assertThat(new HashSet<>(List.of(ONE))).contains(same);
    }
}
