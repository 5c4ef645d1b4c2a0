package org.pgsluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.Test;

class FailedLoginsTest {
    private static final long SECOND = 1_000_000_000;

    private final FailedLogins failures = new FailedLogins();

    private static SocketAddress address(String host, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(host), port);
    }

    @Test
    void addressIsRefusedForTheRestOfItsMinute() {
        failures.failed(address("10.0.0.1", 1000), SECOND);
        assertThat(failures.tooMany(address("10.0.0.1", 1001), 2, 2 * SECOND)).isFalse();
        failures.failed(address("10.0.0.1", 1001), 30 * SECOND);

        assertThat(failures.tooMany(address("10.0.0.1", 1002), 2, 60 * SECOND)).isTrue();
        assertThat(failures.tooMany(address("10.0.0.2", 1002), 2, 60 * SECOND)).isFalse();
        assertThat(failures.tooMany(address("10.0.0.1", 1002), 2, 61 * SECOND)).isFalse();
    }

    @Test
    void networkOfIpv6IsOneAddress() {
        failures.failed(address("2001:db8::1", 1000), 0);

        assertThat(failures.tooMany(address("2001:db8::ffff:2", 1000), 1, 0)).isTrue();
        assertThat(failures.tooMany(address("2001:db8:0:1::1", 1000), 1, 0)).isFalse();
    }

    @Test
    void unixSocketsAreNeverRefused() {
        SocketAddress unix = UnixDomainSocketAddress.of("/tmp/.s.PGSQL.6432");
        failures.failed(unix, 0);

        assertThat(failures.tooMany(unix, 1, 0)).isFalse();
    }

    @Test
    void onlyTheLatestAddressesAreKnown() {
        for (int i = 0; i <= 10_000; i++) {
            failures.failed(address("10.0." + i / 256 + "." + i % 256, 1000), 0);
        }

        assertThat(failures.tooMany(address("10.0.0.0", 1000), 1, 0)).isFalse();
        assertThat(failures.tooMany(address("10.0.0.1", 1000), 1, 0)).isTrue();
    }
}
