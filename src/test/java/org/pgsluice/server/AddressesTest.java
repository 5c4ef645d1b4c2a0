package org.pgsluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressesTest {
    private static InetSocketAddress address(String host) {
        return new InetSocketAddress(InetAddress.ofLiteral(host), 5432);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1, 127.0.0.1:5432", "::1, ::1, [::1]:5432", "::, ::, [::]:5432", "fe80::1, fe80::1, [fe80::1]:5432",
        "2001:db8::, 2001:db8::, [2001:db8::]:5432",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1, [2001:db8:0:1:1:1:1:1]:5432", "1:0:0:2:0:0:0:3, 1:0:0:2::3, [1:0:0:2::3]:5432",
        "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8, [1:2:3:4:5:6:7:8]:5432", "1:2:3:4:5:6:0:0, 1:2:3:4:5:6::, [1:2:3:4:5:6::]:5432"
    })
    void hostsAreWrittenAsPeopleWriteThem(String literal, String host, String text) {
        assertThat(Addresses.host(address(literal))).isEqualTo(host);
        assertThat(Addresses.text(address(literal))).isEqualTo(text);
        assertThat(Addresses.port(address(literal), 1)).isEqualTo(5432);
    }

    @Test
    void unixSocketsHaveNoHostAndThePortOfTheirName() {
        UnixDomainSocketAddress unix = UnixDomainSocketAddress.of("/tmp/.s.PGSQL.5432");

        assertThat(Addresses.text(unix)).isEqualTo("unix");
        assertThat(Addresses.host(unix)).isEqualTo("unix");
        assertThat(Addresses.port(unix, 6432)).isEqualTo(6432);
    }

    @Test
    void nameThatWasNotResolvedIsWrittenAsItIs() {
        assertThat(Addresses.text(InetSocketAddress.createUnresolved("db.example", 5432))).isEqualTo("db.example:5432");
    }
}
