package org.pgsluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HostPortTest {
    @Test
    void addressHasAHostAndAPort() {
        assertThat(HostPort.parse("127.0.0.1:9127")).isEqualTo(new HostPort("127.0.0.1", 9127)).hasToString("127.0.0.1:9127");
        assertThat(HostPort.parse("[::1]:9127")).isEqualTo(new HostPort("::1", 9127)).hasToString("[::1]:9127");
        assertThat(HostPort.parse("*:1")).isEqualTo(new HostPort("*", 1));
        assertThat(HostPort.parse(":65535")).isEqualTo(new HostPort("*", 65535));
        assertThat(HostPort.parse("db.example:80")).isEqualTo(new HostPort("db.example", 80));
    }

    @Test
    void whatIsNoAddressIsRefused() {
        for (String text : new String[] {"", "9127", "host", "host:", "host:0", "host:65536", "host:-1", "::1:80", "[]:80", "[::1:80", "a b:80", "host:x"}) {
            assertThat(HostPort.parse(text)).as(text).isNull();
        }
        assertThat(Settings.HTTP_LISTEN.parse("9127")).isEqualTo(
                new Parsed.Bad<>("an address and a port, such as 127.0.0.1:9127, [::1]:9127 or *:9127"));
        assertThat(Settings.HTTP_LISTEN.parse("")).isEqualTo(new Parsed.Value<>(""));
    }
}
